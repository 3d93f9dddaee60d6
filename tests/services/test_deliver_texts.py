"""Texts on their whole way: from the ledger through the vendor's SDK to the vendor, and back as reports."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode, urlsplit
from uuid import UUID

import pytest
from sqlalchemy import select

from outreach.db.models.contacts import ConsentRecord, Contact, Suppression
from outreach.db.models.feedback import EventRow
from outreach.db.models.ledger import Attempt, Touch
from outreach.db.queries.events import store_raw_batch
from outreach.db.queries.halts import load_halts
from outreach.db.session import Database
from outreach.demo.vendors.moods import Mood
from outreach.demo.vendors.twilio import TwilioServer, running_twilio
from outreach.demo.vendors.twilio_texts import KeptText
from outreach.domain.touch import Channel
from outreach.providers.pooled import Waits
from outreach.providers.twilio.reports import TwilioReports
from outreach.providers.twilio.send import TwilioTexts
from outreach.rendering.links import Tokens
from outreach.rendering.renderer import Renderer
from outreach.services.apply_events import apply_events
from outreach.services.deliver_chunk import Delivered, deliver_chunk
from tests.factories import (
    OPEN_ALL_WEEK,
    a_business,
    a_campaign,
    a_contact,
    a_content,
    a_touch,
    an_edition,
    an_industry,
)

ACCOUNT = "AC" + 16 * "0a"
TOKEN = "a-token"
TEXTS = 60


@pytest.fixture
def vendor() -> TwilioServer:
    return TwilioServer(account_sid=ACCOUNT, auth_token=TOKEN)


@pytest.fixture
def provider(vendor: TwilioServer) -> Iterator[TwilioTexts]:
    with running_twilio(vendor) as url:
        texts = TwilioTexts(
            ACCOUNT,
            TOKEN,
            "https://o.example/webhooks/twilio",
            base_url=url,
            waits=Waits(connect=5.0, write=5.0, answer=2.0),
        )
        yield texts
        texts.close()


@pytest.fixture
def people(db: Database) -> dict[UUID, str]:
    """Due texts, each with the number it goes to."""
    with db.transaction() as session:
        a_business(session)
        an_industry(session, calendar=OPEN_ALL_WEEK)
        edition = an_edition(session, campaign_id=a_campaign(session, channel="sms"))
        a_content(session, edition_id=edition, subject="", preheader="", body="Hello {{ contact.first_name }}.")
        numbers = [f"+4474001234{place:02}" for place in range(TEXTS)]
        return {
            a_touch(session, contact_id=a_contact(session, phone=number), edition_id=edition, channel="sms"): number
            for number in numbers
        }


@pytest.fixture
def deliver(db: Database, provider: TwilioTexts, root: Path, now: datetime) -> "Deliver":
    return Deliver(db, provider, root, now)


class Deliver:
    """Delivers a chunk `after` some time."""

    def __init__(self, db: Database, provider: TwilioTexts, root: Path, now: datetime) -> None:
        self._db, self._provider, self._root, self._now = db, provider, root, now

    def __call__(self, after: timedelta = timedelta()) -> Delivered:
        tokens = Tokens([b"a key of a test"], "https://o.example")
        folders = {"locales_dir": self._root / "locales", "templates_dir": self._root / "templates" / "messages"}
        return deliver_chunk(
            db=self._db,
            provider=self._provider,
            renderer_for=lambda brand: Renderer(brand, tokens, **folders),
            now=self._now + after,
        )


def report(db: Database, vendor: TwilioServer, text: KeptText, status: str, code: int = 0, *, now: datetime) -> None:
    """Stores a callback as the webhook does."""
    query = urlsplit(text.callback).query
    body = f"{query}\n{urlencode(vendor.callback_form(text, status, code))}".encode()
    with db.raw_transaction() as connection:
        store_raw_batch(connection, source="twilio", body=body, received_at=now)


def apply(db: Database, now: datetime) -> None:
    apply_events(db=db, readers={"twilio": TwilioReports(TOKEN)}, now=now)


def test_every_text_leaves_once_and_what_it_costs_is_kept(
    db: Database, deliver: Deliver, vendor: TwilioServer, people: dict[UUID, str]
) -> None:
    assert deliver() == Delivered(claimed=TEXTS, sent=TEXTS)
    assert deliver() == Delivered()
    assert sorted(text.recipient for text in vendor.kept) == sorted(people.values())
    assert {text.sender for text in vendor.kept} == {"+442920180000"}
    assert all("Hello Anna." in text.body for text in vendor.kept)
    sids = {text.recipient: (text.sid, text.segments) for text in vendor.kept}
    with db.transaction() as session:
        attempts = session.scalars(select(Attempt)).all()
    assert len(attempts) == TEXTS
    assert all(sids[people[one.touch_id]] == (one.reference, one.segments) for one in attempts)
    assert {(one.provider, one.price) for one in attempts} == {("twilio", None)}


def test_who_wrote_stop_to_the_vendor_has_unsubscribed_from_texts(
    db: Database, deliver: Deliver, vendor: TwilioServer, people: dict[UUID, str]
) -> None:
    left, number = next(iter(people.items()))
    vendor.fates[number] = 21610
    done = deliver()
    assert (done.sent, done.failed) == (TEXTS - 1, 1)
    with db.transaction() as session:
        contact = session.get_one(Contact, session.get_one(Touch, left).contact_id)
        assert (contact.may_email, contact.may_sms) == (True, False)
        barred = session.scalars(select(Suppression)).one()
        assert (barred.channel, barred.address, barred.reason) == ("sms", number, "unsubscribed")
        word = session.scalars(
            select(ConsentRecord)
            .where(ConsentRecord.contact_id == contact.id, ConsentRecord.channel == "sms")
            .order_by(ConsentRecord.id.desc())
        ).first()
        assert word is not None
        assert (word.granted, word.source) == (False, "unsubscription reported by twilio")
        event = session.scalars(select(EventRow)).one()
        assert (event.type, event.touch_id, event.actor) == ("unsubscribed", left, "human")


def test_wrong_credentials_stop_the_channel_and_burn_no_list(
    db: Database, deliver: Deliver, vendor: TwilioServer, people: dict[UUID, str]
) -> None:
    vendor.auth_token = "changed-since"
    done = deliver()
    assert (done.sent, done.failed, done.unknown) == (0, 0, 0)
    with db.raw_transaction() as connection:
        assert Channel.SMS in load_halts(connection)
    assert vendor.calls < 20
    vendor.auth_token = TOKEN
    assert deliver(timedelta(hours=1)) == Delivered()
    with db.transaction() as session:
        assert set(session.scalars(select(Touch.state))) <= {"planned", "retry_wait"}


def test_a_doubt_is_unknown_and_the_rest_leaves_later_each_once(
    db: Database, deliver: Deliver, vendor: TwilioServer, people: dict[UUID, str]
) -> None:
    doubtful, number = next(iter(people.items()))
    vendor.fates[number] = Mood.RESET_AFTER
    deliver()
    vendor.fates.clear()
    for hours in range(1, 4):
        deliver(timedelta(hours=hours))
    assert sorted(text.recipient for text in vendor.kept) == sorted(people.values())
    with db.transaction() as session:
        states = dict(session.execute(select(Touch.id, Touch.state)).all())
    assert states.pop(doubtful) == "unknown"
    assert set(states.values()) == {"sent"}


def test_reports_settle_each_text_in_any_order_and_as_often_as_they_come(
    db: Database, deliver: Deliver, vendor: TwilioServer, people: dict[UUID, str], now: datetime
) -> None:
    deliver()
    arrived, gone, filtered = vendor.kept[:3]
    steps = [(arrived, "delivered", 0), (arrived, "sent", 0), (gone, "failed", 21614), (gone, "sent", 0)]
    steps += [(filtered, "undelivered", 30007)]
    for text, status, code in (*steps, *reversed(steps)):
        report(db, vendor, text, status, code, now=now)
        apply(db, now)
    with db.transaction() as session:
        events = session.scalars(select(EventRow)).all()
        assert sorted(one.type for one in events) == ["bounced", "bounced", "delivered", "other", "other"]
        states = dict(session.execute(select(Touch.address, Touch.state)).all())
        assert [states[text.recipient] for text in (arrived, gone, filtered)] == ["sent", "failed", "failed"]
        assert session.scalars(select(Suppression.address)).all() == [gone.recipient]
        kinds = {one.data.get("bounce") for one in events if one.type == "bounced"}
        assert kinds == {"dead", "blocked"}


def test_a_report_witnesses_a_text_that_was_in_doubt(
    db: Database, deliver: Deliver, vendor: TwilioServer, people: dict[UUID, str], now: datetime
) -> None:
    doubtful, number = next(iter(people.items()))
    vendor.fates[number] = Mood.RESET_AFTER
    deliver()
    [text] = [one for one in vendor.kept if one.recipient == number]
    report(db, vendor, text, "delivered", now=now)
    apply(db, now)
    with db.transaction() as session:
        assert session.get_one(Touch, doubtful).state == "sent"
