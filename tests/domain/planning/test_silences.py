"""Years of a whole base in rehearsal: nobody is forgotten, and what that owes to the guard of the floor."""

import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from outreach.domain.planning.plan import plan_contacts
from outreach.domain.planning.rehearsal import ticks
from outreach.domain.planning.values import PlanningContact
from outreach.domain.rhythm.codes import Code
from outreach.domain.rhythm.load import load_of
from tests.domain.planning import oracle
from tests.domain.planning.bases import HORIZON, START, STEP, Base, a_base, as_told
from tests.domain.planning.conftest import LONG

CONTACTS, YEARS = (2_000, 3) if LONG else (100, 1)

#: What may keep everybody from writing until the floor is passed.
EXCUSES = {Code.WAIT_CLOSED, Code.WAIT_CAP, Code.WAIT_HOURS, Code.WAIT_MIN_GAP}
#: What is said of the touch that ends a silence past the floor.
ENDINGS = {Code.DUE_AFTER_CLOSED, Code.DUE_DEADLINE}


@dataclass(frozen=True)
class Silence:
    """A silence past the floor: the contact as it was told when the silence began, and the floor."""

    contact: PlanningContact
    floor: float


def lived(*, guards: bool) -> Base:
    base = a_base(CONTACTS, days=365 * YEARS, guards=guards)
    for now in ticks(START, days=365 * YEARS, step=STEP):
        base.rehearsal.tick(now)
    return base


def silences(base: Base) -> list[Silence]:
    """Every silence past the floor, that at the end included."""
    end = START + timedelta(days=365 * YEARS)
    found = []
    for person, touched in zip(base.people, base.touched(), strict=True):
        for place in range(len(touched) + 1):
            contact = as_told(person, touched[:place])
            ends = touched[place][0] if place < len(touched) else end.timestamp()
            floor = oracle.bounds_of(contact).famine_from
            if ends > floor:
                found.append(Silence(contact, floor))
    return found


def is_avoidable(silence: Silence, base: Base) -> bool:
    """Whether anything could have gone out in time: tries every day up to the floor with every edition there was."""
    contact = silence.contact
    after = max(START.timestamp(), oracle.bounds_of(contact).min_gap_until)
    if after > silence.floor or oracle.last_opening(contact, after, silence.floor) is None:
        return False
    first, last = oracle.local_day(after, contact.zone), oracle.local_day(silence.floor, contact.zone)
    meant = [
        offer
        for offer in base.offers
        if offer.closes_on >= first and offer.opens_on <= last and oracle.is_meant_for(contact, offer)
    ]
    return oracle.last_slot(contact, meant, after, silence.floor) is not None


@pytest.fixture(scope="module")
def guarded() -> Base:
    return lived(guards=True)


def test_no_silence_past_the_floor_is_unexplained(guarded: Base) -> None:
    found = silences(guarded)
    assert found, "this base has seasons that are closed for longer than its floors"
    assert [silence for silence in found if is_avoidable(silence, guarded)] == []
    for silence in found:
        now = datetime.fromtimestamp(silence.floor, UTC)
        (decision,) = plan_contacts([silence.contact], guarded.offers, now=now, horizon=HORIZON)
        assert decision.reason.code in (ENDINGS if decision.touch else EXCUSES), decision


def test_without_the_guard_some_would_be_forgotten() -> None:
    without = lived(guards=False)
    forgotten = sum(is_avoidable(silence, without) for silence in silences(without))
    sys.stdout.write(f"\n{CONTACTS:,} contacts, {YEARS} years: {forgotten:,} silences that the guard prevents\n")
    assert forgotten > 0


def test_everybody_hears_at_no_more_than_the_caps_and_never_closer_than_the_band(guarded: Base) -> None:
    for person, touched in zip(guarded.people, guarded.touched(), strict=True):
        for place, (at, offer) in enumerate(touched):
            if offer.touch_class in oracle.URGENT:
                continue
            contact = as_told(person, touched[:place])
            assert at >= oracle.bounds_of(contact).min_gap_until
            assert at >= oracle.cap_frees_at(contact, load_of(offer.touch_class, offer.channel))
