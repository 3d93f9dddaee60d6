"""The planner's decisions for many contacts at once: the next touch of each, or why it waits and when to look again.

Hard limits come first (pause, channels, shortest gap, caps, calendar, hours), then the rhythm's wish, and over both the
floor: silence never passes the longest gap if anything can be said in time. A single contact is an array of one.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from outreach.domain.planning.almanac import CHANNELS, Almanac, Flags, Floats, Ints, seconds
from outreach.domain.planning.bounds import DAY, Bounds
from outreach.domain.planning.contacts import Contacts
from outreach.domain.planning.manners import ORDINARY
from outreach.domain.planning.offers import Offers
from outreach.domain.planning.openings import Openings
from outreach.domain.planning.slots import Seekers, Slots
from outreach.domain.planning.wants import meant_for
from outreach.domain.rhythm.load import CHANNEL_LOADS

#: How far an opening is searched for; no valid calendar is closed for longer.
SEARCHES_AHEAD = 400 * DAY
#: However far the next touch is, a contact is looked at once a week, so a lost wake-up costs a week and no more.
LOOKS_AGAIN_WITHIN = 7 * DAY
#: Consent and new content arrive from outside; who waits for either is looked at daily.
LOOKS_AGAIN_DAILY = DAY
#: Once a planned touch should have left, what waits behind it gets its own answer.
LOOKS_AGAIN_AFTER_TOUCH = 3600.0

_SOON = 60.0

_LETTERS = np.array([CHANNEL_LOADS[channel] for channel in CHANNELS])
"""What a plain letter weighs on each channel."""


class Verdict:
    """What was decided, as numbers in arrays."""

    PAUSED, UNREACHABLE, SERVICE, RHYTHM, FLOOR, DEADLINE, NO_CONTENT, NO_HOURS, NOT_YET = range(9)


SENDS = np.array([Verdict.SERVICE, Verdict.RHYTHM, Verdict.FLOOR])
"""The verdicts that come with a touch."""


@dataclass(slots=True)
class Decisions:
    """One decision a contact; instants in seconds since 1970.

    Attributes:
        now: when they were made.
        verdict: number in `Verdict`.
        slots: the touch of those that get one, and what else wanted it.
        look_at: when the contact comes up again; always after `now`.
        wished: the first instant that rhythm, shortest gap and caps allow.
        touched: the contact had a touch before.
        opening: the first opening from then on; infinite if there is none. Of a touch kept for the floor, its opening.
        bounds: what it was decided by.
    """

    now: float
    verdict: NDArray[np.int8]
    slots: Slots
    look_at: Floats
    wished: Floats
    touched: Flags
    opening: Floats
    bounds: Bounds

    @property
    def sends(self) -> Flags:
        """Who gets a touch."""
        return np.isin(self.verdict, SENDS)


def decide(
    contacts: Contacts, offers: Offers, almanac: Almanac, *, now: datetime, horizon: timedelta, guards: bool = True
) -> Decisions:
    """A decision for each of `contacts`.

    Args:
        contacts: whom to decide about.
        offers: every edition, those that open later included.
        almanac: of the contacts' cohorts.
        now: the present instant (aware).
        horizon: how far ahead touches are planned; one that lies further is waited for.
        guards: whether the floor is guarded; only rehearsals that show what that is worth leave it out.

    Returns:
        Decisions whose touches leave between `now` and `now + horizon`.
    """
    deciding = _Deciding(
        contacts, offers, almanac, now=seconds(now), horizon=horizon / timedelta(seconds=1), guards=guards
    )
    return deciding.decided()


def names_season(decisions: Decisions) -> Flags:
    """Whose touch goes out by the rhythm of the season it falls into, and not for any other reason."""
    in_time = decisions.slots.send_at <= decisions.bounds.famine_from
    by_rhythm = (decisions.verdict == Verdict.RHYTHM) & in_time & decisions.touched
    by_rhythm &= ~(decisions.bounds.called | decisions.bounds.reopened)
    named: Flags = by_rhythm & (decisions.bounds.season >= 0)
    return named


def _lightest(contacts: Contacts, offers: Offers, meant: Flags) -> Floats:
    """The load of the lightest ordinary touch meant for each contact; where there is none, of a letter to come."""
    told = np.where(meant & ~offers.urgent, offers.load, np.inf).min(axis=1, initial=np.inf)
    letter = np.where(contacts.channels, _LETTERS, _LETTERS.max()).min(axis=1)
    lightest: Floats = np.where(np.isfinite(told), told, letter)
    return lightest


class _Deciding:
    """The decisions in the making: each step settles some contacts and leaves the rest to the next."""

    def __init__(
        self, contacts: Contacts, offers: Offers, almanac: Almanac, *, now: float, horizon: float, guards: bool
    ) -> None:
        self.contacts, self.offers, self.now, self.horizon, self.guards = contacts, offers, now, horizon, guards
        self.until = now + horizon
        count = len(contacts)
        self.meant = meant_for(contacts, offers, now=now)
        self.loads = np.unique(np.concatenate([offers.load[~offers.urgent], _LETTERS]))
        lightest = np.searchsorted(self.loads, _lightest(contacts, offers, self.meant))
        self.bounds = Bounds.of(contacts, almanac, loads=self.loads, lightest=lightest, guards=guards)
        self.openings = Openings.of(contacts, almanac)
        self.slots = Slots.none(count, len(offers))
        self.verdict = np.full(count, -1, np.int8)
        self.look_at = np.full(count, np.inf)
        self.opening = np.full(count, np.inf)
        # What may come soonest of all that is meant for it; each offer's own cap is kept where its slot is looked for.
        self.earliest = np.maximum(now, np.maximum(self.bounds.min_gap_until, self.bounds.room_at))
        self.earliest = np.maximum(self.earliest, np.maximum(contacts.not_before, contacts.rests_until))
        self.wished = np.maximum(self.earliest, self.bounds.due)

    def decided(self) -> Decisions:
        """All steps."""
        paused = self.contacts.paused_until > self.now
        self._wait(np.flatnonzero(paused), Verdict.PAUSED, self.contacts.paused_until[paused])
        silent = np.flatnonzero(self._open & ~self.contacts.channels.any(axis=1))
        self._wait(silent, Verdict.UNREACHABLE, self.now + LOOKS_AGAIN_DAILY)
        coming = self._plan_urgent()
        self._plan_ordinary()
        waits = ~np.isin(self.verdict, SENDS)
        self.look_at = np.where(waits, np.minimum(self.look_at, coming - self.horizon), self.look_at)
        soonest, latest = self.now + _SOON, self.now + LOOKS_AGAIN_WITHIN
        return Decisions(
            now=self.now,
            verdict=self.verdict,
            slots=self.slots,
            look_at=np.where(waits, np.clip(self.look_at, soonest, latest), self.look_at),
            wished=self.wished,
            touched=np.isfinite(self.contacts.last_at),
            opening=self.opening,
            bounds=self.bounds,
        )

    @property
    def _open(self) -> Flags:
        """Who has no decision yet."""
        return self.verdict < 0

    def _wait(self, places: Ints, verdict: int, look_at: Floats | float) -> None:
        self.verdict[places] = verdict
        self.look_at[places] = look_at

    def _send(self, places: Ints, verdict: int, slots: Slots) -> None:
        self.verdict[places] = verdict
        self.slots.put(places, slots)
        self.look_at[places] = np.maximum(slots.send_at, self.now) + LOOKS_AGAIN_AFTER_TOUCH

    def _seekers(self, places: Ints, *, urgent: bool, after: Floats) -> Seekers:
        """Those at `places` that look for a slot among urgent or ordinary offers.

        Args:
            after: not before this; for ordinary offers also not before the caps allow each load.
        """
        meant = self.meant[places] & (self.offers.urgent == urgent)
        if urgent:
            earliest = after[:, None]
            load = np.zeros(len(self.offers), np.int64)
        else:
            earliest = np.maximum(after[:, None], self.bounds.cap_until[places])
            load = np.minimum(np.searchsorted(self.loads, self.offers.load), len(self.loads) - 1)
        return Seekers(self.contacts.at(places), self.offers, self.openings.at(places), meant, earliest, load)

    def _plan_urgent(self) -> Floats:
        """Service and recovery do not wait for the rhythm; when each contact's next such touch leaves, inf for none."""
        coming = np.full(len(self.contacts), np.inf)
        if not self.offers.urgent.any():
            return coming
        places = np.flatnonzero(self._open & (self.meant & self.offers.urgent).any(axis=1))
        if not places.size:
            return coming
        seekers = self._seekers(places, urgent=True, after=np.full(len(places), self.now))
        slots = seekers.first(np.full(len(places), self.until + LOOKS_AGAIN_WITHIN))
        coming[places] = slots.send_at
        now = slots.send_at <= self.until
        self._send(places[now], Verdict.SERVICE, slots.at(now))
        return coming

    def _plan_ordinary(self) -> None:
        """Everything else keeps to the rhythm."""
        places = np.flatnonzero(self._open)
        if not places.size:
            return
        opening = self._first_opening(places)
        self.opening[places] = opening
        slots = Slots.none(len(places), len(self.offers))
        soon = np.flatnonzero(opening <= self.until)
        if soon.size:
            seekers = self._seekers(places[soon], urgent=False, after=self.wished[places[soon]])
            slots.put(soon, seekers.first(np.full(len(soon), self.until)))
        none = slots.offer < 0
        arrives = np.where(none, opening, slots.send_at)
        famine_from = self.bounds.famine_from[places]
        if self.guards:
            self._guard_floor(
                places, none, np.flatnonzero((arrives > famine_from) | (none & (famine_from <= self.until)))
            )
        left = self._open[places]
        self._wait(places[left & ~np.isfinite(arrives)], Verdict.NO_HOURS, self.now + LOOKS_AGAIN_WITHIN)
        far = left & np.isfinite(arrives) & (arrives > self.until)
        self.opening[places[far]] = arrives[far]
        self._wait(places[far], Verdict.NOT_YET, arrives[far] - self.horizon)
        near = left & (arrives <= self.until)
        self._wait(places[near & none], Verdict.NO_CONTENT, self.now + LOOKS_AGAIN_DAILY)
        self._send(places[near & ~none], Verdict.RHYTHM, slots.at(near & ~none))

    def _guard_floor(self, places: Ints, none: Flags, due: Ints) -> None:
        """Touches that would come after the floor, or not at all, are moved before it where the limits allow.

        Args:
            places: of the contacts.
            none: nothing was found for them by the rhythm.
            due: which of `places` the floor is about.
        """
        if not due.size:
            return
        guarded = places[due]
        famine_from, earliest = self.bounds.famine_from[guarded], self.earliest[guarded]
        kept = self._seekers(guarded, urgent=False, after=earliest).last(famine_from)
        silent = np.flatnonzero(kept.offer < 0)
        if silent.size and self.offers.exclusive.any():
            # The floor is stronger than a series that holds the others back and has no room itself.
            seekers = self._seekers(guarded[silent], urgent=False, after=earliest[silent])
            kept.put(silent, seekers.holding_nothing().last(famine_from[silent]))
        sends = (kept.offer >= 0) & (kept.send_at <= self.until)
        self._send(guarded[sends], Verdict.FLOOR, kept.at(sends))
        # Content may still arrive for an opening that lies ahead, so the contact is looked at in time for it.
        final = np.where(kept.offer >= 0, kept.send_at, self._final_opening(guarded, earliest, famine_from))
        later = ~sends & np.isfinite(final) & (final > self.until)
        self.opening[guarded[later]] = final[later]
        self._wait(guarded[later], Verdict.DEADLINE, final[later] - self.horizon)
        empty = ~sends & ~later & np.isfinite(final) & none[due]
        self._wait(guarded[empty], Verdict.NO_CONTENT, self.now + LOOKS_AGAIN_DAILY)

    def _first_opening(self, places: Ints) -> Floats:
        """The first instant at which the rhythm may reach each contact on any of its channels."""
        openings, wished = self.openings.at(places), self.wished[places]
        found = np.full(len(places), np.inf)
        for channel in range(len(CHANNELS)):
            some = np.flatnonzero(self.contacts.channels[places, channel])
            at = openings.at(some).first(
                channel=channel, manner=ORDINARY, after=wished[some], latest=wished[some] + SEARCHES_AHEAD
            )
            found[some] = np.minimum(found[some], at)
        return found

    def _final_opening(self, places: Ints, after: Floats, latest: Floats) -> Floats:
        """An instant on the last day between two instants on which the rhythm may reach each contact; -inf for none."""
        openings = self.openings.at(places)
        found = np.full(len(places), -np.inf)
        for channel in range(len(CHANNELS)):
            some = np.flatnonzero(self.contacts.channels[places, channel])
            at = openings.at(some).last(channel=channel, manner=ORDINARY, after=after[some], latest=latest[some])
            found[some] = np.maximum(found[some], at)
        return found
