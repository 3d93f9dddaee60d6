"""What customers write back by text: STOP, START, HELP and everything else, posted by the vendor and applied."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count, permutations
from urllib.parse import urlencode

import pytest
from sqlalchemy import select

from outreach.db.models.contacts import ConsentRecord, Contact, Suppression
from outreach.db.models.feedback import EventRow
from outreach.db.models.rhythm import Rhythm
from outreach.db.session import Database
from outreach.demo.vendors.twilio import TwilioServer
from outreach.providers.twilio.reports import TwilioReports
from outreach.services.apply_events import apply_events
from outreach.services.erase_contact import erase_contact
from outreach.services.receive_events import receive_events
from tests.factories import NOW, a_contact, a_sent_touch
from tests.services.test_apply_events import Wakeups

READERS = {"twilio": TwilioReports("token")}
VENDOR = TwilioServer(account_sid="AC" + 32 * "0", auth_token="token")
NUMBER, OURS = "+447700900123", "+447700900000"
MINUTE = timedelta(minutes=1)


@dataclass
class Phone:
    """Somebody's telephone."""

    db: Database
    number: str = NUMBER
    sids: "count[int]" = field(default_factory=count)

    def write(self, words: str, *, at: datetime = NOW, opt_out: str = "") -> None:
        """Writes to our number; nothing is applied yet."""
        form = VENDOR.reply_form(f"SM{next(self.sids):032}", sender=self.number, to=OURS, body=words, opt_out=opt_out)
        body = b"\n" + urlencode(form).encode()
        receive_events(db=self.db, queue=Wakeups(), source="twilio", body=body, now=at)

    def say(self, words: str, *, at: datetime = NOW, opt_out: str = "") -> None:
        """Writes, and it is applied."""
        self.write(words, at=at, opt_out=opt_out)
        apply(self.db)

    @property
    def is_barred(self) -> bool:
        with self.db.transaction() as session:
            return session.scalars(select(Suppression).where(Suppression.address == self.number)).first() is not None


def apply(db: Database) -> None:
    apply_events(db=db, readers=READERS, now=NOW + timedelta(hours=1))


@pytest.fixture
def phone(db: Database) -> Phone:
    return Phone(db)


@pytest.fixture
def contact(db: Database) -> int:
    """Who got a text yesterday."""
    with db.transaction() as session:
        contact = a_contact(session, phone=NUMBER, last_touch_at=NOW - timedelta(days=20))
        a_sent_touch(session, contact_id=contact, channel="sms", address=NUMBER, sent_at=NOW - timedelta(days=1))
        return contact


def may_text(db: Database, contact: int) -> bool:
    with db.transaction() as session:
        return session.get_one(Contact, contact).may_sms


@pytest.mark.parametrize(
    ("words", "opt_out"),
    [("STOP", ""), ("Stop", "STOP"), ("退订", ""), ("Bitte keine SMS mehr", ""), ("please stop texting me", "")],
)
def test_whoever_wants_no_more_gets_no_more_however_they_say_it(
    db: Database, phone: Phone, contact: int, words: str, opt_out: str
) -> None:
    phone.say(words, opt_out=opt_out)
    assert phone.is_barred
    assert not may_text(db, contact)
    with db.transaction() as session:
        word = session.scalars(select(ConsentRecord).order_by(ConsentRecord.id.desc())).first()
        assert word is not None
        assert (word.channel, word.granted, word.source) == ("sms", False, "unsubscription reported by twilio")
        assert session.get_one(Contact, contact).may_email


def test_a_number_that_nobody_has_is_left_alone_all_the_same(db: Database, phone: Phone) -> None:
    phone.say("STOP")
    assert phone.is_barred


def test_who_begins_anew_is_texted_again_and_only_what_they_withdrew_comes_back(
    db: Database, phone: Phone, contact: int
) -> None:
    phone.say("STOP")
    phone.say("START", at=NOW + MINUTE)
    assert not phone.is_barred
    assert may_text(db, contact)
    with db.transaction() as session:
        session.add(Suppression(channel="sms", address=NUMBER, reason="by hand", since=NOW))
    phone.say("START", at=NOW + 2 * MINUTE)
    assert phone.is_barred


@pytest.mark.parametrize("order", list(permutations([("STOP", 0), ("START", 1), ("STOP", 2)])))
def test_the_last_word_counts_in_whatever_order_it_is_read(
    db: Database, phone: Phone, contact: int, order: list[tuple[str, int]]
) -> None:
    for words, minute in order:
        phone.say(words, at=NOW + minute * MINUTE)
    assert phone.is_barred
    assert not may_text(db, contact)


@pytest.mark.parametrize("order", list(permutations([("START", 0), ("STOP", 1), ("START", 2)])))
def test_so_does_a_last_word_that_begins_anew(
    db: Database, phone: Phone, contact: int, order: list[tuple[str, int]]
) -> None:
    for words, minute in order:
        phone.say(words, at=NOW + minute * MINUTE)
    assert not phone.is_barred
    assert may_text(db, contact)


def test_read_all_at_once_it_is_the_same(db: Database, phone: Phone, contact: int) -> None:
    for words, minute in (("START", 1), ("STOP", 0)):
        phone.write(words, at=NOW + minute * MINUTE)
    apply(db)
    assert not phone.is_barred
    assert may_text(db, contact)


def test_anything_else_is_a_reply_that_resets_the_clock_and_is_kept_for_staff(
    db: Database, phone: Phone, contact: int
) -> None:
    phone.say("Yes, could you come on Tuesday?")
    assert may_text(db, contact)
    with db.transaction() as session:
        event = session.scalars(select(EventRow)).one()
        assert (event.type, event.actor, event.contact_id) == ("replied", "human", contact)
        assert event.data["text"] == "Yes, could you come on Tuesday?"
        assert session.get_one(Rhythm, contact).last_touch_at == NOW


def test_a_text_that_arrives_twice_is_one(db: Database, phone: Phone, contact: int) -> None:
    form = VENDOR.reply_form("SM" + 32 * "1", sender=NUMBER, to=OURS, body="STOP")
    for _ in range(2):
        body = b"\n" + urlencode(form).encode()
        receive_events(db=db, queue=Wakeups(), source="twilio", body=body, now=NOW)
        apply(db)
    with db.transaction() as session:
        assert len(session.scalars(select(EventRow)).all()) == 1


@pytest.mark.parametrize("changes", [{"From": ""}, {"Body": "\0"}, {"From": "x" * 500}, {"Body": "x" * 5000}])
def test_nonsense_is_kept_and_stops_nobody(db: Database, phone: Phone, changes: dict[str, str]) -> None:
    form = VENDOR.reply_form("SM" + 32 * "2", sender=NUMBER, to=OURS, body="Hello") | changes
    receive_events(db=db, queue=Wakeups(), source="twilio", body=b"\n" + urlencode(form).encode(), now=NOW)
    apply(db)
    phone.say("STOP")
    assert phone.is_barred


def test_whoever_has_themselves_erased_leaves_no_words_behind(db: Database, phone: Phone) -> None:
    phone.say("HELP, my boiler leaks")
    phone.say("HELP")
    with db.transaction() as session:
        contact = a_contact(session, phone=NUMBER)
    erase_contact(db=db, contact_id=contact, secret=b"secret", now=NOW)
    with db.raw_transaction() as connection:
        kept = connection.execute(
            "SELECT (SELECT count(*) FROM text_answers), (SELECT string_agg(data::text, '') FROM events)"
        )
        assert kept.fetchone() == (0, "{}{}")
