"""Moving editions: the length stays, what lies outside is taken back, and a pack leaves the days alone."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from outreach.db.models.content import Edition
from outreach.db.models.ledger import Touch, Withheld
from outreach.db.models.rhythm import Rhythm
from outreach.db.session import Database
from outreach.domain.errors import BadInput
from outreach.services.move_edition import move_edition
from tests.factories import NOW, a_contact, a_sent_touch, a_touch, an_edition


@pytest.fixture
def september(db: Database) -> int:
    """An edition of September 2026."""
    with db.transaction() as session:
        return an_edition(session)


def edition_of(db: Database, edition: int) -> Edition:
    with db.transaction() as session:
        return session.get_one(Edition, edition)


def test_both_ends_move_by_the_same_days_and_packs_leave_them_alone(db: Database, september: int) -> None:
    moved = move_edition(db=db, edition_id=september, opens_on=date(2026, 10, 5), now=NOW)
    assert moved is not None
    assert (moved.opens_on, moved.closes_on, moved.taken_back) == (date(2026, 10, 5), date(2026, 11, 3), 0)
    row = edition_of(db, september)
    assert (row.opens_on, row.closes_on, row.edited_at) == (moved.opens_on, moved.closes_on, NOW)


def test_what_is_planned_outside_is_taken_back_with_a_reason_and_its_contact_looked_at_again(
    db: Database, september: int
) -> None:
    with db.transaction() as session:
        one, two = a_contact(session), a_contact(session)
        gone = a_touch(session, contact_id=one, edition_id=september, send_at=NOW + timedelta(days=1))
        stays = a_touch(session, contact_id=two, edition_id=september, send_at=NOW + timedelta(days=20))
        session.get_one(Rhythm, one).look_at = NOW + timedelta(days=30)
    foreseen = move_edition(db=db, edition_id=september, opens_on=date(2026, 9, 20), now=NOW, preview=True)
    assert foreseen is not None
    assert foreseen.taken_back == 1
    assert edition_of(db, september).opens_on == date(2026, 9, 1)
    moved = move_edition(db=db, edition_id=september, opens_on=date(2026, 9, 20), now=NOW)
    assert moved is not None
    assert moved.taken_back == 1
    with db.transaction() as session:
        assert session.scalars(select(Touch.id)).all() == [stays] != [gone]
        line = session.scalars(select(Withheld)).one()
        assert (line.contact_id, line.reason_code) == (one, "taken.back")
        assert "is open from" in line.reason_numbers["why"]
        assert session.get_one(Rhythm, one).look_at == NOW


def test_a_day_is_the_contacts_own(db: Database, september: int) -> None:
    late = datetime(2026, 9, 30, 23, 30, tzinfo=UTC)
    with db.transaction() as session:
        london, auckland = a_contact(session), a_contact(session, time_zone="Pacific/Auckland")
        for contact in (london, auckland):
            a_touch(session, contact_id=contact, edition_id=september, send_at=late)
    # One day to and fro: in Auckland it is October by then.
    moved = move_edition(db=db, edition_id=september, opens_on=date(2026, 9, 2), now=NOW)
    assert moved is not None
    assert moved.taken_back == 0
    back = move_edition(db=db, edition_id=september, opens_on=date(2026, 9, 1), now=NOW)
    assert back is not None
    assert back.taken_back == 2


def test_undoing_a_move_brings_the_days_back(db: Database, september: int) -> None:
    with db.transaction() as session:
        a_sent_touch(session, contact_id=a_contact(session), edition_id=september, sent_at=NOW)
    move_edition(db=db, edition_id=september, opens_on=date(2026, 9, 20), now=NOW)
    move_edition(db=db, edition_id=september, opens_on=date(2026, 9, 1), now=NOW)
    row = edition_of(db, september)
    assert (row.opens_on, row.closes_on) == (date(2026, 9, 1), date(2026, 9, 30))


def test_what_has_begun_cannot_be_over_before_today(db: Database, september: int) -> None:
    with db.transaction() as session:
        a_sent_touch(session, contact_id=a_contact(session), edition_id=september, sent_at=NOW)
    with pytest.raises(BadInput, match="'2026-08-01': its sending has begun") as refused:
        move_edition(db=db, edition_id=september, opens_on=date(2026, 8, 1), now=NOW)
    assert refused.value.faults[0].mend == "Choose days of which the last is today or later."
    assert edition_of(db, september).opens_on == date(2026, 9, 1)


def test_what_nobody_has_been_sent_may_move_anywhere(db: Database, september: int) -> None:
    assert move_edition(db=db, edition_id=september, opens_on=date(2026, 8, 1), now=NOW) is not None


def test_moving_it_to_where_it_is_changes_nothing(db: Database, september: int) -> None:
    move_edition(db=db, edition_id=september, opens_on=date(2026, 9, 1), now=NOW)
    assert edition_of(db, september).edited_at is None


def test_an_edition_there_is_not_and_a_day_there_is_not(db: Database, september: int) -> None:
    assert move_edition(db=db, edition_id=september + 1, opens_on=date(2026, 9, 1), now=NOW) is None
    with pytest.raises(BadInput, match="no calendar reaches that far"):
        move_edition(db=db, edition_id=september, opens_on=date.max, now=NOW)
