"""The rhythm score, written day by day."""

from datetime import date, timedelta

from outreach.db.models.ledger import LoggedTouch
from outreach.db.models.rhythm import Rhythm
from outreach.db.queries.rhythm_days import EVERYBODY, ScoredDay, load_causes, load_trend
from outreach.db.session import Database
from outreach.domain.wishes import Wish, WishKind
from outreach.services.score_rhythm import score_rhythm
from outreach.services.set_wish import set_wish
from tests.factories import NOW, a_contact, a_sent_touch, an_edition, an_industry

DAY = timedelta(days=1)
YESTERDAY = date(2026, 9, 7)


def trend(db: Database, industry_id: int = EVERYBODY) -> list[ScoredDay]:
    with db.raw_transaction() as connection:
        return load_trend(connection, days=90).get(industry_id, [])


def an_even_contact(db: Database, *, every: int = 14, until: int = 1, **values: int) -> int:
    """Written to every so many days, until so many days ago."""
    with db.transaction() as session:
        contact_id = a_contact(session, **values)
        for days in range(until, 300, every):
            a_sent_touch(session, contact_id=contact_id, edition_id=an_edition(session), sent_at=NOW - days * DAY)
    return contact_id


def test_every_finished_day_is_scored_once(db: Database) -> None:
    an_even_contact(db)
    assert score_rhythm(db=db, now=NOW) == 90
    first = trend(db)
    assert score_rhythm(db=db, now=NOW + timedelta(hours=14)) == 0
    assert trend(db) == first
    assert score_rhythm(db=db, now=NOW + 3 * DAY) == 3
    assert (first[0].day, first[-1].day) == (YESTERDAY - 89 * DAY, YESTERDAY)
    assert [day.score for day in first] == [100.0] * 90
    assert first[-1].spread == [1, 0, 0, 0, 0]


def test_industries_and_the_whole_base_are_told_apart_and_causes_named(db: Database) -> None:
    with db.transaction() as session:
        bakers = an_industry(session, "bakers")
        cafes = an_industry(session, "cafes")
    an_even_contact(db, industry_id=bakers)
    an_even_contact(db, industry_id=cafes, every=3)
    an_even_contact(db, industry_id=cafes, until=45)
    score_rhythm(db=db, now=NOW)
    good, bad, everybody = (trend(db, number)[-1] for number in (bakers, cafes, EVERYBODY))
    assert (good.reachable, good.famine, good.feast, good.score) == (1, 0, 0, 100.0)
    assert (bad.reachable, bad.famine, bad.feast) == (2, 1, 1)
    assert bad.score < everybody.score < good.score
    assert (everybody.reachable, everybody.famine, everybody.feast) == (3, 1, 1)
    with db.raw_transaction() as connection:
        causes = load_causes(connection, days=90)
    assert [(cause.key, cause.famine > 0, cause.feast > 80) for cause in causes] == [("cafes", True, True)]


def test_a_logged_call_ends_a_silence_and_an_own_band_overrides_the_industrys(db: Database) -> None:
    called, slow = an_even_contact(db, until=45), an_even_contact(db, until=45)
    with db.transaction() as session:
        session.add(LoggedTouch(contact_id=called, channel="call", at=NOW - 12 * DAY, recorded_at=NOW))
        session.get_one(Rhythm, slow).own_max_gap = 60.0
    score_rhythm(db=db, now=NOW)
    assert (trend(db)[-1].famine, trend(db)[-1].reachable) == (0, 2)


def test_a_longest_gap_below_the_own_shortest_or_a_wish_for_less_is_no_promise(db: Database) -> None:
    with db.transaction() as session:
        rare, seldom = (session.get_one(Rhythm, an_even_contact(db, every=100, until=until)) for until in (45, 46))
        rare.own_min_gap = 60.0
        seldom.floor_gap, seldom.floor_gap_until = 60.0, NOW + 200 * DAY
    score_rhythm(db=db, now=NOW)
    assert (trend(db)[-1].famine, trend(db)[-1].reachable) == (0, 2)


def test_a_pause_excuses_silence_until_it_ends_or_is_taken_back(db: Database) -> None:
    away, back = an_even_contact(db, until=10), an_even_contact(db, until=10)
    for contact, kind, days in ((away, WishKind.PAUSE, 0), (back, WishKind.PAUSE, 0), (back, WishKind.END_PAUSE, 40)):
        until = YESTERDAY + 61 * DAY if kind is WishKind.PAUSE else None
        wish = Wish(kind, until)
        assert set_wish(db=db, contact_id=contact, wish=wish, source="unsubscribe page", now=NOW + days * DAY)
    score_rhythm(db=db, now=NOW + 70 * DAY)
    days = {one.day: one.famine for one in trend(db)}
    assert days[YESTERDAY + 40 * DAY] == 0
    assert days[YESTERDAY + 42 * DAY] == 1
    assert days[YESTERDAY + 60 * DAY] == 1
    assert days[YESTERDAY + 61 * DAY] == 2


def test_a_base_without_contacts_has_no_score(db: Database) -> None:
    assert score_rhythm(db=db, now=NOW) == 0
    assert trend(db) == []


def test_days_before_we_knew_anybody_have_no_score(db: Database) -> None:
    """A base imported today must not boast of a quarter in which there was nobody to forget."""
    with db.transaction() as session:
        old, new = an_industry(session, "bakers"), an_industry(session, "cafes")
        for industry, days in ((old, 3), (new, 1)):
            session.get_one(Rhythm, a_contact(session, industry_id=industry)).started_at = NOW - days * DAY
    assert score_rhythm(db=db, now=NOW - 3 * DAY) == 0
    assert score_rhythm(db=db, now=NOW) == 3
    assert [day.reachable for day in trend(db)] == [1, 1, 2]
    assert [day.day for day in trend(db, new)] == [YESTERDAY]
