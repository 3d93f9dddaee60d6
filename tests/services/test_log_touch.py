"""Calls, visits and replies that people write down, and taking them back."""

from datetime import datetime, timedelta
from pathlib import Path
from threading import Barrier, Thread
from uuid import UUID

import pytest
from sqlalchemy import select

from outreach.db.models.ledger import LoggedTouch as LoggedRow
from outreach.db.models.ledger import Touch, Withheld
from outreach.db.models.rhythm import Rhythm
from outreach.db.queries.claims import claim
from outreach.db.session import Database
from outreach.domain.errors import BadInput
from outreach.domain.logged import NOTE_LENGTH, LoggedTouch
from outreach.domain.touch import Channel
from outreach.services.import_signals import import_signals
from outreach.services.log_touch import Logged, log_touch
from outreach.services.plan_touches import plan_touches
from outreach.services.unlog_touch import unlog_touch
from tests.factories import (
    NOW,
    OPEN_ALL_WEEK,
    a_contact,
    a_content,
    a_sent_touch,
    a_touch,
    an_edition,
    an_industry,
)

DAY = timedelta(days=1)
STAFF = "mair@hearth.example"


@pytest.fixture
def contact_id(db: Database) -> int:
    """A contact whose last touch was twenty days ago; it may hear again after six."""
    with db.transaction() as session:
        contact = a_contact(session, last_touch_at=NOW - 20 * DAY)
        a_sent_touch(session, contact_id=contact, sent_at=NOW - 20 * DAY)
        return contact


def call(at: datetime = NOW, note: str = "") -> LoggedTouch:
    return LoggedTouch(Channel.CALL, at, note)


def log(db: Database, contact_id: int, touch: LoggedTouch) -> Logged | None:
    return log_touch(db=db, contact_id=contact_id, touch=touch, staff=STAFF, now=NOW)


def rhythm(db: Database, contact_id: int) -> Rhythm:
    with db.transaction() as session:
        return session.get_one(Rhythm, contact_id)


def planned(db: Database) -> set[UUID]:
    with db.transaction() as session:
        return set(session.scalars(select(Touch.id).where(Touch.state == "planned")))


def test_a_call_sets_the_clock(db: Database, contact_id: int) -> None:
    log(db, contact_id, call(NOW - DAY, "Wants a new boiler in spring"))
    now = rhythm(db, contact_id)
    assert (now.last_touch_at, now.next_due_at, now.look_at) == (NOW - DAY, NOW + 13 * DAY, NOW)
    with db.transaction() as session:
        line = session.scalars(select(LoggedRow)).one()
    assert (line.channel, line.note, line.logged_by) == ("call", "Wants a new boiler in spring", STAFF)


def test_a_call_before_the_last_touch_is_on_record_and_moves_nothing(db: Database, contact_id: int) -> None:
    with db.transaction() as session:
        early = a_touch(session, contact_id=contact_id, send_at=NOW + DAY)
    assert log(db, contact_id, call(NOW - 25 * DAY))
    assert rhythm(db, contact_id).last_touch_at == NOW - 20 * DAY
    assert planned(db) == {early}


def test_what_is_planned_too_soon_after_a_call_is_taken_back_with_a_reason(db: Database, contact_id: int) -> None:
    with db.transaction() as session:
        a_touch(session, contact_id=contact_id, send_at=NOW + 5 * DAY)
        late = a_touch(session, contact_id=contact_id, send_at=NOW + 6 * DAY)
        service = a_touch(session, contact_id=contact_id, send_at=NOW + DAY, touch_class="service")
        another = a_touch(session, contact_id=a_contact(session), send_at=NOW + DAY)
    done = log(db, contact_id, call())
    assert done is not None
    assert done.taken_back == 1
    assert planned(db) == {late, service, another}
    with db.transaction() as session:
        line = session.scalars(select(Withheld)).one()
    assert (line.contact_id, line.reason_code) == (contact_id, "taken.back")
    assert line.reason_numbers["campaign"] == "Monthly newsletter"
    assert line.reason_numbers["why"] == "logged call on 8 September 2026"


