"""The industries of the simulated customers: what is published of their year, and how their year truly runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from outreach.domain.calendar.contact_calendar import ContactCalendar
from outreach.domain.calendar.season import Stance
from outreach.simulation.draws import generator
from outreach.simulation.worlds import World

#: The first simulated day.
START = date(2026, 1, 1)

#: A person's own season may run this many days before or behind the industry's.
MOST_SHIFT = 12

Flags = NDArray[np.bool_]

_WORKDAYS = ("mon", "tue", "wed", "thu", "fri")
_HOURS = ["09:00-12:00", "17:00-20:00"]


@dataclass(frozen=True, slots=True)
class Trade:
    """An industry.

    Attributes:
        key: its name. share: of customers, in a hundred.
        busy, peak: stretches of the year, first and last day as MM-DD; a last day before the first is next year's.
    """

    key: str
    share: int
    busy: tuple[tuple[str, str], ...]
    peak: tuple[tuple[str, str], ...] = ()


TRADES = (
    Trade("landscapers", 8, (("04-01", "05-12"),), (("02-10", "03-10"),)),
    Trade("households", 26, (("12-15", "01-05"),), (("09-10", "10-20"),)),
    Trade("farms", 10, (("03-15", "04-20"), ("08-01", "09-05")), (("11-10", "12-05"),)),
    Trade("restaurants", 12, (("11-25", "01-02"), ("06-20", "07-20")), (("02-01", "03-05"),)),
    Trade("schools", 8, (("08-20", "09-20"), ("05-25", "06-25")), (("10-10", "11-10"),)),
    Trade("accountancies", 8, (("01-10", "02-20"),), (("06-01", "07-01"),)),
    Trade("shops", 12, (("11-15", "12-26"),), (("02-01", "03-01"),)),
    Trade("builders", 8, (("05-15", "06-20"), ("09-01", "09-30")), (("01-15", "02-15"),)),
    Trade("hotels", 8, (("07-01", "08-10"), ("12-18", "01-04")), (("03-01", "04-01"),)),
)


@dataclass(frozen=True, slots=True)
class Year:
    """Published and true days of every industry; arrays are industry x day.

    Attributes:
        calendars: what is published, as the product reads it.
        closed, peak: published days, from the first simulated one.
        announced: days of an announced closure.
        busy, keen: true days; they begin `MOST_SHIFT` days early and end as much later.
    """

    calendars: tuple[ContactCalendar, ...]
    closed: Flags
    peak: Flags
    announced: Flags
    busy: Flags
    keen: Flags

    @classmethod
    def of(cls, world: World, *, seed: int, days: int) -> "Year":
        """The years that `days` days from the first reach into."""
        calendars = tuple(_calendar(trade, world if place == 0 else None) for place, trade in enumerate(TRADES))
        announced = np.zeros((len(TRADES), days), bool)
        if world.closure:
            announced[0, world.closure[0] : sum(world.closure)] = True
        busy = np.stack([_true_days(trade, "busy", world, seed=seed, days=days) for trade in TRADES])
        busy[:, MOST_SHIFT : MOST_SHIFT + days] |= announced
        return cls(
            calendars,
            closed=_published(calendars, Stance.CLOSED, days),
            peak=_published(calendars, Stance.PEAK, days),
            announced=announced,
            busy=busy,
            keen=np.stack([_true_days(trade, "peak", world, seed=seed, days=days) for trade in TRADES]) & ~busy,
        )


def _calendar(trade: Trade, world: World | None) -> ContactCalendar:
    seasons: list[dict[str, object]] = [
        {"key": f"{stance}-{place}", "stance": stance, "from": first, "to": last}
        for stance, stretches in (("closed", trade.busy), ("peak", trade.peak))
        for place, (first, last) in enumerate(stretches)
    ]
    if world and world.closure:
        first = START + timedelta(days=world.closure[0])
        dates = [[first, first + timedelta(days=world.closure[1] - 1)]]
        seasons.append({"key": "closure", "stance": "closed", "dates": dates})
    data = {"hours": dict.fromkeys(_WORKDAYS, _HOURS), "holidays": "ignore", "seasons": seasons}
    return ContactCalendar.from_pack(data, place="simulation", path=f"industries.{trade.key}.calendar")


def _published(calendars: Sequence[ContactCalendar], stance: Stance, days: int) -> Flags:
    dates = [START + timedelta(days=day) for day in range(days)]
    return np.array([[calendar.stance_on(on, "")[0] is stance for on in dates] for calendar in calendars])


def _true_days(trade: Trade, kind: str, world: World, *, seed: int, days: int) -> Flags:
    """The days of the industry's true seasons: each edge of each year misses the published one by some days."""
    random = generator(seed, f"{kind} season of {trade.key}")
    first = START - timedelta(days=MOST_SHIFT)
    inside = np.zeros(days + 2 * MOST_SHIFT, bool)
    for year in range(START.year - 1, START.year + days // 365 + 3):
        for begins, ends in trade.busy if kind == "busy" else trade.peak:
            start, end = date.fromisoformat(f"{year}-{begins}"), date.fromisoformat(f"{year}-{ends}")
            if end < start:
                end = end.replace(year=year + 1)
            early, late = np.rint(random.normal(world.edge_shift, world.edge_error, 2)).astype(int)
            low = max((start - first).days + int(early), 0)
            inside[low : max((end - first).days + 1 + int(late), low)] = True
    return inside
