"""What we know of somebody: mailed as a link to the address we know, handed out whole, erased for good."""

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from outreach.bootstrap import Outreach
from outreach.db.models.contacts import ConsentRecord, Contact, Suppression
from outreach.db.models.feedback import EventRow
from outreach.db.models.ledger import Touch
from outreach.db.models.privacy import DataRequest, ErasedAddress
from outreach.db.session import Database
from outreach.domain.erasure import keyed_hash
from outreach.domain.touch import Channel
from outreach.providers.base import Outcome, Outgoing, Receipt
from outreach.providers.routes import Route
from outreach.web.app import create_app
from tests.factories import NOW, a_business, a_contact, a_sent_touch, a_touch

PHONE = "+441632960183"


@dataclass
class Wire:
    """A provider that keeps what it was handed."""

    arrived: list[Outgoing] = field(default_factory=list)
    outcome: Outcome = Outcome.SENT
    name: str = "mailbox"
    channel: Channel = Channel.EMAIL

    @contextmanager
    def open(self) -> Iterator["Wire"]:
        yield self

    def send(self, batch: Sequence[Outgoing]) -> Iterator[Receipt]:
        self.arrived += batch
        for one in batch:
            yield Receipt(one.touch_id, self.outcome, "250 ok")


@dataclass
class Hand:
    """A hand on the clock."""

    at: datetime = NOW

    def now(self) -> datetime:
        return self.at


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def clock() -> Hand:
    return Hand()


@pytest.fixture
def client(product: Outreach, wire: Wire, clock: Hand) -> FlaskClient:
    app: Flask = create_app(replace(product, routes={Channel.EMAIL: Route((wire,), {wire.name: 1.0})}, clock=clock))
    app.config.update(TESTING=True)
    return app.test_client()


@pytest.fixture
def touch_id(product: Outreach) -> UUID:
    """A letter to Anna, of whom we know a lot; the next one is planned."""
    with product.db.transaction() as session:
        a_business(session)
        contact = a_contact(
            session,
            email="Anna@example.com",
            phone=PHONE,
            first_name="Annabel",
            last_name="Evansdottir",
            company="Evansdottir Ltd",
            attributes={"heating": "wood"},
        )
        said = {"source": "import contacts.csv row 14", "given_at": NOW, "recorded_at": NOW}
        session.add(ConsentRecord(contact_id=contact, channel="email", granted=True, **said))
        touch = a_sent_touch(session, contact_id=contact, sent_at=NOW, address="anna@example.com")
        a_touch(session, contact_id=contact, send_at=NOW + timedelta(days=1))
        data = {"ip": "198.51.100.7"}
        told = {"contact_id": contact, "touch_id": touch, "type": "opened", "actor": "human", "data": data}
        session.add(EventRow(key="o1", occurred_at=NOW, recorded_at=NOW, **told))
        return touch


def asked(client: FlaskClient, product: Outreach, touch_id: UUID) -> str:
    head = product.tokens.heads(touch_id).unsubscribe
    return client.post(f"/p/{head}/data").get_data(as_text=True)


def the_link(wire: Wire) -> str:
    mail = message_from_bytes(wire.arrived[-1].data, policy=policy.default)
    plain = mail.get_body(("plain",))
    assert plain is not None
    found = re.search(r"/d/[\w-]+", plain.get_content())
    assert found
    return found[0]


def every_word(db: Database) -> str:
    """Everything that any table holds."""
    with db.transaction() as session:
        tables = session.scalars(
            text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'business'")
        ).all()
        return "\n".join(
            str(session.scalar(text(f'SELECT jsonb_agg(to_jsonb(t)) FROM "{table}" t'))) for table in tables
        )


def test_the_link_goes_to_the_address_we_know_and_not_to_who_asks(
    client: FlaskClient, product: Outreach, wire: Wire, touch_id: UUID
) -> None:
    page = asked(client, product, touch_id)
    assert "on its way" in page
    assert "/d/" not in page
    (mail,) = wire.arrived
    assert mail.recipient == "Anna@example.com"
    assert b"Annabel" not in mail.data
    token = the_link(wire).removeprefix("/d/")
    assert token not in every_word(product.db)


