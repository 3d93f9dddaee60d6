"""Test messages: marked, beside the ledger, limited, and harmless whatever is done with them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from outreach.db.models.contacts import Suppression
from outreach.db.models.ledger import Touch
from outreach.db.models.rhythm import Rhythm
from outreach.db.models.writing import Proof
from outreach.db.queries.proofs import MOST, SentProof, load_proofs
from outreach.db.session import Database
from outreach.domain.content import Brand
from outreach.domain.errors import BadInput, NotReady
from outreach.domain.touch import Channel
from outreach.providers.base import Outcome, Outgoing, Receipt
from outreach.rendering.links import Tokens
from outreach.rendering.renderer import Renderer
from outreach.services.send_proof import send_proof
from outreach.services.unsubscribe import unsubscribe
from tests.factories import NOW, a_business, a_campaign, a_contact, a_content, an_edition


@dataclass
class FakeWire:
    """A provider that keeps what it was handed and answers as told."""

    outcome: Outcome = Outcome.SENT
    answer: str = "250 ok"
    arrived: list[Outgoing] = field(default_factory=list)
    name: str = "mailbox"
    channel: Channel = Channel.EMAIL

    @contextmanager
    def open(self) -> Iterator["FakeWire"]:
        yield self

    def send(self, batch: Sequence[Outgoing]) -> Iterator[Receipt]:
        for one in batch:
            self.arrived.append(one)
            yield Receipt(one.touch_id, self.outcome, self.answer)


@dataclass
class Desk:
    """Somebody who sends tests of one edition."""

    db: Database
    root: Path
    wire: FakeWire
    edition: int = 0

    def renderer(self, brand: Brand) -> Renderer:
        tokens = Tokens([b"a key of a test"], "https://o.example")
        templates = self.root / "templates" / "messages"
        return Renderer(brand, tokens, locales_dir=self.root / "locales", templates_dir=templates)

    def send(self, **words: Any) -> list[SentProof]:
        usual: dict[str, Any] = {
            "edition_id": self.edition,
            "contact_id": None,
            "locales": ["en"],
            "address": "mair@hearth.example",
            "sent_by": "mair@hearth.example",
            "sender_name": "Mair",
            "now": NOW,
        }
        providers = {Channel.EMAIL: self.wire, Channel.SMS: self.wire}
        return send_proof(db=self.db, providers=providers, renderer_for=self.renderer, **(usual | words))


@pytest.fixture
def desk(db: Database, root: Path) -> Desk:
    """A newsletter in English and Arabic, and its first contact."""
    made = Desk(db, root, FakeWire())
    with db.transaction() as session:
        a_business(session)
        made.edition = an_edition(session, campaign_id=a_campaign(session))
        body = "::: value\nHello {{ contact.first_name }}. See [Book](https://hearth.example/book)\n:::\n"
        a_content(session, edition_id=made.edition, body=body)
        a_content(session, edition_id=made.edition, locale="ar", subject="قبل الصقيع", body="مرحبا")
        a_contact(session, first_name="Anna", last_name="{{ *Evans* }}", external_id="C1")
    return made


def counted(db: Database, what: Any) -> int:
    with db.transaction() as session:
        return session.scalar(select(func.count()).select_from(what)) or 0


def test_a_test_is_marked_and_says_whose_it_is(desk: Desk) -> None:
    (sent,) = desk.send()
    (one,) = desk.wire.arrived
    mail = message_from_bytes(one.data, policy=policy.default)
    assert mail["Subject"] == "[Test] Before the frost"
    assert mail["To"] == one.recipient == "mair@hearth.example"
    words = mail.get_body(("plain",))
    assert words
    assert "> Test sent by Mair. This is what Anna {{ *Evans* }} (C1) would get in en." in words.get_content()
    assert "Hello Anna. See Book: https://hearth.example/book" in words.get_content()
    assert (sent.outcome, sent.answer) == ("sent", "250 ok")


def test_no_languages_named_means_all_of_them(desk: Desk) -> None:
    assert [proof.locale for proof in desk.send(locales=[])] == ["ar", "en"]
    assert [one.language for one in desk.wire.arrived] == ["ar", "en"]


def test_a_test_is_no_touch_and_moves_no_rhythm(desk: Desk, db: Database) -> None:
    with db.transaction() as session:
        before = session.execute(select(Rhythm.next_due_at, Rhythm.last_touch_at)).all()
    desk.send()
    with db.transaction() as session:
        assert session.execute(select(Rhythm.next_due_at, Rhythm.last_touch_at)).all() == before
    assert (counted(db, Touch), counted(db, Proof)) == (0, 1)


def test_unsubscribing_with_a_test_takes_nobody_off(desk: Desk, db: Database) -> None:
    (sent,) = desk.send()
    mail = message_from_bytes(desk.wire.arrived[0].data, policy=policy.default)
    said = Tokens([b"a key of a test"], "https://o.example").read(mail["List-Unsubscribe"].strip("<>").split("/")[-1])
    assert said is not None
    assert said.touch_id == sent.id
    unsubscribe(db=db, touch_id=said.touch_id, now=NOW)
    assert counted(db, Suppression) == 0


def test_what_the_provider_says_is_kept_and_told(desk: Desk, db: Database) -> None:
    desk.wire.outcome, desk.wire.answer = Outcome.FAILED, "550 5.1.1 no such person here"
    (sent,) = desk.send()
    assert (sent.outcome, sent.answer) == ("failed", "550 5.1.1 no such person here")
    with db.raw_transaction() as connection:
        assert load_proofs(connection, desk.edition) == [sent]


def test_an_account_sends_twenty_an_hour_and_no_more(desk: Desk, db: Database) -> None:
    for _ in range(MOST - 1):
        desk.send()
    with pytest.raises(BadInput, match="1 of 20 an hour are left"):
        desk.send(locales=["ar", "en"])
    desk.send()
    with pytest.raises(BadInput, match="0 of 20 an hour are left"):
        desk.send()
    assert counted(db, Proof) == len(desk.wire.arrived) == MOST
    desk.send(sent_by="somebody@hearth.example")
    desk.send(now=NOW + timedelta(hours=1))
    assert len(desk.wire.arrived) == MOST + 2


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ({"address": "mair"}, "is no e-mail address"),
        ({"address": "mair@hearth.example\r\nBcc: x@y.example"}, "is no e-mail address"),
        ({"locales": ["en", "cy"]}, "has no text in this edition"),
        ({"contact_id": 999_999}, "is not in the audience"),
    ],
)
def test_what_cannot_be_sent_is_refused_before_anything_leaves(
    desk: Desk, db: Database, words: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(BadInput, match=complaint):
        desk.send(**words)
    assert desk.wire.arrived == []
    assert counted(db, Proof) == 0


def test_an_address_that_unsubscribed_gets_no_test_either(desk: Desk, db: Database) -> None:
    with db.transaction() as session:
        row = {"channel": "email", "address": "old@customer.example", "reason": "unsubscribed", "since": NOW}
        session.add(Suppression(**row))
    with pytest.raises(BadInput, match="must not be written to"):
        desk.send(address="Old@customer.example")


def test_an_edition_that_is_not_there_is_said_so(desk: Desk) -> None:
    with pytest.raises(NotReady, match="no such edition"):
        desk.send(edition_id=desk.edition + 999)


def test_a_text_is_marked_and_goes_to_a_number(desk: Desk, db: Database) -> None:
    with db.transaction() as session:
        desk.edition = an_edition(session, campaign_id=a_campaign(session, channel="sms"))
        body = "Dear {{ contact.first_name }}, see https://hearth.example/book"
        a_content(session, edition_id=desk.edition, subject="", preheader="", body=body)
    (sent,) = desk.send(address="+44 7700 900123")
    (one,) = desk.wire.arrived
    assert one.data.decode().startswith("TEST: Dear Anna, see https://o.example/c/")
    assert sent.address == one.recipient == "+447700900123"
    with pytest.raises(BadInput, match="Write it with its country"):
        desk.send(address="07700 900123")


def test_a_text_that_is_broken_sends_nothing_in_any_language(desk: Desk, db: Database, now: datetime) -> None:
    with db.transaction() as session:
        a_content(session, edition_id=desk.edition, locale="cy", body="{% for x in y %}{% endfor %}")
    with pytest.raises(BadInput, match="not a merge field"):
        desk.send(locales=[], now=now)
    assert desk.wire.arrived == []
