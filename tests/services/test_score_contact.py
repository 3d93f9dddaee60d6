"""The score of one contact is that of a base of one, and says nothing of those nobody can reach."""

from datetime import datetime, timedelta

import pytest

from outreach.db.session import Database
from outreach.domain.rhythm.score import ScoreWord, score_word
from outreach.services.score_contact import score_contact
from tests.factories import OPEN_ALL_WEEK, a_contact, a_sent_touch, an_industry


def touched(db: Database, now: datetime, *days_ago: int, **values: object) -> int:
    with db.transaction() as session:
        an_industry(session, calendar=OPEN_ALL_WEEK)
        contact = a_contact(session, last_touch_at=now - timedelta(days=min(days_ago)), **values)
        for ago in days_ago:
            a_sent_touch(session, contact_id=contact, sent_at=now - timedelta(days=ago))
    return contact


def test_an_even_rhythm_scores_a_hundred(db: Database, now: datetime) -> None:
    told = score_contact(db=db, contact_id=touched(db, now, *range(2, 150, 14)), now=now)
    assert told is not None
    assert told.score == pytest.approx(100)
    assert score_word(told.score) is ScoreWord.VERY_GOOD


def test_silence_past_the_floor_is_counted_in_days(db: Database, now: datetime) -> None:
    told = score_contact(db=db, contact_id=touched(db, now, 75, 89, 103), now=now)
    assert told is not None
    assert told.famine_days == pytest.approx(40, abs=1)
    assert told.score < 60


def test_other_contacts_do_not_count(db: Database, now: datetime) -> None:
    first = touched(db, now, *range(2, 150, 14))
    touched(db, now, 80)
    told = score_contact(db=db, contact_id=first, now=now)
    assert told is not None
    assert told.days == 90
    assert told.score == pytest.approx(100)


def test_who_cannot_be_reached_has_no_score(db: Database, now: datetime) -> None:
    unreachable = touched(db, now, 20, may_email=False, may_sms=False)
    assert score_contact(db=db, contact_id=unreachable, now=now) is None
    assert score_contact(db=db, contact_id=404, now=now) is None
