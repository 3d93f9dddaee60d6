"""The public CDNOW data, out of a package that brings it along: 23,570 customers of a music shop in 1997 and 1998."""

import importlib.util
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np

from outreach.domain.care.habit.events import Events, Ints

#: The 39 weeks in which habits are seen end here; what comes later is the test.
CALIBRATION_END = date(1997, 9, 30).toordinal()
HOLDOUT_WEEKS = 39


@cache
def purchases(name: str) -> Events:
    """All purchases of the tenth (`sample`) or of everybody (`master`)."""
    found = importlib.util.find_spec("lifetimes")
    assert found is not None, "the package lifetimes, which brings the data, is not installed"
    assert found.submodule_search_locations
    path = Path(found.submodule_search_locations[0]) / "datasets" / f"CDNOW_{name}.txt"
    rows = [line.split() for line in path.read_text().splitlines() if line.strip() and not line.startswith(" customer")]
    own, on = (1, 2) if name == "sample" else (0, 1)
    days = {row[on]: date.fromisoformat(row[on]).toordinal() for row in rows}
    customer = np.array([int(row[own]) for row in rows])
    _, number = np.unique(customer, return_inverse=True)
    return Events.of(number, np.array([days[row[on]] for row in rows]), customers=int(number.max()) + 1)


def summary(events: Events) -> tuple[Ints, Ints, Ints]:
    """Repeat purchases, day of the last one and days known, up to the end of the calibration."""
    seen = events.until(CALIBRATION_END)
    first = seen.firsts()
    return seen.counts - 1, seen.lasts() - first, CALIBRATION_END - first


def bought_later(events: Events) -> Ints:
    """Purchases in the 39 weeks after the calibration."""
    later = events.day > CALIBRATION_END
    return np.bincount(events.customer[later], minlength=events.customers).astype(np.int64)