def test_nobody_is_flooded_with_links(
    client: FlaskClient, product: Outreach, wire: Wire, clock: Hand, touch_id: UUID
) -> None:
    for hour in range(0, 26, 2):
        for _ in range(3):
            asked(client, product, touch_id)
        clock.at = NOW + timedelta(hours=hour + 2)
        if hour == 0:
            assert len(wire.arrived) == 1
            assert "a short while ago" in asked(client, product, touch_id) or len(wire.arrived) == 2
    assert len(wire.arrived) <= 6


def test_looking_does_nothing_and_the_file_holds_everything(
    client: FlaskClient, product: Outreach, wire: Wire, touch_id: UUID
) -> None:
    asked(client, product, touch_id)
    link = the_link(wire)
    before = every_word(product.db)
    for _ in range(20):
        assert client.get(link).status_code == 200
    assert every_word(product.db) == before
    answer = client.post(f"{link}/download")
    assert answer.headers["Content-Disposition"] == "attachment; filename=my-data.json"
    told = json.loads(answer.data)
    assert told["contact"]["first_name"] == "Annabel"
    assert told["contact"]["attributes"] == {"heating": "wood"}
    assert "import contacts.csv row 14" in [word["source"] for word in told["consent"]]
    assert {message["state"] for message in told["messages"]} == {"sent", "planned"}
    assert [event["data"]["ip"] for event in told["events"]] == ["198.51.100.7"]


def test_erasing_needs_a_tick_leaves_no_trace_of_the_person_and_keeps_the_numbers(
    client: FlaskClient, product: Outreach, wire: Wire, touch_id: UUID
) -> None:
    asked(client, product, touch_id)
    link = the_link(wire)
    assert "Nothing was erased" in client.post(f"{link}/erase").get_data(as_text=True)
    assert "It is done" in client.post(f"{link}/erase", data={"sure": "yes"}).get_data(as_text=True)
    left = every_word(product.db).lower()
    for word in ("annabel", "evansdottir", "anna@example.com", PHONE, "198.51.100.7", "wood"):
        assert word not in left
    with product.db.transaction() as session:
        states = sorted(session.scalars(select(Touch.state)))
        contact = session.scalars(select(Contact)).one()
        known = {(row.channel, bytes(row.digest)) for row in session.scalars(select(ErasedAddress))}
        assert session.scalars(select(Suppression)).all() == []
        assert session.scalars(select(DataRequest)).all() == []
    assert states == ["sent", "skipped"]
    assert (contact.may_email, contact.may_sms) == (False, False)
    secret = product.settings.secret_key.encode()
    assert known == {
        ("email", keyed_hash(Channel.EMAIL, "anna@example.com", secret=secret)),
        ("sms", keyed_hash(Channel.SMS, PHONE, secret=secret)),
    }
    assert client.post(f"{link}/erase", data={"sure": "yes"}).status_code == 404


@pytest.mark.parametrize("deed", ["", "/download", "/erase"])
def test_an_old_and_a_forged_link_get_one_and_the_same_answer(
    client: FlaskClient, product: Outreach, wire: Wire, clock: Hand, touch_id: UUID, deed: str
) -> None:
    asked(client, product, touch_id)
    link = the_link(wire)
    clock.at = NOW + timedelta(hours=49)
    before = every_word(product.db)
    send = client.post if deed else client.get
    answers = [
        send(path + deed, data={"sure": "yes"}) for path in (link, "/d/forged", link[:-1], link.replace("/d/", "/d/x"))
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    assert every_word(product.db) == before


def test_who_cannot_be_mailed_is_told_so(client: FlaskClient, product: Outreach, wire: Wire, touch_id: UUID) -> None:
    wire.outcome = Outcome.FAILED
    assert "Nothing was changed" in asked(client, product, touch_id)