def test_a_contacts_own_shortest_gap_and_its_wish_decide_what_is_too_soon(db: Database, contact_id: int) -> None:
    with db.transaction() as session:
        a_touch(session, contact_id=contact_id, send_at=NOW + 19 * DAY)
        kept = a_touch(session, contact_id=contact_id, send_at=NOW + 21 * DAY)
        wish = session.get_one(Rhythm, contact_id)
        wish.own_min_gap, wish.floor_gap, wish.floor_gap_until = 3.0, 20.0, NOW + 90 * DAY
    log(db, contact_id, call())
    assert planned(db) == {kept}


def test_an_edition_that_was_taken_back_is_planned_anew(db: Database) -> None:
    with db.transaction() as session:
        an_industry(session, calendar=OPEN_ALL_WEEK)
        edition = an_edition(session)
        a_content(session, edition_id=edition)
        contact = a_contact(session, last_touch_at=NOW - 20 * DAY)
    plan_touches(db=db, now=NOW)
    (first,) = planned(db)
    log(db, contact, call())
    assert not planned(db)
    with db.transaction() as session:
        look_at = session.get_one(Rhythm, contact).look_at
    for _ in range(40):
        plan_touches(db=db, now=look_at)
        if planned(db):
            break
        look_at = rhythm(db, contact).look_at
    (second,) = planned(db)
    assert second != first
    with db.transaction() as session:
        assert session.get_one(Touch, second).send_at >= NOW + 6 * DAY


def test_the_same_call_logged_twice_at_once_is_one_call(db: Database, contact_id: int) -> None:
    together = Barrier(4)

    def press() -> None:
        together.wait()
        log(db, contact_id, call(note="the same"))

    presses = [Thread(target=press) for _ in range(4)]
    for one in presses:
        one.start()
    for one in presses:
        one.join()
    with db.transaction() as session:
        assert len(session.scalars(select(LoggedRow)).all()) == 1


def test_a_worker_that_claims_meanwhile_keeps_what_it_holds_and_gets_nothing_that_was_taken_back(
    db: Database, contact_id: int
) -> None:
    with db.transaction() as session:
        touch = a_touch(session, contact_id=contact_id, send_at=NOW)
    with db.raw_transaction() as worker:
        (held,) = claim(worker, owner="worker", channel="email", now=NOW, limit=10)
        # Logging neither waits for the worker nor takes from it what it holds.
        done = log(db, contact_id, call())
    assert done is not None
    assert (held.id, done.taken_back) == (touch, 0)
    with db.transaction() as session:
        assert session.get_one(Touch, touch).state == "claimed"


def test_logging_and_claiming_at_once_leave_each_touch_with_one_of_them(db: Database) -> None:
    with db.transaction() as session:
        contacts = [a_contact(session, last_touch_at=NOW - 20 * DAY) for _ in range(20)]
        edition = an_edition(session)
        touches = {a_touch(session, contact_id=one, edition_id=edition, send_at=NOW) for one in contacts}
    together = Barrier(2)
    claimed: set[UUID] = set()

    def work() -> None:
        together.wait()
        while True:
            with db.raw_transaction() as worker:
                claims = claim(worker, owner="worker", channel="email", now=NOW, limit=1)
            if not claims:
                return
            claimed.update(one.id for one in claims)

    worker = Thread(target=work)
    worker.start()
    together.wait()
    taken = sum(done.taken_back for one in reversed(contacts) if (done := log(db, one, call())))
    worker.join()
    with db.transaction() as session:
        left = set(session.scalars(select(Touch.id)))
    assert left == claimed
    assert len(claimed) + taken == len(touches)


