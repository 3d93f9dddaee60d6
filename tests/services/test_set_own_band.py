"""A band of a contact's own."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from outreach.db.models.ledger import Touch
from outreach.db.models.rhythm import CadenceChange, Rhythm
from outreach.db.session import Database
from outreach.domain.errors import BadInput
from outreach.services.set_own_band import set_own_band
from tests.factories import NOW, a_contact, a_sent_touch, a_touch

DAY = timedelta(days=1)


@pytest.fixture
def contact_id(db: Database) -> int:
    """A contact of an industry with 6, 14 and 35 days, touched yesterday."""
    with db.transaction() as session:
        contact = a_contact(session, last_touch_at=NOW - DAY)
        a_sent_touch(session, contact_id=contact, sent_at=NOW - DAY)
        return contact


def band(db: Database, contact_id: int, shortest: float | None, longest: float | None) -> bool:
    return set_own_band(db=db, contact_id=contact_id, min_gap=shortest, max_gap=longest, now=NOW)


def rhythm(db: Database, contact_id: int) -> Rhythm:
    with db.transaction() as session:
        return session.get_one(Rhythm, contact_id)


def test_the_gap_moves_inside_at_once_and_what_comes_too_early_is_taken_back(db: Database, contact_id: int) -> None:
    with db.transaction() as session:
        a_touch(session, contact_id=contact_id, send_at=NOW + 18 * DAY)
    assert band(db, contact_id, 20.0, None)
    now = rhythm(db, contact_id)
    assert (now.own_min_gap, now.own_max_gap, now.gap, now.next_due_at) == (20.0, None, 20.0, NOW + 19 * DAY)
    with db.transaction() as session:
        assert session.scalars(select(Touch).where(Touch.state == "planned")).all() == []
        change = session.scalars(select(CadenceChange)).one()
    assert change.reason == "Gap 20 days, before that 14 days: staff set this contact's band to 20 to 35 days."


def test_setting_the_same_band_again_changes_nothing(db: Database, contact_id: int) -> None:
    assert band(db, contact_id, 5.0, 30.0)
    assert not band(db, contact_id, 5.0, 30.0)
    with db.transaction() as session:
        assert len(session.scalars(select(CadenceChange)).all()) == 1


def test_the_industrys_band_comes_back(db: Database, contact_id: int) -> None:
    band(db, contact_id, 20.0, 60.0)
    assert band(db, contact_id, None, None)
    now = rhythm(db, contact_id)
    assert (now.own_min_gap, now.own_max_gap, now.gap) == (None, None, 14.0)


@pytest.mark.parametrize(("shortest", "longest"), [(30.0, 10.0), (0.0, 10.0), (40.0, None), (None, 5.0), (1.0, 4000.0)])
def test_a_band_in_which_no_gap_fits_is_refused_with_one_message(
    db: Database, contact_id: int, shortest: float | None, longest: float | None
) -> None:
    with pytest.raises(BadInput) as refused:
        band(db, contact_id, shortest, longest)
    assert len(refused.value.faults) == 1
    assert rhythm(db, contact_id).own_min_gap is None
