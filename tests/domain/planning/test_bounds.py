"""Between which instants the next touch belongs: seen through what the planner does with it."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from outreach.domain.calendar.hours import Hours
from outreach.domain.calendar.season import Stance
from outreach.domain.planning.almanac import Almanac
from outreach.domain.planning.bounds import Bounds
from outreach.domain.planning.contacts import Contacts
from outreach.domain.planning.offers import Offers
from outreach.domain.planning.values import PlanningContact
from outreach.domain.rhythm.band import RhythmBand
from outreach.domain.rhythm.codes import Code
from outreach.domain.touch import Channel, TouchClass
from tests.domain.planning.cases import (
    ALWAYS_OPEN,
    NOW,
    a_calendar,
    a_contact,
    a_season,
    a_touch,
    an_offer,
    lived,
    planned,
)

LAST = NOW - timedelta(days=4)


def bounds_of(contact: PlanningContact, *, now: datetime = NOW, guards: bool = True) -> Bounds:
    contacts, cohorts = Contacts.of([contact], Offers.of([], industries=["shops"]), industries=["shops"])
    return Bounds.of(
        contacts,
        Almanac.of(cohorts, now=now),
        loads=np.array([1.0, 1.7]),
        lightest=np.array([0]),
        guards=guards,
    )


def due(contact: PlanningContact, *, guards: bool = True) -> float:
    """Days from the last touch to the next that the rhythm wants."""
    return (float(bounds_of(contact, guards=guards).due[0]) - LAST.timestamp()) / 86400


def test_a_contact_without_a_touch_is_due_when_its_record_says() -> None:
    contact = a_contact(due_at=NOW + timedelta(days=3))
    assert bounds_of(contact).due[0] == contact.due_at.timestamp()
    assert bounds_of(contact).min_gap_until[0] == -np.inf


def test_after_a_touch_the_gap_runs_from_it_within_a_tenth() -> None:
    found = [due(a_contact(LAST, contact_id=number)) for number in range(200)]
    assert 0.9 * 14 <= min(found) < 0.91 * 14
    assert 1.09 * 14 < max(found) <= 1.1 * 14


def test_a_quiet_day_stretches_the_gap_by_half_and_a_peak_quickens_it() -> None:
    def due_in(stance: Stance) -> float:
        return due(a_contact(LAST, calendar=a_calendar(a_season(stance, "2026-09-10", "2026-10-20"))))

    assert due_in(Stance.QUIET) == pytest.approx(1.5 * due_in(Stance.OPEN))
    assert due_in(Stance.PEAK) == pytest.approx(0.85 * due_in(Stance.OPEN))


def test_what_calls_texts_and_service_weigh_is_waited_for() -> None:
    letters = tuple(a_touch(LAST - timedelta(days=14 * place)) for place in range(3))
    calls = tuple(a_touch(LAST - timedelta(days=2 * place + 1), channel=Channel.CALL) for place in range(2))
    calm = due(a_contact(recent=letters, due_at=NOW, famine_from=NOW))
    assert calm == pytest.approx(due(a_contact(LAST)))
    assert due(a_contact(recent=(*letters, *calls), due_at=NOW, famine_from=NOW)) > calm + 3


def test_after_a_text_the_next_touch_leaves_its_share_of_the_cap() -> None:
    dense = {"band": RhythmBand(2, 4, 35), "gap": 4.0, "due_at": NOW, "famine_from": NOW, "calendar": ALWAYS_OPEN}
    letter = due(a_contact(recent=(a_touch(LAST),), **dense))
    text = due(a_contact(recent=(a_touch(LAST, channel=Channel.SMS),), **dense))
    assert text == pytest.approx(1.7 * letter)


def test_the_rhythm_never_wants_a_touch_after_the_floor_unless_nobody_guards_it() -> None:
    contact = a_contact(LAST, gap=35.0, calendar=a_calendar(a_season(Stance.QUIET, "2026-09-10", "2026-12-20")))
    assert due(contact) == 35
    assert due(contact, guards=False) > 45


def test_the_dither_of_a_long_gap_does_not_move_with_the_months() -> None:
    contact = a_contact(NOW, band=RhythmBand(30, 150, 300), gap=150.0)
    seen = {float(bounds_of(contact, now=NOW + timedelta(days=days)).due[0]) for days in range(0, 150, 10)}
    assert len(seen) == 1


def test_only_a_long_closed_season_is_worth_a_last_call() -> None:
    def called(last: str) -> bool:
        calendar = a_calendar(a_season(Stance.CLOSED, "2026-09-17", last))
        return bool(bounds_of(a_contact(LAST, calendar=calendar)).called[0])

    assert not called("2026-09-19")
    assert called("2026-10-20")


def test_a_touch_due_just_before_the_season_ends_waits_for_its_end() -> None:
    closed = a_calendar(a_season(Stance.CLOSED, "2026-08-10", "2026-09-20"))
    contact = a_contact(datetime(2026, 8, 7, 10, tzinfo=UTC), band=RhythmBand(6, 35, 60), gap=35.0, calendar=closed)
    assert not bounds_of(contact).called[0]


def test_last_calls_are_spread_over_some_days() -> None:
    calendar = a_calendar(a_season(Stance.CLOSED, "2026-09-17", "2026-10-20"))
    days = {
        datetime.fromtimestamp(
            float(bounds_of(a_contact(LAST, contact_id=number, calendar=calendar)).due[0]), UTC
        ).date()
        for number in range(100)
    }
    assert days >= {date(2026, 9, 14), date(2026, 9, 15)}
    assert max(days) <= date(2026, 9, 16)


def test_the_last_call_of_one_who_is_reached_by_text_alone_is_on_a_day_for_texts() -> None:
    """Texts on Mondays, mails until nine on other evenings: the last Monday before the season counts."""
    hours = ((Hours(540, 1000),), *((Hours(1200, 1260),),) * 6)
    closed = a_calendar(a_season(Stance.CLOSED, "2026-09-20", "2026-10-10"), hours=hours)
    contact = a_contact(
        NOW - timedelta(days=6),
        calendar=closed,
        channels=frozenset({Channel.SMS}),
        band=RhythmBand(4, 20, 90),
        gap=20.0,
    )
    looks = lived(contact, [an_offer(1, channel=Channel.SMS)], days=40)
    (decision,) = (decision for _, _, decision in looks if decision.touch)
    assert decision.reason.code == Code.DUE_LAST_CALL
    assert planned(decision).send_at.date() == date(2026, 9, 14)


def test_room_is_that_of_the_lightest_touch_that_may_come() -> None:
    crowded = a_contact(recent=tuple(a_touch(NOW - timedelta(days=days)) for days in (9, 12, 15, 20)))
    bounds = bounds_of(crowded)
    assert bounds.room_at[0] == bounds.cap_until[0, 0] < NOW.timestamp()
    assert bounds.cap_until[0, 1] == (NOW + timedelta(days=8)).timestamp()


def test_service_that_a_contact_waits_for_hardly_weighs() -> None:
    service = a_touch(NOW - timedelta(days=3), touch_class=TouchClass.SERVICE)
    letters = tuple(a_touch(NOW - timedelta(days=days)) for days in (9, 12, 15))
    assert bounds_of(a_contact(recent=(service, *letters))).room_at[0] < NOW.timestamp()


@pytest.mark.parametrize("first", ["2026-09-01", "2026-05-01"])
def test_after_a_long_closed_season_people_are_written_to_one_by_one_however_long_it_was(first: str) -> None:
    calendar = a_calendar(a_season(Stance.CLOSED, first, "2026-09-20"))
    band = RhythmBand(6, 20, 200)
    last = datetime(2026, 8, 29, 10, tzinfo=UTC)
    found = [bounds_of(a_contact(last, contact_id=number, calendar=calendar, band=band)) for number in range(60)]
    assert all(bounds.reopened[0] for bounds in found)
    days = {datetime.fromtimestamp(float(bounds.due[0]), a_contact().zone).date() for bounds in found}
    assert days == {date(2026, 9, 21) + timedelta(days=step) for step in range(6)}


def test_a_rhythm_is_the_same_to_the_last_digit_in_any_company() -> None:
    crowded = a_contact(recent=tuple(a_touch(NOW - timedelta(days=0.7 * days)) for days in range(3, 10)))
    longer = a_contact(recent=tuple(a_touch(NOW - timedelta(days=days)) for days in range(20)))
    choice = Offers.of([], industries=["shops"])
    both, cohorts = Contacts.of([crowded, longer], choice, industries=["shops"])
    together = Bounds.of(
        both, Almanac.of(cohorts, now=NOW), loads=np.array([1.0]), lightest=np.zeros(2, np.int64), guards=True
    )
    assert together.rhythm[0] == bounds_of(crowded).rhythm[0]
