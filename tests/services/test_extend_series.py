"""Evergreen series: a next round in time, behind the one before, once."""

from datetime import date, datetime, timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from outreach.db.models.content import Campaign, Edition, EditionContent, Link
from outreach.db.models.ledger import Touch
from outreach.db.models.rhythm import Rhythm
from outreach.db.session import Database
from outreach.services.extend_series import AT_LEAST, extend_series
from outreach.services.plan_touches import plan_touches
from tests.factories import (
    NOW,
    OPEN_ALL_WEEK,
    a_business,
    a_campaign,
    a_contact,
    a_content,
    a_link,
    a_sent_touch,
    an_edition,
    an_industry,
)

TIPS = ("tip-1", "tip-2", "tip-3")
ENDS = date(2028, 12, 31)


@pytest.fixture
def tips(db: Database) -> list[int]:
    """An evergreen series of three tips."""
    with db.transaction() as session:
        a_business(session)
        campaign = a_campaign(session, key="tips", rule="series", evergreen=True)
        made = [
            an_edition(session, campaign_id=campaign, key=key, position=place, closes_on=ENDS)
            for place, key in enumerate(TIPS, start=1)
        ]
        for edition in made:
            a_content(session, edition_id=edition, subject=f"Tip {edition}")
            a_link(session, edition_id=edition)
    return made


def somebody(db: Database, had: list[int]) -> int:
    """A contact who has had these, a week apart, and whose turn it is."""
    with db.transaction() as session:
        industry = an_industry(session, calendar=OPEN_ALL_WEEK)
        last = NOW - timedelta(days=15)
        contact = a_contact(session, industry_id=industry, last_touch_at=last)
        for back, edition in enumerate(reversed(had)):
            a_sent_touch(session, contact_id=contact, edition_id=edition, sent_at=last - timedelta(days=7 * back))
        session.get_one(Rhythm, contact).look_at = NOW
    return contact


def editions(db: Database) -> list[Edition]:
    with db.transaction() as session:
        return list(session.scalars(select(Edition).order_by(Edition.position)))


def planned_for(db: Database, contact: int, *, now: datetime = NOW) -> str:
    """The key of the edition that the planner gives the contact."""
    plan_touches(db=db, now=now)
    with db.transaction() as session:
        statement = select(Edition.key).join(Touch, Touch.edition_id == Edition.id)
        return session.scalars(statement.where(Touch.contact_id == contact, Touch.state == "planned")).one()


def test_who_had_the_whole_series_gets_the_first_tip_again_and_the_others_go_on_where_they_are(
    db: Database, tips: list[int]
) -> None:
    everything, half, nothing = somebody(db, tips), somebody(db, tips[:2]), somebody(db, [])
    assert extend_series(db=db, now=NOW) == 1
    assert planned_for(db, everything) == "tip-1-round-2"
    assert planned_for(db, half) == "tip-3"
    assert planned_for(db, nothing) == "tip-1"


def test_a_next_round_says_the_same_and_is_staffs_own(db: Database, tips: list[int]) -> None:
    somebody(db, tips[:1])
    extend_series(db=db, now=NOW)
    made = editions(db)[3:]
    assert [edition.key for edition in made] == [f"{key}-round-2" for key in TIPS]
    assert [edition.repeats for edition in made] == tips
    assert {(one.round, one.source, one.state, one.opens_on, one.closes_on) for one in made} == {
        (2, "staff", "published", NOW.date(), ENDS)
    }
    with db.transaction() as session:
        first = made[0].id
        words = session.scalars(select(EditionContent).filter_by(edition_id=first)).one()
        assert words.subject == f"Tip {tips[0]}"
        assert session.scalars(select(Link.url).filter_by(edition_id=first)).one() == "https://hearth.example/book"


def test_nothing_is_appended_before_anybody_has_begun(db: Database, tips: list[int]) -> None:
    assert extend_series(db=db, now=NOW) == 0
    assert len(editions(db)) == len(tips)


def test_doing_it_again_makes_no_third_round_before_somebody_begins_the_second(db: Database, tips: list[int]) -> None:
    somebody(db, tips)
    assert [extend_series(db=db, now=NOW) for _ in range(3)] == [1, 0, 0]
    somebody(db, [edition.id for edition in editions(db)[:4]])
    assert extend_series(db=db, now=NOW) == 1
    assert [edition.round for edition in editions(db)] == [1, 1, 1, 2, 2, 2, 3, 3, 3]


def test_two_at_once_make_one_round(db: Database, tips: list[int]) -> None:
    somebody(db, tips)
    start, made = Barrier(2), []

    def run() -> None:
        start.wait()
        made.append(extend_series(db=db, now=NOW))

    threads = [Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(made) == [0, 1]
    assert len(editions(db)) == 2 * len(tips)


def test_a_series_is_lengthened_before_a_forecast_sees_its_end(db: Database, tips: list[int]) -> None:
    later = datetime.combine(ENDS - timedelta(days=30), NOW.timetz())
    extend_series(db=db, now=later)
    ends = {edition.closes_on for edition in editions(db)}
    assert min(ends) >= later.date() + AT_LEAST
    extend_series(db=db, now=later + timedelta(days=1))
    assert {edition.closes_on for edition in editions(db)} == ends


def test_what_was_stopped_is_neither_repeated_nor_lengthened(db: Database, tips: list[int]) -> None:
    over = NOW.date() - timedelta(days=2)
    with db.transaction() as session:
        session.get_one(Edition, tips[1]).closes_on = over
    somebody(db, tips)
    extend_series(db=db, now=NOW)
    assert [edition.repeats for edition in editions(db)[3:]] == [tips[0], tips[2]]
    assert editions(db)[1].closes_on == over


def test_a_series_that_is_not_evergreen_ends(db: Database, tips: list[int]) -> None:
    with db.transaction() as session:
        session.scalars(select(Campaign)).one().evergreen = False
    somebody(db, tips)
    assert extend_series(db=db, now=NOW) == 0
