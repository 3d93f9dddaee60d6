"""After a fortnight in which nothing ran, the base is caught up with gently."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from outreach.domain.planning.rehearsal import Touches, ticks
from outreach.domain.rhythm.load import load_of
from tests.domain.planning import oracle
from tests.domain.planning.bases import HORIZON, START, STEP, Base, a_base, as_told

CONTACTS = 300
#: The base has lived so long, then nothing runs for a fortnight, then it goes on.
OUT_FROM, OUT_UNTIL, UNTIL = timedelta(days=28), timedelta(days=42), timedelta(days=63)

#: The busiest day may have so many times the messages of a usual one (rhythm notes, 4.9: "peak day").
PEAK_DAY = 6
#: ... and its busiest hour so many times those of the usual busiest hour.
PEAK_HOUR = 2


@pytest.fixture(scope="module")
def base() -> Base:
    base = a_base(CONTACTS, days=UNTIL.days)
    for now in ticks(START, days=UNTIL.days, step=STEP):
        if not OUT_FROM <= now - START < OUT_UNTIL:
            base.rehearsal.tick(now)
    return base


def per(base: Base, length: timedelta, *, first: timedelta, last: timedelta) -> list[int]:
    """Messages in each stretch of a length between two times since the start."""
    sent = (Touches.joined(base.rehearsal.touches).sent_at - START.timestamp()) / length.total_seconds()
    count = Counter(int(place) for place in sent)
    return [count[place] for place in range(int(first / length), int(last / length))]


def test_nothing_is_planned_while_nothing_runs_and_everybody_is_caught_up_with_after(base: Base) -> None:
    assert sum(per(base, timedelta(days=1), first=OUT_FROM + HORIZON, last=OUT_UNTIL)) == 0
    after = [[at for at, _ in touched if at > (START + OUT_UNTIL).timestamp()] for touched in base.touched()]
    assert sum(map(bool, after)) > 0.6 * CONTACTS


def test_there_is_no_burst(base: Base) -> None:
    days, hours = timedelta(days=1), timedelta(hours=1)
    usual = per(base, days, first=timedelta(days=7), last=OUT_FROM)
    assert max(per(base, days, first=OUT_UNTIL, last=UNTIL)) <= PEAK_DAY * sum(usual) / len(usual)
    busiest = max(per(base, hours, first=timedelta(days=7), last=OUT_FROM))
    assert max(per(base, hours, first=OUT_UNTIL, last=UNTIL)) <= PEAK_HOUR * busiest


def test_nothing_expired_goes_out_and_nobody_hears_too_much(base: Base) -> None:
    for person, touched in zip(base.people, base.touched(), strict=True):
        for place, (at, offer) in enumerate(touched):
            day = datetime.fromtimestamp(at, UTC).astimezone(person.zone).date()
            assert offer.opens_on <= day <= offer.closes_on
            if offer.touch_class not in oracle.URGENT:
                contact = as_told(person, touched[:place])
                assert at >= oracle.bounds_of(contact).min_gap_until
                assert at >= oracle.cap_frees_at(contact, load_of(offer.touch_class, offer.channel))
