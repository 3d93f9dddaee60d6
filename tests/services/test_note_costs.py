"""What texts cost, asked of the vendor's stand-in through the vendor's SDK."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import select

from outreach.db.models.ledger import Attempt
from outreach.db.session import Database
from outreach.demo.vendors.twilio import TwilioServer, running_twilio
from outreach.domain.touch import Channel
from outreach.providers.base import Biller
from outreach.providers.dialling import Server
from outreach.providers.mailbox.send import MailboxProvider
from outreach.providers.twilio.send import TwilioTexts
from outreach.providers.twilio.transport import Refused
from outreach.services import note_costs as module
from outreach.services.note_costs import note_costs
from tests.factories import a_business, a_contact, a_sent_touch

ACCOUNT = "AC" + 16 * "0a"
TOKEN = "a-token"


@pytest.fixture
def vendor(now: datetime) -> TwilioServer:
    """It took five texts of one to five segments."""
    server = TwilioServer(account_sid=ACCOUNT, auth_token=TOKEN, clock=lambda: now)
    for number in range(1, 6):
        server.take({"To": "+447400123456", "From": "+14155550100", "Body": "a" * 153 * number})
    return server


@pytest.fixture
def provider(vendor: TwilioServer) -> Iterator[TwilioTexts]:
    with running_twilio(vendor) as url:
        texts = TwilioTexts(ACCOUNT, TOKEN, "https://o.example/webhooks/twilio", base_url=url)
        yield texts
        texts.close()


@pytest.fixture
def attempts(db: Database, vendor: TwilioServer, now: datetime) -> dict[str, int]:
    """Our attempts for them, as they stand before anybody asked, by the vendor's id; and one of somebody else's."""
    with db.transaction() as session:
        a_business(session)
        for text in vendor.kept:
            an_attempt(session, now, provider="twilio", reference=text.sid, segments=0)
        an_attempt(session, now, provider="mailbox", reference=vendor.kept[0].sid, segments=1)
        an_attempt(session, now, provider="twilio", reference="", segments=None)
    return {text.sid: text.segments for text in vendor.kept}


def an_attempt(session, now: datetime, **values) -> None:  # type: ignore[no-untyped-def]
    touch: UUID = a_sent_touch(session, contact_id=a_contact(session), sent_at=now, channel="sms")
    session.add(Attempt(touch_id=touch, number=1, started_at=now, ended_at=now, outcome="sent", **values))


def priced(db: Database) -> dict[str, tuple[int | None, Decimal | None, str]]:
    with db.transaction() as session:
        rows = session.scalars(select(Attempt).where(Attempt.provider == "twilio", Attempt.reference != "")).all()
        return {one.reference: (one.segments, one.price, one.currency) for one in rows}


def test_each_text_gets_the_price_of_its_segments_once(
    db: Database, provider: TwilioTexts, attempts: dict[str, int], now: datetime
) -> None:
    assert isinstance(provider, Biller)
    assert note_costs(db=db, providers=[provider], now=now) == 5
    expected = {sid: (count, Decimal("0.0079") * count, "USD") for sid, count in attempts.items()}
    assert priced(db) == expected
    assert note_costs(db=db, providers=[provider], now=now + timedelta(days=1)) == 0
    assert priced(db) == expected
    with db.transaction() as session:
        others = session.scalars(select(Attempt.price).where(Attempt.reference.in_(["", *attempts]))).all()
        assert others.count(None) == 2


def test_what_has_no_price_yet_gets_it_later(
    db: Database, provider: TwilioTexts, vendor: TwilioServer, attempts: dict[str, int], now: datetime
) -> None:
    late = next(iter(attempts))
    vendor.unpriced.add(late)
    assert note_costs(db=db, providers=[provider], now=now) == 4
    assert priced(db)[late] == (0, None, "")
    vendor.unpriced.clear()
    assert note_costs(db=db, providers=[provider], now=now + timedelta(days=2)) == 1
    assert priced(db)[late] == (attempts[late], Decimal("0.0079") * attempts[late], "USD")


def test_many_are_written_in_pieces(
    db: Database, provider: TwilioTexts, attempts: dict[str, int], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CHUNK", 2)
    assert note_costs(db=db, providers=[provider], now=now) == 5


def test_texts_of_long_ago_are_not_asked_for(
    db: Database, provider: TwilioTexts, attempts: dict[str, int], now: datetime
) -> None:
    assert note_costs(db=db, providers=[provider], now=now + timedelta(days=4)) == 0


def test_a_provider_that_sends_no_bill_is_not_asked(db: Database, now: datetime) -> None:
    free = MailboxProvider(Channel.SMS, Server("127.0.0.1", 1), lambda _: frozenset())
    assert note_costs(db=db, providers=[free], now=now) == 0


def test_a_vendor_that_refuses_is_heard_of(
    db: Database, provider: TwilioTexts, vendor: TwilioServer, now: datetime
) -> None:
    vendor.auth_token = "changed"
    with pytest.raises(Refused, match="20003"):
        note_costs(db=db, providers=[provider], now=now)
