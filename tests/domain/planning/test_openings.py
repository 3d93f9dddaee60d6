"""Openings of many contacts at once, against a walk over every minute."""

import random
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.domain.calendar.hours import Hours
from outreach.domain.calendar.season import Stance
from outreach.domain.planning.almanac import CHANNELS, Almanac
from outreach.domain.planning.contacts import Contacts
from outreach.domain.planning.manners import ORDINARY
from outreach.domain.planning.offers import Offers
from outreach.domain.planning.openings import Openings
from outreach.domain.planning.values import PlanningContact
from outreach.domain.touch import Channel
from tests.domain.planning import oracle
from tests.domain.planning.cases import ALWAYS_OPEN, NOW, a_calendar, a_contact, a_season
from tests.domain.planning.conftest import cases
from tests.domain.planning.worlds import an_instant, some_calendar, some_contact

EMAIL, SMS = CHANNELS.index(Channel.EMAIL), CHANNELS.index(Channel.SMS)


def openings_of(*contacts: PlanningContact, now: datetime = NOW) -> Openings:
    industries = sorted({contact.industry_key for contact in contacts})
    table, cohorts = Contacts.of(contacts, Offers.of([], industries=industries), industries=industries)
    return Openings.of(table, Almanac.of(cohorts, now=now))


def first(contact: PlanningContact, after: datetime, channel: int = EMAIL) -> datetime | None:
    found = openings_of(contact, now=after).first(
        channel=channel,
        manner=ORDINARY,
        after=np.array([after.timestamp()]),
        latest=np.array([after.timestamp() + 400 * 86400.0]),
    )[0]
    return datetime.fromtimestamp(found, contact.zone) if np.isfinite(found) else None


def test_everybody_has_a_place_of_their_own_in_the_morning() -> None:
    contacts = [a_contact(contact_id=number) for number in range(200)]
    start = np.full(200, NOW.replace(hour=0, minute=0).timestamp())
    found = openings_of(*contacts).first(channel=EMAIL, manner=ORDINARY, after=start, latest=start + 86400)
    hours = {datetime.fromtimestamp(at, ZoneInfo("Europe/London")).hour for at in found}
    assert hours == set(range(9, 14))


def test_texts_keep_to_their_own_quiet_hours() -> None:
    late = a_calendar(hours=((Hours(20 * 60, 21 * 60),),) * 7)
    mail = first(a_contact(calendar=late), NOW)
    assert mail is not None
    assert mail.hour == 20
    assert first(a_contact(calendar=late), NOW, SMS) is None


@pytest.mark.parametrize(("half", "early"), [("morning", True), ("evening", False), ("", True)])
def test_the_half_of_the_day_in_which_a_contact_answers_is_taken_where_it_is_open(half: str, early: bool) -> None:
    for number in range(50):
        found = first(a_contact(contact_id=number, favours_hours=half), NOW.replace(hour=0))
        assert found is not None
        assert (found.hour < 14) is early
    mornings = a_calendar(hours=((Hours(540, 660),),) * 7)
    assert first(a_contact(calendar=mornings, favours_hours=half), NOW.replace(hour=0)) is not None


def test_an_hour_that_the_clock_skips_is_no_opening_and_one_it_shows_twice_is_one() -> None:
    zone = ZoneInfo("America/New_York")
    for day, lasts in ((date(2026, 3, 8), 3600), (date(2026, 11, 1), 7200)):
        night = a_calendar(hours=((Hours(60, 180),),) * 7)
        minutes = oracle.minutes_of(zone, day)
        told = [at for at, clock in minutes if 60 <= clock < 180]
        assert len(told) * 60 == lasts
        # Nights are quiet for mail, so nothing goes out then whatever the hours say.
        assert first(a_contact(calendar=night, zone=zone), datetime(day.year, day.month, day.day, tzinfo=UTC)) is None


def test_closed_days_are_passed_over_in_both_directions() -> None:
    closed = a_contact(calendar=a_calendar(a_season(Stance.CLOSED, "2026-09-08", "2026-09-30")))
    found = first(closed, NOW)
    assert found is not None
    assert found.date() == date(2026, 10, 1)
    last = openings_of(closed).last(
        channel=EMAIL,
        manner=ORDINARY,
        after=np.array([NOW.timestamp() - 10 * 86400]),
        latest=np.array([NOW.timestamp() + 5 * 86400]),
    )[0]
    assert datetime.fromtimestamp(last, closed.zone).date() == date(2026, 9, 7)


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kathmandu", "Australia/Lord_Howe"])
def test_a_day_is_the_contacts_own(zone: str) -> None:
    contact = a_contact(calendar=ALWAYS_OPEN, zone=ZoneInfo(zone))
    almanac = openings_of(contact).almanac
    for hours in range(0, 24 * 40, 7):
        at = NOW + timedelta(hours=hours)
        day = int(almanac.day_of(np.array([0]), np.array([at.timestamp()]))[0])
        assert almanac.date_at(day) == at.astimezone(contact.zone).date()


@given(seed=st.integers(0, 2**32 - 1))
@cases(25)
def test_openings_are_those_of_a_walk_over_every_minute(seed: int) -> None:
    chance = random.Random(seed)
    now = an_instant(chance)
    calendar = some_calendar(chance, now.date())
    contact = some_contact(chance, now, number=chance.randrange(2**31), calendar=calendar)
    openings = openings_of(contact, now=now)
    after = now + timedelta(days=chance.uniform(-10, 10))
    latest = after + timedelta(days=chance.uniform(-1, 8))
    span = {"after": np.array([after.timestamp()]), "latest": np.array([latest.timestamp()])}
    for number, channel in enumerate(CHANNELS):
        single = [after.timestamp(), latest.timestamp()]
        expected = [
            oracle.opening_on(contact, day, channel, after=single[0], latest=single[1])
            for day in open_days(contact, *single)
        ]
        found = [at for at in expected if at is not None]
        assert openings.first(channel=number, manner=ORDINARY, **span)[0] == (found[0] if found else np.inf)
        assert openings.last(channel=number, manner=ORDINARY, **span)[0] == (found[-1] if found else -np.inf)


def open_days(contact: PlanningContact, after: float, latest: float) -> list[date]:
    days = oracle.days_between(contact, after, latest) if after <= latest else []
    return [day for day in days if oracle.stance_on(contact, day)[0] is not Stance.CLOSED]