def test_a_logged_touch_taken_back_leaves_the_clock_as_it_was(db: Database, contact_id: int) -> None:
    done = log(db, contact_id, call())
    assert done is not None
    assert done.logged_id is not None
    assert unlog_touch(db=db, contact_id=contact_id, logged_id=done.logged_id, now=NOW)
    assert rhythm(db, contact_id).last_touch_at == NOW - 20 * DAY
    assert rhythm(db, contact_id).next_due_at == NOW - 6 * DAY
    assert not unlog_touch(db=db, contact_id=contact_id, logged_id=done.logged_id, now=NOW)


def test_a_touch_of_another_contact_cannot_be_taken_back_here(db: Database, contact_id: int) -> None:
    with db.transaction() as session:
        another = a_contact(session)
    done = log(db, another, call())
    assert done is not None
    assert done.logged_id is not None
    assert not unlog_touch(db=db, contact_id=contact_id, logged_id=done.logged_id, now=NOW)


def test_taking_the_only_touch_back_counts_from_the_beginning_again(db: Database) -> None:
    with db.transaction() as session:
        contact = a_contact(session)
    done = log(db, contact, call())
    assert done is not None
    assert done.logged_id is not None
    unlog_touch(db=db, contact_id=contact, logged_id=done.logged_id, now=NOW)
    now = rhythm(db, contact)
    assert now.last_touch_at is None
    assert now.started_at <= now.next_due_at <= now.started_at + 10 * DAY


def test_nobody_can_be_called_who_is_not_there(db: Database) -> None:
    assert log(db, 4711, call()) is None


@pytest.mark.parametrize(
    ("wrong", "column"),
    [
        ({"channel": "pigeon"}, "channel"),
        ({"at": NOW + DAY}, "at"),
        ({"at": NOW - 400 * DAY}, "at"),
        ({"note": "x" * (NOTE_LENGTH + 1)}, "note"),
        ({"note": "a\x07b"}, "note"),
    ],
)
def test_what_cannot_have_happened_is_refused(wrong: dict[str, object], column: str) -> None:
    with pytest.raises(BadInput) as refused:
        LoggedTouch.checked(**({"channel": "call", "at": NOW, "note": "", "now": NOW} | wrong))  # type: ignore[arg-type]
    assert [fault.column for fault in refused.value.faults] == [column]


def signals(tmp_path: Path, *rows: str) -> Path:
    path = tmp_path / "signals.csv"
    path.write_text("\n".join(["external_id,kind,occurred_at", *rows]) + "\n")
    return path


@pytest.mark.parametrize("kind", ["visit", "reply"])
def test_a_visit_or_a_reply_in_an_import_sets_the_clock_and_takes_back(
    db: Database, contact_id: int, tmp_path: Path, kind: str
) -> None:
    with db.transaction() as session:
        external = a_contact(session, external_id="EXT", last_touch_at=NOW - 20 * DAY)
        a_touch(session, contact_id=external, send_at=NOW + DAY)
    at = NOW - 2 * DAY
    report = import_signals(
        db=db,
        path=signals(tmp_path, f"EXT,{kind},{at.isoformat()}", f"EXT,{kind},{(at - DAY).isoformat()}"),
        now=NOW,
    )
    assert report.new == 2
    assert rhythm(db, external).last_touch_at == at
    assert not planned(db)
    with db.transaction() as session:
        assert session.scalars(select(Withheld)).one().reason_numbers["why"] == f"{kind} on 6 September 2026"


def test_a_purchase_or_an_old_visit_sets_no_clock(db: Database, tmp_path: Path) -> None:
    with db.transaction() as session:
        external = a_contact(session, external_id="EXT", last_touch_at=NOW - 20 * DAY)
        new = a_contact(session, external_id="NEW")
        session.get_one(Rhythm, new).started_at = NOW
    path = signals(
        tmp_path,
        "EXT,purchase,2026-09-07T10:00:00Z",
        "EXT,visit,2026-08-01T10:00:00Z",
        "NEW,visit,2025-03-01T10:00:00Z",
    )
    import_signals(db=db, path=path, now=NOW)
    assert rhythm(db, external).last_touch_at == NOW - 20 * DAY
    assert rhythm(db, new).last_touch_at is None
