"""Stories: told and permitted on our page, shelved by us, withdrawn at once from everything that has not left."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from email import message_from_bytes, policy
from io import BytesIO

import psycopg
import pytest
from PIL import Image
from sqlalchemy import select

from outreach.db.models.content import EditionContent
from outreach.db.models.signals import Signal
from outreach.db.models.stories import StoryPermission, StoryPicture, StoryRow
from outreach.db.models.writing import Revision
from outreach.db.queries.personal_data import load_everything
from outreach.db.queries.stories import load_live_story
from outreach.db.queries.story_shelf import (
    ShelfStory,
    load_shelf,
    load_shown_picture,
    load_stories,
    load_story_proof,
)
from outreach.db.session import Database
from outreach.domain.care.stories import NameUse, Permission, StoryState
from outreach.domain.errors import BadInput
from outreach.queueing.pace import Pace
from outreach.queueing.rq import JobQueue
from outreach.rendering.story_block import story_block
from outreach.services.ask_for_stories import ask_for_stories
from outreach.services.check_edition import check_edition
from outreach.services.deliver_chunk import deliver_chunk
from outreach.services.erase_contact import erase_contact
from outreach.services.shelve_story import shelve_story
from outreach.services.tell_story import BURST, Form, Told, tell_story
from outreach.services.withdraw_story import withdraw_story
from tests.factories import NOW, a_campaign, a_case, a_contact, a_sent_touch, a_touch, an_edition
from tests.services.test_publish_edition import BODY, Desk, Wire, desk, renderer_for

__all__ = ["desk", "renderer_for"]

WORDS = "We were cold for years. {{ contact.first_name }} *now* we are warm!\n\n::: offer\nThank you."
YES = Permission(NameUse.FIRST, wording=True, picture=True)


def a_picture() -> bytes:
    octets = BytesIO()
    image = Image.new("RGB", (60, 40), "teal")
    camera = Image.Exif()
    camera[0x010F] = "A camera that tells where it was"
    image.save(octets, "JPEG", exif=camera)
    return octets.getvalue()


class Shelf:
    """A customer with a message of ours, and an edition being written by Mair and Idris."""

    def __init__(self, desk: Desk, queue: JobQueue) -> None:
        self.desk, self.db, self.pace, self.now = desk, desk.db, Pace(queue.redis), desk.now
        with self.db.transaction() as session:
            self.customer = a_contact(session, first_name="Nia", last_name="Price")
            self.touch = a_sent_touch(session, contact_id=self.customer, sent_at=NOW - timedelta(days=3))

    def tell(self, words: str = WORDS, permission: Permission = YES, **values: object) -> Told:
        form = Form(words, permission, "en", {"wording": "May we use your words?"}, "198.51.100.7 Browser")
        return tell_story(db=self.db, pace=self.pace, touch_id=self.touch, form=replace(form, **values), now=self.now)

    def row(self) -> StoryRow:
        with self.db.transaction() as session:
            return session.scalars(select(StoryRow).order_by(StoryRow.id.desc())).first() or pytest.fail("no story")

    def look(self, *, on: bool = True) -> bool:
        with self.db.raw_transaction() as connection:
            live = load_live_story(connection, self.customer)
        assert live is not None
        return shelve_story(db=self.db, story_id=live.id, on=on, seen=live.hash or "", by="Mair", now=self.now)

    def shelf(self) -> list[ShelfStory]:
        with self.db.raw_transaction() as connection:
            return load_shelf(connection, base="https://o.example")

    def publish_it(self) -> None:
        (story,) = self.shelf()
        self.desk.write(f"{BODY}\n{story_block(story.name, story.words)}")
        self.desk.ask()
        self.desk.publish()

    def withdraw(self) -> bool:
        return withdraw_story(db=self.db, touch_id=self.touch, origin="198.51.100.7 Browser", now=self.now)

    def mail_that_leaves(self) -> str:
        with self.db.transaction() as session:
            a_touch(session, contact_id=self.desk.contact, edition_id=self.desk.edition, send_at=self.now)
        wire = Wire()
        done = deliver_chunk(db=self.db, provider=wire, renderer_for=self.desk.renderer_for, now=self.now)
        assert done.sent == 1
        part = message_from_bytes(wire.arrived[0].data, policy=policy.default).get_body(("html",))
        assert part is not None
        return str(part.get_content())

    def codes(self) -> set[str]:
        checked = check_edition(
            db=self.db, renderer_for=self.desk.renderer_for, edition_id=self.desk.edition, now=self.now
        )
        assert checked is not None
        return {str(finding.code) for finding in checked.findings}

    def permissions(self) -> list[StoryPermission]:
        with self.db.transaction() as session:
            return list(session.scalars(select(StoryPermission).order_by(StoryPermission.id)))


@pytest.fixture
def shelf(desk: Desk, queue: JobQueue) -> Shelf:
    return Shelf(desk, queue)


def test_what_was_told_and_permitted_is_on_record_word_by_word(shelf: Shelf) -> None:
    assert shelf.tell(picture=a_picture(), picture_words="Our stove") is Told.YES
    assert shelf.row().state == StoryState.PERMITTED
    (line,) = shelf.permissions()
    assert (line.words, line.name_use, line.shown_name, line.wording_use, line.picture_use) == (
        WORDS,
        "first",
        "Nia",
        True,
        True,
    )
    assert line.asked == {"wording": "May we use your words?"}
    assert f"message {shelf.touch}, 198.51.100.7" in line.origin
    with shelf.db.raw_transaction() as connection:
        proof = load_story_proof(connection, shelf.row().id)
    assert proof is not None
    assert json.loads(json.dumps(proof))["permissions"][0]["hash"] == line.hash


def test_the_same_form_twice_is_one_permission(shelf: Shelf) -> None:
    with ThreadPoolExecutor(4) as threads:
        assert set(threads.map(lambda _: shelf.tell(), range(4))) == {Told.YES}
    assert len(shelf.permissions()) == 1


def test_a_permission_is_never_changed_or_deleted(shelf: Shelf) -> None:
    shelf.tell()
    for statement in ("UPDATE story_permissions SET wording_use = false", "DELETE FROM story_permissions"):
        with pytest.raises(psycopg.errors.RaiseException, match="never changed"), shelf.db.raw_transaction() as one:
            one.execute(statement)


def test_the_picture_is_small_says_nothing_of_its_camera_and_is_shown_from_the_shelf_only(shelf: Shelf) -> None:
    shelf.tell(picture=a_picture())
    with shelf.db.transaction() as session:
        kept = session.scalars(select(StoryPicture)).one()
    assert b"A camera that tells" not in kept.data

    def shown() -> bytes | None:
        with shelf.db.raw_transaction() as connection:
            return load_shown_picture(connection, kept.digest, "image/jpeg")

    assert shown() is None
    assert shelf.look()
    assert shown() == kept.data
    shelf.tell(permission=Permission(NameUse.FIRST, wording=True))
    assert shelf.look()
    assert shown() is None
    assert "/i/" not in shelf.shelf()[0].words


def test_no_picture_of_ours_is_made_of_what_is_none(shelf: Shelf) -> None:
    with pytest.raises(BadInput, match="no JPEG"):
        shelf.tell(picture=b"<svg onload=alert(1)>", picture_name="me.svg")
    assert shelf.permissions() == []


def test_whoever_sends_the_form_all_day_is_held_back(shelf: Shelf) -> None:
    told = [shelf.tell(words=f"We are warm again, and again: {number}") for number in range(BURST + 1)]
    assert told == [Told.YES] * BURST + [Told.TOO_OFTEN]


def test_readers_see_the_customers_own_words_and_nothing_they_did_not_write(shelf: Shelf) -> None:
    shelf.tell()
    shelf.look()
    shelf.publish_it()
    html = shelf.mail_that_leaves()
    assert "{{ contact.first_name }} *now* we are warm!" in html
    assert "::: offer" in html
    assert "Nia" in html
    assert "Price" not in html


def test_a_story_that_is_not_permitted_cannot_be_shelved(shelf: Shelf) -> None:
    shelf.tell(permission=Permission(NameUse.FULL))
    assert shelf.row().state == StoryState.TOLD
    assert not shelf.look()
    assert shelf.shelf() == []


def test_a_colleague_cannot_shelve_what_was_changed_since_they_looked(shelf: Shelf) -> None:
    shelf.tell()
    seen = shelf.permissions()[0].hash
    shelf.tell(words="We are warm again, mostly.")
    story_id = shelf.row().id
    assert not shelve_story(db=shelf.db, story_id=story_id, on=True, seen=seen, by="Mair", now=shelf.now)
    assert shelf.look()


def withdrawn(shelf: Shelf) -> None:
    assert shelf.withdraw()


def changed(shelf: Shelf) -> None:
    assert shelf.tell(words="We were a little cold.") is Told.YES


def anonymous(shelf: Shelf) -> None:
    assert shelf.tell(permission=Permission(NameUse.NONE, wording=True)) is Told.YES


def taken_off(shelf: Shelf) -> None:
    assert shelf.look(on=False)


def erased(shelf: Shelf) -> None:
    erase_contact(db=shelf.db, contact_id=shelf.customer, secret=b"secret", now=shelf.now)


@pytest.mark.parametrize("gone", [withdrawn, changed, anonymous, taken_off, erased])
def test_what_leaves_the_shelf_leaves_every_message_that_is_still_to_leave(
    shelf: Shelf, gone: Callable[[Shelf], None]
) -> None:
    shelf.tell()
    shelf.look()
    shelf.publish_it()
    gone(shelf)
    html = shelf.mail_that_leaves()
    assert "we are warm" not in html
    assert "Nia" not in html
    assert "Close the shutters at dusk." in html
    assert shelf.shelf() == []


def test_an_author_cannot_publish_a_withdrawn_story_anew(shelf: Shelf) -> None:
    shelf.tell()
    shelf.look()
    shelf.publish_it()
    shelf.withdraw()
    assert "story.gone" in shelf.codes()
    with pytest.raises(BadInput, match="errors"):
        shelf.desk.ask()


def test_a_story_withdrawn_between_request_and_approval_is_not_published(shelf: Shelf) -> None:
    shelf.tell()
    shelf.look()
    (story,) = shelf.shelf()
    shelf.desk.write(f"{BODY}\n{story_block(story.name, story.words)}")
    shelf.desk.ask()
    shelf.withdraw()
    with pytest.raises(BadInput):
        shelf.desk.publish()
    assert shelf.desk.texts() == {}


def test_withdrawing_while_somebody_publishes_never_leaves_the_story_in_the_text(shelf: Shelf) -> None:
    shelf.tell()
    shelf.look()
    (story,) = shelf.shelf()
    shelf.desk.write(f"{BODY}\n{story_block(story.name, story.words)}")
    shelf.desk.ask()

    def publish() -> None:
        with suppress(BadInput):
            shelf.desk.publish()

    with ThreadPoolExecutor(2) as threads:
        for done in [threads.submit(publish), threads.submit(shelf.withdraw)]:
            done.result()
    with shelf.db.transaction() as session:
        assert [body for body in session.scalars(select(EditionContent.body)) if "from=story" in body] == []


def test_a_changed_word_in_an_edition_is_an_error(shelf: Shelf) -> None:
    shelf.tell()
    shelf.look()
    (story,) = shelf.shelf()
    shelf.desk.write(f"{BODY}\n{story_block(story.name, story.words.replace('cold', 'freezing'))}")
    assert "story.changed" in shelf.codes()


def test_a_letter_of_nothing_but_stories_is_unsound(shelf: Shelf) -> None:
    shelf.tell()
    shelf.look()
    (story,) = shelf.shelf()
    shelf.desk.write(story_block(story.name, story.words))
    assert "block.unsound" in shelf.codes()


def test_a_withdrawn_story_is_history_and_a_new_telling_is_a_new_story(shelf: Shelf) -> None:
    shelf.tell(picture=a_picture())
    shelf.look()
    shelf.withdraw()
    assert not shelf.withdraw()
    first = shelf.row()
    assert (first.state, first.withdrawn_at) == ("withdrawn", shelf.now)
    assert [line.wording_use for line in shelf.permissions()] == [True, False]
    with shelf.db.transaction() as session:
        assert session.scalars(select(StoryPicture)).all() == []
    shelf.tell()
    assert shelf.row().id != first.id
    with shelf.db.raw_transaction() as connection:
        assert {line.stored.state for line in load_stories(connection)} == {"withdrawn", "permitted"}


def test_a_person_gets_their_stories_with_their_data_and_can_have_them_erased(shelf: Shelf) -> None:
    shelf.tell(picture=a_picture())
    shelf.look()
    shelf.publish_it()
    with shelf.db.raw_transaction() as connection:
        everything = load_everything(connection, shelf.customer)
    assert everything is not None
    assert everything["stories"][0]["words"] == WORDS
    assert everything["story_permissions"][0]["shown_name"] == "Nia"
    erased(shelf)
    with shelf.db.transaction() as session:
        assert session.scalars(select(StoryPicture)).all() == []
        bodies = [*session.scalars(select(Revision.body)), *session.scalars(select(EditionContent.body))]
        kept = [*session.scalars(select(StoryRow.words)), *session.scalars(select(StoryPermission.words))]
    assert "we are warm" not in "".join([*bodies, *kept])


@pytest.fixture
def asking(db: Database, now: datetime) -> int:
    """The edition that asks for stories."""
    with db.transaction() as session:
        campaign = a_campaign(session, key="stories", rule="invited", touch_class="relationship")
        return an_edition(session, campaign_id=campaign, opens_on=date(2026, 1, 1), closes_on=date(2027, 12, 31))


def bought(db: Database, contact_id: int, times: int, kind: str = "purchase") -> None:
    with db.transaction() as session:
        for number in range(times):
            day = NOW - timedelta(days=30 * (number + 1))
            session.add(Signal(contact_id=contact_id, kind=kind, occurred_at=day, reference=f"{kind} {number}"))


def invited(db: Database) -> list[tuple[int, int]]:
    with db.raw_transaction() as connection:
        rows = connection.execute("SELECT contact_id, edition_id FROM invitations ORDER BY id").fetchall()
    return [(int(contact), int(edition)) for contact, edition in rows]


def test_whoever_knows_us_and_is_content_is_asked_once_a_year(db: Database, asking: int) -> None:
    with db.transaction() as session:
        content, new, sore, told = (a_contact(session) for _ in range(4))
        a_case(session, contact_id=sore, opened_at=NOW - timedelta(days=90), words="Cold.")
        session.add(StoryRow(contact_id=told, state="told", words="We are warm.", language="en"))
    for contact, times in ((content, 2), (new, 2), (sore, 5), (told, 5)):
        bought(db, contact, times)
    bought(db, content, 1, "visit")
    assert ask_for_stories(db=db, now=NOW) == 1
    assert ask_for_stories(db=db, now=NOW) == 0
    assert invited(db) == [(content, asking)]
    for days, asked in ((1, 0), (364, 0), (365, 1)):
        assert ask_for_stories(db=db, now=NOW + timedelta(days=days)) == asked


def test_two_workers_at_once_ask_nobody_twice(db: Database, asking: int) -> None:
    with db.transaction() as session:
        contacts = [a_contact(session) for _ in range(5)]
    for contact in contacts:
        bought(db, contact, 3)
    with ThreadPoolExecutor(2) as threads:
        assert sum(threads.map(lambda _: ask_for_stories(db=db, now=NOW), range(2))) == 5
    assert len(invited(db)) == 5


def test_without_a_text_that_asks_nobody_is_asked(db: Database) -> None:
    with db.transaction() as session:
        contact = a_contact(session)
    bought(db, contact, 5)
    assert ask_for_stories(db=db, now=NOW) == 0


def test_whoever_was_asked_and_declined_is_left_alone_for_a_year(shelf: Shelf, asking: int) -> None:
    bought(shelf.db, shelf.customer, 3)
    assert ask_for_stories(db=shelf.db, now=shelf.now) == 1
    assert shelf.row().state == "asked"
    assert shelf.withdraw()
    assert ask_for_stories(db=shelf.db, now=shelf.now + timedelta(days=200)) == 0
