"""Openings of many contacts at once: instants at which a message may reach each of them, looked up in an almanac.

An opening lies inside the weekly hours of the contact calendar, outside quiet hours, on a day the manner allows.
Instants are seconds since 1970; `NONE_AHEAD` and `NONE_BEFORE` stand for "no opening".
"""

from dataclasses import dataclass

import numpy as np

from outreach.domain.planning.almanac import Almanac, Floats, Ints
from outreach.domain.planning.contacts import Contacts
from outreach.domain.planning.dither import fraction
from outreach.domain.rhythm.hours import HALVES

NONE_AHEAD = np.inf
NONE_BEFORE = -np.inf

_UNKNOWN, _MORNING, _EVENING = (HALVES.index(half) for half in ("", "morning", "evening"))


@dataclass(frozen=True, slots=True)
class Openings:
    """The openings of some contacts.

    Within a day's open time a contact has its own place (its fraction of it), so that not everybody is written to in
    the first minute, and the half of the day in which it answers, where that half is open. Two in three read in the
    morning, so that is where those belong of whom nothing is known (rhythm notes, 4.3 "Hour").
    """

    almanac: Almanac
    cohort: Ints
    half: Ints
    spread: Floats

    @classmethod
    def of(cls, contacts: Contacts, almanac: Almanac) -> "Openings":
        """Those of `contacts`."""
        half = np.where(contacts.favours_half == _UNKNOWN, _MORNING, contacts.favours_half)
        return cls(almanac, contacts.cohort, half, fraction(contacts.id))

    def at(self, places: Ints) -> "Openings":
        """Those of the contacts at these places."""
        return Openings(self.almanac, self.cohort[places], self.half[places], self.spread[places])

    def on(self, day: Ints, *, channel: int, after: Floats, latest: Floats) -> Floats:
        """The opening on each one's `day`, whatever its stance, from `after` to `latest` (inclusive), or none ahead."""
        starts = self.almanac.starts[self.cohort, channel, day]
        ends = self.almanac.ends[self.cohort, channel, day]
        first, stop = np.ceil(after)[:, None], np.floor(latest)[:, None] + 1
        starts, ends = self._preferred(day, starts, ends, first, stop)
        wished = _at_share(self.spread, starts, ends)
        reachable = _at_share(self.spread, np.maximum(starts, first), np.minimum(ends, stop))
        return np.where((wished >= first[:, 0]) & (wished < stop[:, 0]), wished, reachable)

    def first(self, *, channel: int, manner: int, after: Floats, latest: Floats) -> Floats:
        """The first opening from `after` to `latest`, or none ahead."""
        next_open, days = self.almanac.next_open, self.almanac.days
        day = self.almanac.day_of(self.cohort, after)
        today = next_open[self.cohort, channel, manner, day] == day
        found = np.where(today, self.on(day, channel=channel, after=after, latest=latest), NONE_AHEAD)
        missing = np.flatnonzero(~np.isfinite(found) & (day + 1 < days))
        if missing.size:
            following = next_open[self.cohort[missing], channel, manner, day[missing] + 1].astype(np.int64)
            there, following = missing[following < days], following[following < days]
            found[there] = self.at(there).on(following, channel=channel, after=after[there], latest=latest[there])
        return found

    def last(self, *, channel: int, manner: int, after: Floats, latest: Floats) -> Floats:
        """An opening on the last possible day between `after` and `latest`, or none before."""
        day = self.almanac.day_of(self.cohort, latest)
        found = np.full(len(day), NONE_BEFORE)
        for step in range(2):
            target = self.almanac.last_open[self.cohort, channel, manner, np.maximum(day - step, 0)].astype(np.int64)
            trying = np.flatnonzero(~np.isfinite(found) & (target >= 0) & (day >= step) & (after <= latest))
            if trying.size:
                at = self.at(trying).on(target[trying], channel=channel, after=after[trying], latest=latest[trying])
                found[trying] = np.where(np.isfinite(at), at, NONE_BEFORE)
        return found

    def _preferred(self, day: Ints, starts: Floats, ends: Floats, first: Floats, stop: Floats) -> tuple[Floats, Floats]:
        """The stretches of the favoured half of the day where it can be reached, else all of them."""
        noon = self.almanac.breaks[self.cohort, day][:, None]
        half_starts = np.where((self.half == _EVENING)[:, None], np.maximum(starts, noon), starts)
        half_ends = np.where((self.half == _MORNING)[:, None], np.minimum(ends, noon), ends)
        reachable = (np.minimum(half_ends, stop) > np.maximum(half_starts, first)).any(axis=1, keepdims=True)
        return np.where(reachable, half_starts, starts), np.where(reachable, half_ends, ends)


def _at_share(share: Floats, starts: Floats, ends: Floats) -> Floats:
    """The second at a share of stretches laid end to end; none ahead where they are all empty."""
    lengths = np.maximum(ends - starts, 0.0)
    total = lengths.sum(axis=1)
    left = np.floor(share * total)
    behind = np.cumsum(lengths, axis=1)
    # The first stretch that reaches beyond the place wished for.
    stretch = (behind > left[:, None]).argmax(axis=1)
    rows = np.arange(len(share))
    at = starts[rows, stretch] + left - (behind[rows, stretch] - lengths[rows, stretch])
    return np.where(total > 0, at, NONE_AHEAD)
