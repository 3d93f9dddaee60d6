"""Reads off the whole base what every contact's learning starts from, and brakes when complaints are too many."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np

from outreach.db.queries.cadence import load_histories
from outreach.db.queries.tuning import a_sample, load_tuning, mails_and_complaints, store_tuning, tuned_at
from outreach.db.session import Database
from outreach.domain.rhythm.cadence import pace
from outreach.domain.rhythm.lessons import Folded
from outreach.domain.rhythm.tuning import (
    COMPLAINT_DAYS,
    READ_EVERY_DAYS,
    Doses,
    Tuning,
    braked,
    tuned_mix,
    tuned_shift,
)

#: More contacts than this say the same.
SAMPLE = 20_000
#: Contacts whose stories are held in memory at once.
CHUNK = 500
#: How long ago a contact of the sample may have heard from us last.
SAMPLE_SINCE = timedelta(days=365)

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Tuned:
    """What one call did: the numbers now in force, None if it was too soon for new ones; contacts asked for them."""

    tuning: Tuning | None
    contacts: int


def tune_learning(*, db: Database, now: datetime) -> Tuned:
    """Tunes the learning once a (UTC) day: the brake daily, what the base teaches in the first call of a week."""
    with db.raw_transaction() as connection:
        before, last = load_tuning(connection), tuned_at(connection)
        today, tuned_on = now.astimezone(UTC).date(), last and last.astimezone(UTC).date()
        if tuned_on and tuned_on >= today:
            return Tuned(None, 0)
        reads = tuned_on is None or _week(tuned_on) != _week(today)
        sample = a_sample(connection, since=now - SAMPLE_SINCE, limit=SAMPLE) if reads else []
    shift, mix = _taught(db, sample, before=before, now=now) if sample else (before.shift, before.mix)
    with db.raw_transaction() as connection:
        # Another worker may have been faster; its numbers are as good.
        if tuned_at(connection) != last:
            return Tuned(None, 0)
        mails, complaints = mails_and_complaints(connection, since=now - timedelta(days=COMPLAINT_DAYS))
        days = (now - last) / _DAY if last else 0.0
        slowdown = braked(before.slowdown, complaints=complaints, mails=mails, days=days, pace=pace(shift))
        tuning = Tuning(shift, mix, slowdown)
        store_tuning(connection, tuning, now=now)
    return Tuned(tuning, len(sample))


def _taught(db: Database, sample: list[int], *, before: Tuning, now: datetime) -> tuple[float, tuple[float, ...]]:
    """Shift and mix, from the stories of these contacts; a transaction a chunk."""
    doses = Doses.of(np.empty(0), np.empty(0, bool))
    shares = np.zeros(len(before.mix))
    for chunk in _chunks(sample):
        with db.raw_transaction() as connection:
            histories = load_histories(connection, chunk, now=now)
        folded = Folded.of(histories, tuning=before)
        doses += Doses.of(folded.strain, folded.sheets.left)
        shares += folded.learners.program_shares()[folded.taught > 0].sum(axis=0)
    return tuned_shift(doses, before=before.shift), tuned_mix(shares[None, :])


def _week(day: date) -> int:
    """Weeks begin on Mondays."""
    return (day.toordinal() - 1) // READ_EVERY_DAYS


def _chunks(sample: list[int]) -> list[list[int]]:
    return [sample[start : start + CHUNK] for start in range(0, len(sample), CHUNK)]
