"""The consent ledger: lines that hang on one another, permissions that end, and the line a message relied on."""

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import sha256

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from outreach.db.models.contacts import ConsentRecord, Contact, Suppression
from outreach.db.models.ledger import Touch
from outreach.db.models.signals import Signal
from outreach.db.queries.consent import ConsentWord, record_consent
from outreach.db.queries.consent_proof import broken_lines, load_proof
from outreach.db.session import Database
from outreach.domain.consent_terms import Basis, expiry
from outreach.domain.touch import Channel
from outreach.rendering.renderer import Renderer
from outreach.services.deliver_chunk import deliver_chunk
from outreach.services.erase_contact import erase_contact
from outreach.services.expire_consent import Expired, expire_consent
from outreach.services.prove_consent import prove_consent
from tests.factories import NOW, a_contact
from tests.services.test_deliver_chunk import FakeWire, renderer, touches

__all__ = ["renderer", "touches"]

DAY = timedelta(days=1)


@pytest.fixture
def contact(db: Database) -> int:
    """A contact whose ledger is empty."""
    with db.transaction() as session:
        made = a_contact(session, email="anna@example.com", may_email=False, may_sms=False)
    forged(db, "DELETE FROM consent_records")
    return made


def say(db: Database, contact: int, *, granted: bool = True, **more: object) -> int | None:
    values = {"source": "web form", "given_at": NOW, "address": "anna@example.com", "origin": "198.51.100.7 Browser"}
    word = ConsentWord(contact, Channel.EMAIL, granted, **(values | more))  # type: ignore[arg-type]
    with db.raw_transaction() as connection:
        return record_consent(connection, word, now=NOW)


def faults(db: Database) -> list[str]:
    with db.raw_transaction() as connection:
        return [one.fault for one in broken_lines(connection)]


def forged(db: Database, statement: str) -> None:
    """What somebody with the keys to the database could do."""
    with db.raw_transaction() as connection:
        connection.execute("SET LOCAL session_replication_role = replica")
        connection.execute(statement)


def test_a_line_holds_what_was_said_word_by_word_and_withdrawals_name_what_they_end(db: Database, contact: int) -> None:
    given = say(db, contact, wording="Please write to me.", language="en", confirmed_by="a mailed link")
    taken = say(db, contact, granted=False, source="unsubscribe link")
    with db.raw_transaction() as connection:
        first, second = load_proof(connection, contact)
    assert (first.id, first.wording, first.language, first.origin) == (
        given,
        "Please write to me.",
        "en",
        "198.51.100.7 Browser",
    )
    assert first.wording_hash == sha256(b"en\nPlease write to me.").hexdigest()
    assert (second.id, second.withdraws, second.previous) == (taken, given, first.hash)
    assert faults(db) == []


def test_anybody_can_make_the_hashes_again_from_the_rule(db: Database, contact: int) -> None:
    say(db, contact, wording="Ja, bitte schreibt mir – gern!", language="de", basis=Basis.IMPLIED_PURCHASE)
    with db.transaction() as session:
        row = session.scalars(select(ConsentRecord)).one()
        salt, seal, wording = row.salt, row.seal, row.wording
        assert salt is not None
        assert seal is not None
        assert wording is not None

    def seconds(at: datetime | None) -> Decimal | None:
        return None if at is None else Decimal(int(at.timestamp())).quantize(Decimal("0.000001"))

    told = [
        row.id,
        row.contact_id,
        row.channel,
        row.granted,
        row.source,
        seconds(row.given_at),
        seconds(row.recorded_at),
        row.basis,
        row.purpose,
        seconds(row.expires_at),
        row.confirmed_by,
        None,
        wording.hex(),
        seal.hex(),
        None,
    ]
    words = "[" + ", ".join(str(x) if isinstance(x, Decimal) else json.dumps(x, ensure_ascii=False) for x in told) + "]"
    assert row.hash == sha256(words.encode()).digest()
    assert seal == sha256(salt + json.dumps([row.address, row.origin]).encode()).digest()


def test_what_is_said_again_is_no_news_unless_more_is_known_of_it(db: Database, contact: int) -> None:
    assert say(db, contact) is not None
    assert say(db, contact) is None
    assert say(db, contact, wording="Please write to me.", language="en") is not None
    assert say(db, contact, wording="Please write to me.", language="en") is None
    assert say(db, contact, confirmed_by="a mailed link") is not None
    assert say(db, contact, basis=Basis.IMPLIED_INQUIRY) is None  # a yes without an end is more


