"""Wishes of contacts: less often, a pause, and each taken back."""

from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from outreach.db.models.feedback import EventRow
from outreach.db.models.ledger import Touch, Withheld
from outreach.db.models.rhythm import CadenceChange, Rhythm
from outreach.db.session import Database
from outreach.domain.errors import BadInput
from outreach.domain.rhythm.cadence import LESS_OFTEN_DAYS
from outreach.domain.wishes import Wish, WishKind
from outreach.services.plan_touches import plan_touches
from outreach.services.set_wish import set_wish
from tests.factories import NOW, a_contact, a_sent_touch, a_touch

DAY = timedelta(days=1)
LESS, USUAL, END = Wish(WishKind.LESS_OFTEN), Wish(WishKind.USUAL_RHYTHM), Wish(WishKind.END_PAUSE)
MORE = Wish(WishKind.MORE_OFTEN)


def pause(until: date) -> Wish:
    return Wish(WishKind.PAUSE, until)


@pytest.fixture
def contact_id(db: Database) -> int:
    """A contact with a gap of 14 days, touched yesterday; the longest gap is 35."""
    with db.transaction() as session:
        contact = a_contact(session, last_touch_at=NOW - DAY)
        a_sent_touch(session, contact_id=contact, sent_at=NOW - DAY)
        return contact


def wish(db: Database, contact_id: int, what: Wish) -> bool:
    return set_wish(db=db, contact_id=contact_id, wish=what, source="unsubscribe page", now=NOW)


def rhythm(db: Database, contact_id: int) -> Rhythm:
    with db.transaction() as session:
        return session.get_one(Rhythm, contact_id)


def sentences(db: Database) -> list[str]:
    with db.transaction() as session:
        return list(session.scalars(select(CadenceChange.reason).order_by(CadenceChange.id)))


def events(db: Database) -> list[str]:
    with db.transaction() as session:
        return list(session.scalars(select(EventRow.type).order_by(EventRow.id)))


def test_less_often_stretches_the_gap_for_a_year_at_once(db: Database, contact_id: int) -> None:
    assert wish(db, contact_id, LESS)
    now = rhythm(db, contact_id)
    assert (now.floor_gap, now.gap, now.floor_gap_until) == (21.0, 21.0, NOW + timedelta(days=LESS_OFTEN_DAYS))
    assert (now.next_due_at, now.look_at) == (NOW + 20 * DAY, NOW)
    assert sentences(db) == ["Gap stretched from 14 to 21 days: the contact asked to hear less often."]
    assert events(db) == ["less_often"]


def test_less_often_takes_back_what_comes_too_early_for_it(db: Database, contact_id: int) -> None:
    with db.transaction() as session:
        a_touch(session, contact_id=contact_id, send_at=NOW + 13 * DAY)
        late = a_touch(session, contact_id=contact_id, send_at=NOW + 20 * DAY)
        urgent = a_touch(session, contact_id=contact_id, send_at=NOW + DAY, touch_class="service")
    wish(db, contact_id, LESS)
    with db.transaction() as session:
        assert set(session.scalars(select(Touch.id).where(Touch.state == "planned"))) == {late, urgent}
        line = session.scalars(select(Withheld)).one()
    assert line.reason_numbers["why"] == "the contact asked to hear less often"


def test_the_same_wish_posted_four_times_at_once_is_one_wish(db: Database, contact_id: int) -> None:
    together = Barrier(4)

    def press(what: Wish) -> None:
        together.wait()
        wish(db, contact_id, what)

    for what in (LESS, pause(date(2026, 12, 8)), USUAL, END):
        presses = [Thread(target=press, args=(what,)) for _ in range(4)]
        for one in presses:
            one.start()
        for one in presses:
            one.join()
    assert events(db) == ["less_often", "pause", "usual_rhythm", "end_pause"]
    assert len(sentences(db)) == 4
    assert rhythm(db, contact_id).gap == 14.0


def test_less_often_said_again_after_another_touch_stretches_again(db: Database, contact_id: int) -> None:
    wish(db, contact_id, LESS)
    with db.transaction() as session:
        session.get_one(Rhythm, contact_id).last_touch_at = NOW + 20 * DAY
    assert set_wish(db=db, contact_id=contact_id, wish=LESS, source="unsubscribe page", now=NOW + 21 * DAY)
    assert rhythm(db, contact_id).gap == 32.0


