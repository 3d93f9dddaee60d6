"""Feast or famine: whether a contact hears from us too often or too rarely, now and over the last three months."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from outreach.domain.rhythm.band import RhythmBand
from outreach.domain.rhythm.caps import CAP_TOUCHES, CAP_WINDOW

#: How far back the balance looks (rhythm notes, 4.10).
LOOKS_BACK = timedelta(days=90)

_DAY = timedelta(days=1)

Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Balance:
    """How evenly one contact was kept in touch.

    Attributes:
        famine_now: silence is longer than the longest gap.
        feast_now: the last touch came too early and the shortest gap after it is not yet over, or the cap is exceeded.
        famine_days, feast_days: how long either lasted within the days looked at; parts of days count as such.
        days: how many days were looked at: 90, or fewer for a newer contact.
    """

    famine_now: bool
    feast_now: bool
    famine_days: float
    feast_days: float
    days: float

    @property
    def index(self) -> float:
        """Feast-or-famine index, 0 (steady) to 200: days in either, per hundred days."""
        return 100 * (self.famine_days + self.feast_days) / self.days if self.days else 0.0


def balance(touches: Sequence[datetime], *, band: RhythmBand, started_at: datetime, now: datetime) -> Balance:
    """The balance of one contact over the 90 days before `now`.

    Args:
        touches: instants of touches made, in any order (aware); those after `now` do not count yet.
        band: of the contact's industry.
        started_at: when we began to know the contact; the first silence is counted from here.
        now: the present instant (aware).
    """
    made = sorted(at for at in touches if at <= now)
    since = max(started_at, now - LOOKS_BACK)
    famines = list(_famines(made, band=band, started_at=started_at, now=now))
    feasts = list(_feasts(made, band=band))
    return Balance(
        famine_now=now - max([started_at, *made]) > timedelta(days=band.max_gap),
        feast_now=any(start <= now < end for start, end in feasts),
        famine_days=_length(famines, since=since, until=now),
        feast_days=_length(feasts, since=since, until=now),
        days=max(now - since, timedelta()) / _DAY,
    )


def _famines(made: Sequence[datetime], *, band: RhythmBand, started_at: datetime, now: datetime) -> Iterable[Span]:
    """The stretches in which silence was longer than the longest gap."""
    longest = timedelta(days=band.max_gap)
    heard = [started_at, *(at for at in made if at > started_at), now]
    return ((before + longest, after) for before, after in pairwise(heard) if after - before > longest)


def _feasts(made: Sequence[datetime], *, band: RhythmBand) -> Iterable[Span]:
    """The stretches in which the contact had been written to too early, or too often; they may overlap."""
    shortest = timedelta(days=band.min_gap)
    for before, after in pairwise(made):
        if after - before < shortest:
            yield after, after + shortest
    for first, one_too_many in zip(made, made[CAP_TOUCHES:], strict=False):
        if one_too_many < first + CAP_WINDOW:
            yield one_too_many, first + CAP_WINDOW


def _length(spans: Iterable[Span], *, since: datetime, until: datetime) -> float:
    """How many days between `since` and `until` lie in at least one of `spans`."""
    total = timedelta()
    reached = since
    for start, end in sorted(spans):
        start, end = max(start, reached), min(end, until)
        if end > start:
            total += end - start
            reached = end
    return total / _DAY