@pytest.mark.parametrize("statement", ["UPDATE consent_records SET granted = false", "DELETE FROM consent_records"])
def test_nothing_is_taken_back_from_the_ledger(db: Database, contact: int, statement: str) -> None:
    say(db, contact)
    with pytest.raises(psycopg.errors.RestrictViolation), db.raw_transaction() as connection:
        connection.execute(statement)


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("UPDATE consent_records SET granted = NOT granted WHERE id = (SELECT min(id) FROM consent_records)", "words"),
        ("UPDATE consent_records SET source = source || ' '", "words"),
        ("UPDATE consent_records SET given_at = given_at - interval '1 microsecond'", "words"),
        ("UPDATE consent_records SET expires_at = now()", "words"),
        ("UPDATE consent_records SET address = 'b@example.com'", "address or origin was changed"),
        ("UPDATE consent_records SET origin = 'paper', salt = NULL", "address or origin was added"),
        ("UPDATE consent_wordings SET words = words || '!'", "wording"),
        ("DELETE FROM consent_records WHERE id = (SELECT min(id) FROM consent_records)", "removed"),
        ("UPDATE touches SET consent_id = 99", "it is gone"),
    ],
)
def test_whatever_somebody_changes_is_found(
    db: Database, contact: int, touches: list[object], statement: str, fault: str
) -> None:
    say(db, contact, wording="Please write to me.", language="en")
    say(db, contact, granted=False)
    assert faults(db) == []
    forged(db, statement)
    assert any(fault in one for one in faults(db))


COLUMNS = ("channel", "granted", "source", "basis", "purpose", "confirmed_by", "address", "origin")


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    words=st.lists(
        st.tuples(st.booleans(), st.text(st.characters(exclude_characters="\x00", codec="utf-8"), max_size=20)),
        min_size=1,
        max_size=6,
    ),
    column=st.sampled_from(COLUMNS),
    data=st.data(),
)
def test_any_chain_holds_until_any_field_of_any_line_is_changed(
    db: Database, words: Sequence[tuple[bool, str]], column: str, data: st.DataObject
) -> None:
    with db.transaction() as session:
        somebody = a_contact(session)
    forged(db, "DELETE FROM consent_records")
    lines = [line for yes, said in words if (line := say(db, somebody, granted=yes, source=said, wording=said))]
    assert faults(db) == []
    if not lines:
        return
    line = data.draw(st.sampled_from(lines))
    change = "NOT granted" if column == "granted" else f"{column} || 'x'"
    forged(db, f"UPDATE consent_records SET {column} = {change} WHERE id = {line}")
    assert len(faults(db)) == 1
    back = "NOT granted" if column == "granted" else f"left({column}, -1)"
    forged(db, f"UPDATE consent_records SET {column} = {back} WHERE id = {line}")
    assert faults(db) == []


def test_writers_at_once_make_one_chain(db: Database, contact: int) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: say(db, contact, granted=number % 2 == 0, source=f"{number}"), range(40)))
    with db.raw_transaction() as connection:
        lines = load_proof(connection, contact)
    assert [one.previous for one in lines] == ["", *(one.hash for one in lines[:-1])]
    assert faults(db) == []


def test_erasure_leaves_a_chain_that_holds_and_names_nobody(db: Database, contact: int) -> None:
    say(db, contact)
    say(db, contact, granted=False)
    erase_contact(db=db, contact_id=contact, secret=b"secret", now=NOW)
    with db.raw_transaction() as connection:
        lines = load_proof(connection, contact)
    assert [(one.address, one.origin) for one in lines] == [("", "")] * 2
    assert faults(db) == []


def test_a_message_names_the_line_it_relied_on(db: Database, touches: list[object], renderer: Renderer) -> None:
    wire = FakeWire()
    with db.transaction() as session:
        somebody = session.scalars(select(Touch.contact_id).order_by(Touch.contact_id)).first()
        assert somebody is not None
    line = say(db, somebody, wording="Please write to me.")
    deliver_chunk(db=db, provider=wire, renderer_for=lambda _: renderer, now=NOW)
    with db.transaction() as session:
        relied = session.scalars(select(Touch.consent_id).where(Touch.contact_id == somebody)).one()
    assert relied == line
    with db.raw_transaction() as connection:
        assert load_proof(connection, somebody)[-1].relied_on == 1