def test_nobody_is_stretched_past_the_longest_gap(db: Database, contact_id: int) -> None:
    with db.transaction() as session:
        session.get_one(Rhythm, contact_id).own_max_gap = 15.0
    assert wish(db, contact_id, LESS)
    assert rhythm(db, contact_id).gap == 15.0
    with db.transaction() as session:
        session.get_one(Rhythm, contact_id).last_touch_at = NOW + DAY
    assert set_wish(db=db, contact_id=contact_id, wish=LESS, source="unsubscribe page", now=NOW + 2 * DAY)
    assert sentences(db)[-1] == "The contact asked to hear less often; the gap of 15 days is the longest already."


def test_the_usual_rhythm_brings_back_what_was_learnt(db: Database, contact_id: int) -> None:
    assert not wish(db, contact_id, USUAL)
    wish(db, contact_id, LESS)
    assert wish(db, contact_id, USUAL)
    now = rhythm(db, contact_id)
    assert (now.floor_gap, now.gap, now.next_due_at) == (None, 14.0, NOW + 13 * DAY)
    assert sentences(db)[-1] == "Gap set back from 21 to 14 days: the contact no longer asks to hear less often."


def test_a_pause_lasts_until_its_day_begins_where_the_contact_lives(db: Database) -> None:
    with db.transaction() as session:
        contact = a_contact(session, time_zone="Asia/Tokyo", last_touch_at=NOW - 30 * DAY)
        a_touch(session, contact_id=contact, send_at=NOW + DAY)
    assert wish(db, contact, pause(date(2026, 12, 8)))
    until = rhythm(db, contact).paused_until
    assert until is not None
    assert until.isoformat() == "2026-12-07T15:00:00+00:00"
    assert sentences(db) == ["The contact asked for a pause until 8 December 2026; the gap stays 14 days."]
    with db.transaction() as session:
        assert not session.scalars(select(Touch)).all()
        assert session.scalars(select(Withheld)).one().reason_numbers["why"] == "paused until 8 December 2026"
    plan_touches(db=db, now=NOW)
    assert rhythm(db, contact).waiting_code == "wait.paused"


def test_a_pause_that_is_ended_lets_the_planner_look_at_once(db: Database, contact_id: int) -> None:
    assert not wish(db, contact_id, END)
    wish(db, contact_id, pause(date(2026, 12, 8)))
    assert wish(db, contact_id, END)
    now = rhythm(db, contact_id)
    assert (now.paused_until, now.look_at) == (None, NOW)
    assert sentences(db)[-1] == "The pause was ended; the gap is still 14 days."


@pytest.mark.parametrize("until", [date(2026, 9, 8), date(2026, 1, 1), date(2029, 1, 1)])
def test_a_pause_that_ends_before_it_begins_or_never_is_refused(db: Database, contact_id: int, until: date) -> None:
    with pytest.raises(BadInput, match="ends after today and by 2028-09-08"):
        wish(db, contact_id, pause(until))
    assert events(db) == []


def test_a_wish_of_nobody_changes_nothing(db: Database) -> None:
    assert not wish(db, 4711, LESS)


def test_more_often_shortens_the_longest_gap_and_with_it_the_present_one(db: Database, contact_id: int) -> None:
    assert wish(db, contact_id, MORE)
    now = rhythm(db, contact_id)
    assert (now.own_max_gap, now.own_min_gap, now.gap) == (9.0, None, 9.0)
    assert now.next_due_at == NOW + 8 * DAY
    assert sentences(db) == ["The contact asked to hear more often: gap 9 days, before that 14 days."]
    assert not wish(db, contact_id, MORE)
    assert events(db) == ["more_often"]


def test_the_usual_rhythm_puts_the_band_back_that_staff_had_set(db: Database, contact_id: int) -> None:
    with db.transaction() as session:
        session.get_one(Rhythm, contact_id).own_max_gap = 28.0
    wish(db, contact_id, MORE)
    assert rhythm(db, contact_id).own_max_gap == 9.0
    assert wish(db, contact_id, USUAL)
    assert (rhythm(db, contact_id).own_max_gap, rhythm(db, contact_id).gap) == (28.0, 14.0)
    assert not wish(db, contact_id, USUAL)


def test_less_often_after_more_often_is_the_one_that_holds(db: Database, contact_id: int) -> None:
    wish(db, contact_id, MORE)
    assert wish(db, contact_id, LESS)
    now = rhythm(db, contact_id)
    assert (now.own_max_gap, now.floor_gap) == (None, 14.0)
    assert now.gap >= 14.0
    assert wish(db, contact_id, MORE)
    assert rhythm(db, contact_id).floor_gap is None


def test_a_band_that_staff_set_after_the_wish_is_theirs(db: Database, contact_id: int) -> None:
    wish(db, contact_id, MORE)
    with db.transaction() as session:
        session.get_one(Rhythm, contact_id).own_max_gap = 20.0
    assert not wish(db, contact_id, USUAL)
    assert rhythm(db, contact_id).own_max_gap == 20.0
