"""Between which instants each contact's next touch belongs: the rhythm's wish, shortest gap, caps and the floor."""

from dataclasses import dataclass, fields
from typing import Self

import numpy as np
from numpy.typing import NDArray

from outreach.domain.calendar.season import Stance
from outreach.domain.planning.almanac import STANCES, Almanac, Flags, Floats, Ints
from outreach.domain.planning.contacts import Contacts
from outreach.domain.planning.dither import dithered, fraction
from outreach.domain.planning.manners import ORDINARY
from outreach.domain.rhythm.caps import DAYS_PER_LOAD, cap_frees_at
from outreach.domain.rhythm.pressure import HALF_LIFE

DAY = 86400.0

STANCE_FACTORS = {Stance.CLOSED: 1.0, Stance.QUIET: 1.5, Stance.OPEN: 1.0, Stance.PEAK: 0.85}
"""What a gap is multiplied by when the touch would fall on a day of this stance (rhythm notes, 4.4 (2))."""

#: Pressure up to this much above that of a steady rhythm is the rhythm's own unevenness.
PRESSURE_SLACK = 1.15

#: A closed stretch of at least so many days is worth a last call before it (rhythm notes, 4.4 (4)).
LAST_CALL_BEFORE = 5
#: Last calls are spread over so many days.
LAST_CALL_SPREAD = 5.0
#: After a long closed stretch people are written to one by one over so many days (ibid., 4.4 (3)).
REOPENING_SPREAD = 6.0

_FACTORS = np.array([STANCE_FACTORS[stance] for stance in STANCES])
_CLOSED = STANCES.index(Stance.CLOSED)


@dataclass(slots=True)
class Bounds:
    """The bounds of each contact's next touch; instants in seconds since 1970.

    Attributes:
        rhythm: the gap that applies now, in days: the cadence with the season's factor, the dither and what pressure of
            other touches adds.
        stance, season: of the day on which the plain gap ends, or of the closed one that the touch avoids; numbers in
            the almanac.
        due: when the rhythm wants the touch; never after the floor.
        called: the touch was brought forward before a closed season.
        reopened: the touch was put off until a closed season is over.
        min_gap_until: not before this.
        cap_until: not before this for a touch of each of `loads` (contacts x loads).
        room_at: not before this for the lightest touch that may come.
        famine_from: the floor.
    """

    rhythm: Floats
    stance: NDArray[np.int8]
    season: NDArray[np.int16]
    due: Floats
    called: Flags
    reopened: Flags
    min_gap_until: Floats
    cap_until: Floats
    room_at: Floats
    famine_from: Floats

    @classmethod
    def of(cls, contacts: Contacts, almanac: Almanac, *, loads: Floats, lightest: Ints, guards: bool = True) -> Self:
        """The bounds of `contacts`.

        `loads` are those of the touches that may come, each once; `lightest` is the number of each contact's lightest.

        Without `guards` neither the floor nor a closed season brings a touch forward.

        A contact without a touch is due when its record says: the import staggers first touches person by person. After
        a touch the gap runs from it, or until `due_at` if that is later.
        """
        touched = np.isfinite(contacts.last_at)
        last = np.where(touched, contacts.last_at, 0.0)
        newest_load = contacts.recent_load[:, 0] if contacts.recent_load.shape[1] else np.zeros(len(contacts))
        gap = np.minimum(np.maximum(contacts.gap, np.maximum(newest_load, 1.0) * DAYS_PER_LOAD), contacts.max_gap)
        due = np.where(touched, np.maximum(contacts.due_at, last + gap * DAY), contacts.due_at)
        # A planned touch moves the floor before it has been made.
        famine_from = np.where(
            touched, np.maximum(contacts.famine_from, last + contacts.max_gap * DAY), contacts.famine_from
        )
        day = almanac.day_of(contacts.cohort, due)
        stance, season = almanac.stance[contacts.cohort, day], almanac.season[contacts.cohort, day]
        # Not the almanac's first day for a touch before it, or the dither of a long gap would move with the almanac.
        last_day = almanac.ordinal_of(contacts.cohort, last)
        stretched, drained = _FACTORS[stance] * dithered(contacts.id, last_day), _drained(contacts, gap)
        # All the way from the last touch, not the gap alone: a longer gap never brings a touch forward.
        due = np.where(touched, last + (due - last) * stretched + drained * DAY, due)
        if guards:
            due = np.minimum(due, famine_from)
        min_gap_until = np.where(touched, last + contacts.min_gap * DAY, -np.inf)
        stretch = _ClosedStretch.of(contacts, almanac, due=due)
        called_at = stretch.last_call(soonest=last + np.maximum(contacts.min_gap, gap / 2) * DAY)
        called = touched & np.isfinite(called_at) & guards
        reopens_at = stretch.reopening(famine_from)
        reopened = np.isfinite(reopens_at) & ~called
        cap_until = np.stack(
            [cap_frees_at(contacts.recent_at, contacts.recent_load, load=float(load)) for load in loads], axis=1
        )
        return cls(
            rhythm=np.where(touched, gap * stretched + drained, gap),
            stance=stance,
            season=np.where(called | reopened, almanac.season[contacts.cohort, stretch.day], season),
            due=np.where(called, called_at, np.where(reopened, reopens_at, due)),
            called=called,
            reopened=reopened,
            min_gap_until=min_gap_until,
            cap_until=cap_until,
            room_at=cap_until[np.arange(len(contacts)), lightest],
            famine_from=famine_from,
        )

    def at(self, places: Ints | Flags) -> Self:
        """The bounds of the contacts at these places."""
        return type(self)(*(getattr(self, one.name)[places] for one in fields(self)))