def test_a_permission_that_has_ended_withholds_what_was_planned(
    db: Database, touches: list[object], renderer: Renderer
) -> None:
    with db.transaction() as session:
        for somebody in session.scalars(select(Touch.contact_id)).all():
            session.add(
                ConsentRecord(
                    contact_id=somebody,
                    channel="email",
                    granted=True,
                    source="inquiry",
                    given_at=NOW - 200 * DAY,
                    recorded_at=NOW - 200 * DAY,
                    basis=Basis.IMPLIED_INQUIRY,
                    expires_at=expiry(Basis.IMPLIED_INQUIRY, NOW - 200 * DAY),
                )
            )
    done = deliver_chunk(db=db, provider=FakeWire(), renderer_for=lambda _: renderer, now=NOW)
    assert (done.sent, done.withheld) == (0, 30)
    with db.transaction() as session:
        assert set(session.scalars(select(Touch.outcome))) == {"consent has expired"}


def test_implied_consent_ends_by_itself_and_a_purchase_renews_it(db: Database) -> None:
    with db.transaction() as session:
        silent, buyer, asker, keeper = (a_contact(session, may_email=True, may_sms=False) for _ in range(4))
        for whose, kind, days in ((buyer, "purchase", 30), (asker, "question", 400)):
            at = NOW - days * DAY
            session.add(Signal(contact_id=whose, kind=kind, reference=kind, occurred_at=at))
    forged(db, "DELETE FROM consent_records")
    for somebody in (silent, buyer, asker):
        say(db, somebody, given_at=NOW - 800 * DAY, basis=Basis.IMPLIED_PURCHASE)
    say(db, keeper, given_at=NOW - 800 * DAY)
    assert expire_consent(db=db, now=NOW) == Expired(renewed=1, ended=2)
    assert expire_consent(db=db, now=NOW) == Expired(renewed=0, ended=0)
    with db.transaction() as session:
        may = {row.id: row.may_email for row in session.scalars(select(Contact))}
    assert may == {silent: False, buyer: True, asker: False, keeper: True}
    with db.raw_transaction() as connection:
        renewed = load_proof(connection, buyer)[-1]
    assert (renewed.source, renewed.basis) == ("signal: purchase", "implied_purchase")
    assert renewed.expires_at == expiry(Basis.IMPLIED_PURCHASE, NOW - 30 * DAY)
    assert faults(db) == []


def test_a_purchase_after_the_end_opens_the_channel_again_unless_the_address_is_barred(db: Database) -> None:
    with db.transaction() as session:
        back, barred, erased = (a_contact(session, may_email=True, may_sms=False) for _ in range(3))
    forged(db, "DELETE FROM consent_records")
    for somebody in (back, barred, erased):
        say(db, somebody, given_at=NOW - 800 * DAY, basis=Basis.IMPLIED_PURCHASE)
    assert expire_consent(db=db, now=NOW) == Expired(renewed=0, ended=3)
    with db.transaction() as session:
        address = session.get_one(Contact, barred).email
        session.add(Suppression(channel="email", address=address.lower(), reason="bounced", since=NOW))
        for whose in (back, barred, erased):
            session.add(Signal(contact_id=whose, kind="purchase", reference="till", occurred_at=NOW + DAY))
    erase_contact(db=db, contact_id=erased, secret=b"secret", now=NOW)
    assert expire_consent(db=db, now=NOW + 2 * DAY) == Expired(renewed=2, ended=0)
    with db.transaction() as session:
        may = {row.id: row.may_email for row in session.scalars(select(Contact))}
    assert may == {back: True, barred: False, erased: False}
    assert faults(db) == []


def test_whoever_withdrew_is_not_brought_back_by_a_purchase(db: Database) -> None:
    with db.transaction() as session:
        gone = a_contact(session, may_email=False, may_sms=False)
        session.add(Signal(contact_id=gone, kind="purchase", reference="till", occurred_at=NOW - DAY))
    forged(db, "DELETE FROM consent_records")
    say(db, gone, given_at=NOW - 800 * DAY, basis=Basis.IMPLIED_PURCHASE)
    say(db, gone, granted=False)
    assert expire_consent(db=db, now=NOW) == Expired(renewed=0, ended=0)
    with db.transaction() as session:
        assert not session.get_one(Contact, gone).may_email


def test_the_proof_of_a_contact_is_a_document_that_says_how_to_check_it(db: Database, contact: int) -> None:
    say(db, contact, wording="Please write to me.", language="en")
    with db.transaction() as session:
        external_id = session.get_one(Contact, contact).external_id
    proof = prove_consent(db=db, external_id=external_id)
    assert proof is not None
    told = json.loads(proof.as_json(now=NOW))
    assert (told["chain_holds"], told["lines"][0]["wording"]) == (True, "Please write to me.")
    assert "SHA-256" in told["rule"]
    assert prove_consent(db=db, external_id="nobody") is None
