"""Writes how well the rhythm was kept on each finished day, for every industry and the whole base."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta

import numpy as np

from outreach.db.queries.rhythm_days import EVERYBODY, first_unscored_day, load_kept, store_days
from outreach.db.session import Database
from outreach.domain.rhythm.balance import Floats, Ints
from outreach.domain.rhythm.score import LOOKS_BACK, DayTotal, Measured, day_total

#: Contacts in memory at once.
CHUNK = 50_000

_EPOCH = date(1970, 1, 1)


def score_rhythm(*, db: Database, now: datetime) -> int:
    """Scores each finished (UTC) day that is not scored yet, at most the last 90, and says how many it were.

    A day is scored by what is known at the first call after it; a second call for the same day changes nothing. Days
    before we knew anybody have no score.
    """
    yesterday = now.astimezone(UTC).date() - timedelta(days=1)
    with db.raw_transaction() as connection:
        unscored = first_unscored_day(connection)
    if unscored is None:
        return 0
    first = max(unscored, yesterday - timedelta(days=LOOKS_BACK - 1))
    days = range((first - _EPOCH).days, (yesterday - _EPOCH).days + 1)
    if not days:
        return 0
    totals = _totals(db, days)
    with db.raw_transaction() as connection:
        store_days(connection, {(_EPOCH + timedelta(days=day), group): one for (day, group), one in totals.items()})
    return len(days)


def _totals(db: Database, days: range) -> dict[tuple[int, int], DayTotal]:
    """The totals of each day and industry; contacts are read chunk by chunk, each in a transaction of its own."""
    sums: dict[tuple[int, int], Floats] = defaultdict(lambda: np.zeros(11))
    spreads: dict[tuple[int, int], Ints] = defaultdict(lambda: np.zeros(5, np.int64))
    after = 0
    while True:
        with db.raw_transaction() as connection:
            chunk = load_kept(connection, after=after, limit=CHUNK, days=days)
        if chunk is None:
            break
        after = chunk.last_id
        measured = Measured(chunk.kept)
        industries = [(number, chunk.industry == number) for number in np.unique(chunk.industry).tolist()]
        for day in days:
            scores = measured.upto(day)
            for number, where in [(EVERYBODY, chunk.industry >= 0), *industries]:
                sums[day, number] += scores.numbers[where].sum(axis=0)
                spreads[day, number] += scores.spread(where)
    totals = {key: day_total(sums[key], spreads[key]) for key in sums}
    return {key: total for key, total in totals.items() if total.window.days}