def _drained(contacts: Contacts, gap: Floats) -> Floats:
    """Days until pressure above a steady rhythm's has drained: what calls, texts and service add to the next gap."""
    if not contacts.recent_at.shape[1]:
        return np.zeros(len(contacts))
    # Where there was no touch, its age is infinite and its load 0.
    age = np.where(contacts.recent_load > 0, np.nan_to_num(contacts.last_at, neginf=0.0)[:, None], np.inf)
    age = (age - np.where(contacts.recent_load > 0, contacts.recent_at, 0.0)) / DAY
    felt = contacts.recent_load * np.exp2(-np.maximum(age, 0.0) / HALF_LIFE)
    # One after the other: `sum` adds in an order that depends on how many columns the batch happens to have.
    pressure = np.cumsum(felt, axis=1)[:, -1]
    steady = PRESSURE_SLACK / (1 - np.exp2(-gap / HALF_LIFE))
    days: Floats = HALF_LIFE * np.log2(np.maximum(pressure, 1e-9) / steady)
    return np.maximum(0.0, days)


@dataclass(frozen=True, slots=True)
class _ClosedStretch:
    """The stretch of closed days into which each contact's touch would fall.

    Attributes:
        day: on which the touch is due. before, after: the last open day before the stretch, the first one behind it, on
            any channel the contact may be reached on; -1 for a stretch that began before the almanac.
        closed: there is such a stretch, and it is long.
    """

    contacts: Contacts
    almanac: Almanac
    day: Ints
    before: Ints
    after: Ints
    closed: Flags

    @classmethod
    def of(cls, contacts: Contacts, almanac: Almanac, *, due: Floats) -> "_ClosedStretch":
        """The stretches around `due`."""
        day = almanac.day_of(contacts.cohort, due)
        before, after = (
            table[contacts.cohort, :, ORDINARY, day].astype(np.int64)
            for table in (almanac.last_open, almanac.next_open)
        )
        before = np.where(contacts.channels, before, -1).max(axis=1)
        after = np.where(contacts.channels, after, almanac.days).min(axis=1)
        closed = (almanac.stance[contacts.cohort, day] == _CLOSED) & (after < almanac.days)
        return cls(contacts, almanac, day, before, after, closed & (after - before > LAST_CALL_BEFORE))

    def last_call(self, *, soonest: Floats) -> Floats:
        """The instant to which a touch is brought forward; inf where it is not.

        Whatever is nearer counts: a touch due just before the season ends waits for its end.
        """
        early = np.floor(LAST_CALL_SPREAD * fraction(self.contacts.id)).astype(np.int64)
        wished = np.maximum(self.before - early, 0)
        nearer = self.day - wished <= self.after - self.day
        at = np.maximum(self.almanac.midnights[self.contacts.cohort, wished], soonest)
        in_time = at < self.almanac.midnights[self.contacts.cohort, np.maximum(self.before, 0) + 1]
        return np.where(self.closed & (self.before >= 0) & nearer & in_time, at, np.inf)

    def reopening(self, famine_from: Floats) -> Floats:
        """The instant to which a touch is put off; inf where it is not.

        The days after the stretch are opened person by person, so that nobody's first day is everybody's. Who would be
        silent for too long by then is written to in time, or at once.
        """
        own = self.after + np.floor(REOPENING_SPREAD * fraction(self.contacts.id, stream=1)).astype(np.int64)
        at = self.almanac.midnights[self.contacts.cohort, np.minimum(own, self.almanac.days)]
        in_time = famine_from > self.almanac.midnights[self.contacts.cohort, np.minimum(self.after, self.almanac.days)]
        return np.where(self.closed & in_time, np.minimum(at, famine_from), np.inf)
