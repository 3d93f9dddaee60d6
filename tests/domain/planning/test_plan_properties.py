"""What holds for any calendar, zone and set of campaigns, over a simulated year of many contacts."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from outreach.domain.calendar.contact_calendar import ContactCalendar
from outreach.domain.calendar.hours import Hours
from outreach.domain.calendar.season import Stance
from outreach.domain.calendar.windows import in_quiet_hours
from outreach.domain.planning.manners import CLASS_RANK, URGENT
from outreach.domain.planning.plan import plan_contacts
from outreach.domain.planning.values import Offer, PlanningContact
from outreach.domain.rhythm.caps import CAPS, DAYS_PER_LOAD
from outreach.domain.rhythm.codes import Code
from outreach.domain.rhythm.explain import sentence
from outreach.domain.rhythm.load import load_of
from outreach.domain.touch import Channel, TouchClass
from tests.domain.planning import oracle
from tests.domain.planning.cases import HORIZON, NOW, a_contact, an_offer, decide, planned
from tests.domain.planning.conftest import cases
from tests.domain.planning.lives import Look, lives
from tests.domain.planning.worlds import a_world, some_calendar, some_contact, some_offers

START = datetime(2026, 2, 20, 9, 30, tzinfo=UTC)

#: Codes that tell why nobody could write before the floor.
EXCUSES = {
    *(Code.WAIT_CLOSED, Code.WAIT_CAP, Code.WAIT_HOURS, Code.WAIT_NO_HOURS, Code.WAIT_MIN_GAP),
    *(Code.WAIT_PAUSED, Code.NO_CONSENT),
}

seeds = st.integers(0, 2**32 - 1)


def a_year(seed: int, *, count: int = 18, days: int = 365) -> list[list[Look]]:
    """A year of a few dozen contacts of all sorts to whom life happens, with content for every day."""
    chance = random.Random(seed)
    calendars = [some_calendar(chance, START.date() + timedelta(days=60 * number)) for number in range(6)]
    contacts = []
    for _ in range(count):
        one = some_contact(chance, START, number=chance.randrange(2**31), calendar=chance.choice(calendars))
        ahead = timedelta(days=one.band.max_gap)
        contacts.append(
            replace(
                one,
                recent=(),
                last_at=None,
                not_before=None,
                rests_until=None,
                promotions_from=None,
                had_editions=frozenset(),
                due_at=START + ahead * chance.random(),
                famine_from=START + ahead,
                floor_gap=chance.choice([0.0, 0.0, 0.0, 12.0, 40.0]),
            )
        )
    return lives(contacts, content(chance), now=START, days=days, horizon=HORIZON, chance=chance)


def content(chance: random.Random) -> list[Offer]:
    """Editions of every sort through the year, and letters and texts enough that nobody runs dry."""
    offers = [an_offer(1000 + number, edition_key=f"{number:03}") for number in range(90)]
    offers += [an_offer(2000 + number, campaign_key="texts", channel=Channel.SMS) for number in range(60)]
    for month in range(12):
        around = START.date() + timedelta(days=30 * month)
        for number, offer in enumerate(some_offers(chance, around, most=4)):
            offers.append(replace(offer, edition_id=100 + 10 * month + number))
    return offers


@given(seed=seeds)
@cases(2, many=100)
def test_a_year_of_many_contacts_keeps_every_promise(seed: int) -> None:
    for looks in a_year(seed):
        for look in looks:
            assert sentence(look.decision.reason)
            assert look.now < look.decision.look_again_at <= look.now + HORIZON + timedelta(days=7)
            assert look.decision.reason.code.startswith("due.") == (look.decision.touch is not None)
            if look.decision.touch is not None:
                _reaches_at_a_welcome_time(look)
                _wins_fairly(look)
                if look.decision.touch.offer.touch_class not in URGENT:
                    _keeps_gap_and_caps(look)
        _no_silence_without_a_reason(looks)


def _reaches_at_a_welcome_time(look: Look) -> None:
    contact, touch = look.contact, look.decision.touch
    assert touch is not None
    at, offer = touch.send_at, touch.offer
    assert look.now <= at <= look.now + HORIZON
    assert offer.edition_id not in contact.had_editions
    assert contact.paused_until is None or contact.paused_until <= look.now
    local = at.astimezone(contact.zone)
    minute = local.hour * 60 + local.minute
    stance = contact.calendar.stance_on(local.date(), contact.country)[0]
    assert any(hours.start <= minute < hours.end for hours in contact.calendar.hours_on(local.date()))
    assert not in_quiet_hours(at, zone=contact.zone, channel=offer.channel)
    assert offer.channel in contact.channels
    assert offer.opens_on <= local.date() <= offer.closes_on
    assert stance is not Stance.CLOSED or offer.touch_class in URGENT
    assert stance is not Stance.QUIET or offer.touch_class is not TouchClass.PROMOTION


def _keeps_gap_and_caps(look: Look) -> None:
    contact, touch = look.contact, look.decision.touch
    assert touch is not None
    shortest = timedelta(days=max(contact.band.min_gap, contact.floor_gap))
    before = [*(made.at for made in contact.recent), *([contact.last_at] if contact.last_at else [])]
    assert all(touch.send_at - at >= shortest for at in before)
    load = load_of(touch.offer.touch_class, touch.offer.channel)
    for cap in CAPS:
        inside = [
            load_of(made.touch_class, made.channel)
            for made in contact.recent
            if made.at > touch.send_at - timedelta(days=cap.days)
        ]
        assert sum(inside) + load <= cap.budget + 1e-9


def _wins_fairly(look: Look) -> None:
    """Every candidate has one decision, and none of a higher class loses."""
    winner = look.decision.touch
    assert winner is not None
    lost = [loser.offer for loser in look.decision.others]
    told = [offer.edition_id for offer in (winner.offer, *lost)]
    assert len(told) == len(set(told))
    assert all(CLASS_RANK[winner.offer.touch_class] <= CLASS_RANK[offer.touch_class] for offer in lost)
    assert all(sentence(loser.reason) for loser in look.decision.others)
    day = winner.send_at.astimezone(look.contact.zone).date()
    assert all(offer.opens_on <= day <= offer.closes_on for offer in lost)


def _no_silence_without_a_reason(looks: Sequence[Look]) -> None:
    """Past the floor nobody could have been written to in time, and some decision has told why."""
    told: set[str] = set()
    since = looks[0].now
    for look in looks:
        told.add(look.decision.reason.code)
        reached = look.decision.touch.send_at if look.decision.touch else look.now
        floor = oracle.bounds_of(look.contact).famine_from
        served = look.decision.reason.code == Code.DUE_SERVICE
        # A service message on its way, at most a horizon ahead, ends the silence in place of an ordinary touch.
        if reached.timestamp() > floor + served * HORIZON.total_seconds():
            assert not could_have_been_reached(look.contact, since=since, until=floor), look
            # A touch that was planned at the first look has its own sentence and never waited.
            assert told & EXCUSES or told == {look.decision.reason.code}, (told, look)
        if look.decision.touch:
            told.clear()
        if look.decision.reason.code == Code.WAIT_PAUSED:
            # The clock of the test strikes once a day, so a pause lasts until its next stroke.
            since = look.decision.look_again_at + timedelta(days=1)


def could_have_been_reached(contact: PlanningContact, *, since: datetime, until: float) -> bool:
    """Whether a letter or a text could have gone out by `until`: tries every day."""
    shortest = oracle.bounds_of(contact).min_gap_until
    for channel in oracle.channels_of(contact):
        room = oracle.cap_frees_at(contact, load_of(TouchClass.RELATIONSHIP, channel))
        after = max(since.timestamp(), shortest, room)
        reachable = replace(contact, channels=frozenset({channel}))
        if after <= until and oracle.last_opening(reachable, after, until) is not None:
            return True
    return False


@given(contact_id=st.integers(1, 10_000), hours=st.integers(-11, 11), ago=st.integers(1, 60))
@cases(40)
def test_a_contact_further_east_gets_the_same_plan_by_its_own_clock(contact_id: int, hours: int, ago: int) -> None:
    def plan(east: int) -> tuple[str, datetime | None, datetime]:
        shift = timedelta(hours=east)
        contact = a_contact(
            NOW - shift - timedelta(days=ago), contact_id=contact_id, zone=ZoneInfo(f"Etc/GMT{-east:+d}")
        )
        decision = decide(contact, an_offer(), now=NOW - shift)
        sent = decision.touch.send_at + shift if decision.touch else None
        return decision.reason.code, sent, decision.look_again_at + shift

    assert plan(hours) == plan(0)


def even_lives(seed: int) -> list[tuple[PlanningContact, list[datetime]]]:
    """When some contacts hear in a year in which nothing is ever closed and nobody answers."""
    chance = random.Random(seed)
    calendar = ContactCalendar(((Hours(0, 1440),),) * 7, closed_on_holidays=False)
    contacts = [
        replace(
            some_contact(chance, NOW, number=chance.randrange(2**31), calendar=calendar),
            zone=ZoneInfo("UTC"),
            recent=(),
            last_at=None,
            due_at=NOW + timedelta(days=chance.uniform(0, 5)),
            famine_from=NOW + timedelta(days=6),
            paused_until=None,
            not_before=None,
            rests_until=None,
            promotions_from=None,
            channels=frozenset({Channel.EMAIL}),
            floor_gap=0.0,
            had_editions=frozenset(),
        )
        for _ in range(8)
    ]
    letters = [an_offer(number) for number in range(80)]
    lived = lives(contacts, letters, now=NOW, days=240, horizon=HORIZON)
    sent = [[look.decision.touch.send_at for look in looks if look.decision.touch] for looks in lived]
    return list(zip(contacts, sent, strict=True))


def gaps(sent: list[datetime]) -> list[float]:
    return [(later - before) / timedelta(days=1) for before, later in pairwise(sent)]


@given(seed=seeds, floor_gap=st.floats(1, 90))
@cases(40)
def test_a_wish_to_hear_less_often_never_brings_a_touch_forward(seed: int, floor_gap: float) -> None:
    """Where no season quickens or slows: there the day on which a longer gap ends decides by how much.

    Days count, not hours: another edition may win the same day on a channel whose hours begin earlier.
    """
    now, _, contacts, offers = a_world(seed)
    ordinary = [offer for offer in offers if offer.touch_class not in URGENT]
    letters = [an_offer(1000), an_offer(1001, channel=Channel.SMS)]
    plain = [
        replace(contact, calendar=ContactCalendar(contact.calendar.hours, closed_on_holidays=False), paused_until=None)
        for contact in contacts
        if contact.channels
    ]
    asked = [replace(contact, floor_gap=contact.floor_gap + floor_gap) for contact in plain]
    usual, later = (
        plan_contacts(each, [*ordinary, *letters], now=now, horizon=timedelta(days=300)) for each in (plain, asked)
    )
    for contact, before, after in zip(plain, usual, later, strict=True):
        day, other_day = (planned(one).send_at.astimezone(contact.zone).date() for one in (before, after))
        assert other_day >= day


@given(seed=seeds)
@cases(2, many=100)
def test_one_who_answers_nothing_hears_evenly_while_nothing_is_closed(seed: int) -> None:
    """Gaps stay within the dither and a day of the cadence, or of the caps' even share, where the band allows that."""
    for contact, sent in even_lives(seed):
        rhythm = contact.band.clip(max(contact.gap, DAYS_PER_LOAD))
        for gap in gaps(sent):
            if contact.band.max_gap >= 1.1 * DAYS_PER_LOAD:
                assert max(contact.band.min_gap, 0.9 * rhythm) <= gap <= max(contact.band.min_gap, 1.1 * rhythm) + 1
