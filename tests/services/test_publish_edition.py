"""From a draft to what readers get: the request, the second pair of eyes, the new version, and the planner."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from threading import Barrier, Thread
from uuid import UUID

import pytest
from sqlalchemy import select, update

from outreach.db.models.content import Business, Edition, EditionContent, Link
from outreach.db.models.ledger import Touch
from outreach.db.models.rhythm import Rhythm
from outreach.db.models.writing import Review, Revision
from outreach.db.queries.drafts import save_draft
from outreach.db.queries.reviews import Verdict
from outreach.db.session import Database
from outreach.domain.content import Brand
from outreach.domain.errors import BadInput
from outreach.domain.touch import Channel
from outreach.providers.base import Outcome, Outgoing, Receipt
from outreach.rendering.links import Tokens
from outreach.rendering.renderer import Renderer
from outreach.services.ask_for_publication import ask_for_publication
from outreach.services.deliver_chunk import deliver_chunk
from outreach.services.plan_touches import plan_touches
from outreach.services.publish_edition import Published, publish_edition
from outreach.services.review_edition import review_edition
from tests.factories import (
    OPEN_ALL_WEEK,
    a_business,
    a_campaign,
    a_contact,
    a_content,
    a_sent_touch,
    a_staff_member,
    an_edition,
    an_industry,
)

BODY = """\
::: value
Close the shutters at dusk. [Book](https://hearth.example/book "button")
:::

::: question
Did it help?

- [Yes](answer:shutters/yes)
- [No](answer:shutters/no)
:::
"""
OURSELVES = "::: about-us\nWe won a prize, and we are very proud of our prize.\n:::\n"


@pytest.fixture
def renderer_for(root: Path) -> Callable[[Brand], Renderer]:
    def build(brand: Brand) -> Renderer:
        tokens = Tokens([b"a key of a test"], "https://o.example")
        return Renderer(brand, tokens, locales_dir=root / "locales", templates_dir=root / "templates" / "messages")

    return build


class Wire:
    """A provider that takes everything and keeps it."""

    name = "mailbox"
    channel = Channel.EMAIL

    def __init__(self) -> None:
        self.arrived: list[Outgoing] = []

    @contextmanager
    def open(self) -> Iterator["Wire"]:
        yield self

    def send(self, batch: Sequence[Outgoing]) -> Iterator[Receipt]:
        for one in batch:
            self.arrived.append(one)
            yield Receipt(one.touch_id, Outcome.SENT, "250 ok")

    def has_seen(self, touch_ids: Sequence[UUID]) -> frozenset[UUID]:
        return frozenset(one.touch_id for one in self.arrived) & frozenset(touch_ids)


class Desk:
    """Mair writes and asks; Idris approves. One edition in English, with one due reader."""

    def __init__(self, db: Database, renderer_for: Callable[[Brand], Renderer], now: datetime) -> None:
        self.db, self.renderer_for, self.now = db, renderer_for, now
        with db.transaction() as session:
            a_business(session, locales=["en", "de"], four_eyes_above=100)
            an_industry(session, calendar=OPEN_ALL_WEEK)
            self.contact = a_contact(session, last_touch_at=now - timedelta(days=20))
            self.edition = an_edition(session, campaign_id=a_campaign(session), state="draft", source="staff")
            self.mair = a_staff_member(session, email="mair@hearth.example", name="Mair")
            self.idris = a_staff_member(session, email="idris@hearth.example", name="Idris")
        self.numbers: dict[str, int] = {}

    def write(self, body: str = BODY, *, locale: str = "en", subject: str = "Before the frost") -> None:
        with self.db.raw_transaction() as connection:
            self.numbers[locale] = save_draft(
                connection,
                edition_id=self.edition,
                locale=locale,
                began_from=self.numbers.get(locale, 0),
                subject=subject,
                preheader="A short list.",
                body=body,
                saved_by="Mair",
                now=self.now,
            )

    def ask(self, *, by: int | None = None, reason: str = "", falling_back: tuple[str, ...] = ()) -> None:
        ask_for_publication(
            db=self.db,
            renderer_for=self.renderer_for,
            edition_id=self.edition,
            falling_back=falling_back,
            reason=reason,
            by_id=by or self.mair,
            now=self.now,
        )

    def publish(self, *, by: int | None = None) -> Published:
        return publish_edition(
            db=self.db, renderer_for=self.renderer_for, edition_id=self.edition, by_id=by or self.idris, now=self.now
        )

    def texts(self) -> dict[str, tuple[int, str]]:
        with self.db.transaction() as session:
            rows = session.scalars(select(EditionContent).where(EditionContent.edition_id == self.edition))
            return {row.locale: (row.version, row.subject) for row in rows}

    def state(self) -> str:
        with self.db.transaction() as session:
            return session.get_one(Edition, self.edition).state


@pytest.fixture
def desk(db: Database, renderer_for: Callable[[Brand], Renderer], now: datetime) -> Desk:
    return Desk(db, renderer_for, now)


def test_readers_get_a_draft_only_after_it_was_asked_for_and_approved(desk: Desk) -> None:
    desk.write()
    with pytest.raises(BadInput, match="nobody has asked"):
        desk.publish()
    desk.ask()
    assert (desk.state(), desk.texts()) == ("review", {})
    assert desk.publish() == Published(("en",), first_time=True)
    assert (desk.state(), desk.texts()) == ("published", {"en": (1, "Before the frost")})
    with desk.db.transaction() as session:
        urls = set(session.scalars(select(Link.url)))
        review, revision = session.scalars(select(Review)).one(), session.scalars(select(Revision)).one()
    assert urls == {"https://hearth.example/book", "answer:shutters/yes", "answer:shutters/no"}
    assert (review.verdict, review.decided_by_id, revision.published_at) == ("published", desk.idris, desk.now)


def test_the_planner_offers_what_was_published_and_the_chunk_sends_the_newest_words(desk: Desk) -> None:
    assert plan_touches(db=desk.db, now=desk.now).touches == 0
    desk.write()
    desk.ask()
    desk.publish()
    assert plan_touches(db=desk.db, now=desk.now).touches == 1
    desk.write(subject="Before the first frost")
    desk.ask()
    desk.publish()
    with desk.db.transaction() as session:
        session.execute(update(Touch).values(send_at=desk.now))
    wire = Wire()
    assert deliver_chunk(db=desk.db, provider=wire, renderer_for=desk.renderer_for, now=desk.now).sent == 1
    assert b"Subject: Before the first frost\r\n" in wire.arrived[0].data


def test_only_texts_that_changed_get_a_new_version(desk: Desk) -> None:
    desk.write()
    desk.write(locale="de", subject="Vor dem Frost")
    desk.ask()
    desk.publish()
    desk.write(locale="de", subject="Vor dem ersten Frost")
    desk.ask()
    assert desk.state() == "published"
    assert desk.publish() == Published(("de",), first_time=False)
    assert desk.texts() == {"en": (1, "Before the frost"), "de": (2, "Vor dem ersten Frost")}


def test_a_packs_text_that_staff_changed_is_marked_and_the_others_are_not(desk: Desk) -> None:
    with desk.db.transaction() as session:
        for locale in ("en", "de"):
            a_content(session, edition_id=desk.edition, locale=locale, body=BODY)
        session.get_one(Edition, desk.edition).state = "published"
    desk.write(locale="de", subject="Vor dem Frost")
    desk.ask()
    assert desk.publish().locales == ("de",)
    with desk.db.transaction() as session:
        rows = session.scalars(select(EditionContent).where(EditionContent.edition_id == desk.edition))
        assert {row.locale: row.edited_at for row in rows} == {"en": None, "de": desk.now}


def test_publishing_twice_changes_nothing(desk: Desk) -> None:
    desk.write()
    desk.ask()
    desk.publish()
    assert desk.publish() == Published()
    assert desk.texts() == {"en": (1, "Before the frost")}


def test_publishing_at_once_from_two_windows_writes_one_version(desk: Desk) -> None:
    desk.write()
    desk.ask()
    barrier, done = Barrier(2), []

    def run() -> None:
        barrier.wait()
        done.append(desk.publish())

    threads = [Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(len(one.locales) for one in done) == [0, 1]
    assert desk.texts() == {"en": (1, "Before the frost")}


def test_a_draft_that_changed_after_the_request_must_be_asked_for_anew(desk: Desk) -> None:
    desk.write()
    desk.ask()
    desk.write(subject="Something else")
    with pytest.raises(BadInput, match="changed since"):
        desk.publish()
    assert desk.texts() == {}
    desk.ask()
    desk.publish()
    assert desk.texts() == {"en": (1, "Something else")}
    with desk.db.transaction() as session:
        assert list(session.scalars(select(Review.verdict).order_by(Review.id))) == ["withdrawn", "published"]


def test_who_asked_for_a_large_audience_may_not_publish_it(desk: Desk) -> None:
    desk.write()
    with desk.db.transaction() as session:
        session.execute(update(Business).values(four_eyes_above=0))
    desk.ask(by=desk.idris)
    with pytest.raises(BadInput, match="one pair of eyes"):
        desk.publish(by=desk.idris)
    assert desk.publish(by=desk.mair).locales == ("en",)


def test_who_asked_for_a_small_audience_may_publish_it(desk: Desk) -> None:
    desk.write()
    desk.ask(by=desk.idris)
    assert desk.publish(by=desk.idris).locales == ("en",)


def test_an_error_keeps_an_edition_from_being_asked_for(desk: Desk) -> None:
    desk.write("::: value\nHello {{ contact.shoe_size }}\n:::\n")
    with pytest.raises(BadInput, match="errors"):
        desk.ask()
    assert desk.state() == "draft"


def test_an_edition_without_a_word_cannot_be_asked_for(desk: Desk) -> None:
    with pytest.raises(BadInput, match="no text at all"):
        desk.ask()


def test_a_text_mostly_about_ourselves_needs_a_written_reason(desk: Desk) -> None:
    desk.write(OURSELVES)
    with pytest.raises(BadInput, match="about ourselves"):
        desk.ask(reason="  ")
    desk.ask(reason="The prize is our customers' doing.")
    desk.publish()
    with desk.db.transaction() as session:
        review = session.scalars(select(Review)).one()
    assert (review.reason, review.about_us) == ("The prize is our customers' doing.", 1.0)


def test_readers_who_heard_mostly_of_ourselves_lately_are_a_reason_to_be_written_down(desk: Desk) -> None:
    with desk.db.transaction() as session:
        earlier = an_edition(session, campaign_id=a_campaign(session, key="news"), key="before")
        a_content(session, edition_id=earlier, body=OURSELVES.replace("prize", "very good and rather large prize"))
        a_sent_touch(session, contact_id=desk.contact, edition_id=earlier, sent_at=desk.now - timedelta(days=20))
    desk.write()
    with pytest.raises(BadInput, match="about ourselves"):
        desk.ask()
    desk.ask(reason="The next three letters are about them.")


def test_an_edition_is_published_up_to_its_last_day(desk: Desk) -> None:
    desk.write()
    desk.ask()
    with desk.db.transaction() as session:
        last = session.get_one(Edition, desk.edition).closes_on
    desk.now = datetime.combine(last, time(12), UTC)
    assert desk.publish() == Published(("en",), first_time=True)


def test_an_edition_whose_last_day_is_past_is_an_error(desk: Desk) -> None:
    desk.write()
    desk.ask()
    with desk.db.transaction() as session:
        last = session.get_one(Edition, desk.edition).closes_on
    desk.now = datetime.combine(last + timedelta(days=1), time(0, 1), UTC)
    with pytest.raises(BadInput, match="errors"):
        desk.publish()
    with pytest.raises(BadInput, match="errors"):
        desk.ask()


def test_a_gap_in_the_languages_is_an_error_until_staff_let_it_fall_back_on_purpose(desk: Desk) -> None:
    with desk.db.transaction() as session:
        a_contact(session, language="de")
    desk.write()
    with pytest.raises(BadInput, match="errors"):
        desk.ask()
    desk.ask(falling_back=("de",))
    assert desk.publish().locales == ("en",)


def test_a_new_gap_after_the_request_makes_it_stale(desk: Desk) -> None:
    desk.write()
    desk.ask()
    with desk.db.transaction() as session:
        a_contact(session, language="de")
    # The gap itself is an error by then; what was agreed to did not have it.
    with pytest.raises(BadInput, match="errors"):
        desk.publish()


def test_a_request_is_sent_back_with_a_comment_only(desk: Desk) -> None:
    desk.write()
    desk.ask()
    answer = {"db": desk.db, "edition_id": desk.edition, "by_id": desk.idris, "now": desk.now}
    with pytest.raises(BadInput, match="no comment"):
        review_edition(verdict=Verdict.SENT_BACK, comment=" ", **answer)
    assert review_edition(verdict=Verdict.SENT_BACK, comment="Too long.", **answer)
    assert desk.state() == "draft"
    with pytest.raises(BadInput, match="nobody has asked"):
        desk.publish()
    assert not review_edition(verdict=Verdict.WITHDRAWN, **answer)


def test_withdrawing_a_change_leaves_readers_with_what_they_had(desk: Desk) -> None:
    desk.write()
    desk.ask()
    desk.publish()
    desk.write(subject="Second thoughts")
    desk.ask()
    assert review_edition(db=desk.db, edition_id=desk.edition, verdict=Verdict.WITHDRAWN, by_id=desk.mair, now=desk.now)
    assert (desk.state(), desk.texts()) == ("published", {"en": (1, "Before the frost")})


def test_publishing_wakes_the_planner(desk: Desk) -> None:
    plan_touches(db=desk.db, now=desk.now)
    with desk.db.transaction() as session:
        assert session.get_one(Rhythm, desk.contact).look_at > desk.now
    desk.write()
    desk.ask()
    desk.publish()
    with desk.db.transaction() as session:
        assert session.get_one(Rhythm, desk.contact).look_at <= desk.now
