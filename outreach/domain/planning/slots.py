"""Slots: the day and instant at which something we have to say can reach each contact, and what wins it."""

from dataclasses import dataclass, fields, replace
from typing import Self

import numpy as np

from outreach.domain.planning.almanac import Flags, Floats, Ints
from outreach.domain.planning.arbitrate import arbitrate
from outreach.domain.planning.contacts import Contacts
from outreach.domain.planning.offers import Offers
from outreach.domain.planning.openings import Openings
from outreach.domain.planning.wants import Wanting, wanting

_ONE_DAY = 86400.0


@dataclass(slots=True)
class Slots:
    """One slot a contact.

    Attributes:
        offer: place of the winner, -1 for no slot.
        send_at: when it leaves, in seconds; infinite for no slot.
        wanted: what else could have had the slot, and what an exclusive series held back (contacts x offers).
        expires: last days (ordinals) of the same.
    """

    offer: Ints
    send_at: Floats
    wanted: Flags
    held: Flags
    expires: Ints

    @classmethod
    def none(cls, count: int, offers: int) -> Self:
        """No slot for anybody."""
        flags = np.zeros((count, offers), bool)
        return cls(
            np.full(count, -1, np.int64),
            np.full(count, np.inf),
            flags,
            flags.copy(),
            np.zeros((count, offers), np.int64),
        )

    def put(self, places: Ints, other: "Slots") -> None:
        """Takes over the slots of `other` for the contacts at these places."""
        for one in fields(self):
            getattr(self, one.name)[places] = getattr(other, one.name)

    def at(self, places: Ints | Flags) -> Self:
        """The slots of the contacts at these places."""
        return type(self)(*(getattr(self, one.name)[places] for one in fields(self)))


@dataclass(frozen=True, slots=True)
class Seekers:
    """Contacts that look for a slot.

    Attributes:
        meant: what could ever reach each (contacts x offers).
        after: before this instant none of `loads` may reach them (contacts x loads).
        load: number of each offer's load among `loads`.
    """

    contacts: Contacts
    offers: Offers
    openings: Openings
    meant: Flags
    after: Floats
    load: Ints

    def at(self, places: Ints) -> "Seekers":
        """Those at these places."""
        return Seekers(
            self.contacts.at(places),
            self.offers,
            self.openings.at(places),
            self.meant[places],
            self.after[places],
            self.load,
        )

    def holding_nothing(self) -> "Seekers":
        """The same, with no series that holds others back."""
        return replace(self, offers=replace(self.offers, exclusive=np.zeros_like(self.offers.exclusive)))

    def first(self, latest: Floats) -> Slots:
        """The winners of the first local days up to `latest` on which anything wants a contact and can reach it.

        Only the day is bound by `latest`: its slot may lie later on that day, so that the edge of a planning horizon
        does not crowd everybody into the hours before it.
        """
        almanac, cohort = self.openings.almanac, self.contacts.cohort
        start, end = almanac.day_of(cohort, self.after.min(axis=1)), almanac.day_of(cohort, latest)
        return self._search(start, end, step=1, latest=latest + _ONE_DAY)

    def last(self, latest: Floats) -> Slots:
        """The winners of the last local days up to `latest`, at instants up to it."""
        almanac, cohort = self.openings.almanac, self.contacts.cohort
        start, end = almanac.day_of(cohort, latest), almanac.day_of(cohort, self.after.min(axis=1))
        return self._search(start, end, step=-1, latest=latest)

    def _search(self, start: Ints, end: Ints, *, step: int, latest: Floats) -> Slots:
        """Tries each contact's days from `start` to `end` until one has a slot."""
        found = Slots.none(len(self.contacts), len(self.offers))
        day, left = start.copy(), np.flatnonzero(self.meant.any(axis=1))
        while (left := left[(end[left] - day[left]) * step >= 0]).size:
            slots = self.at(left).on(day[left], latest=latest[left])
            there = slots.offer >= 0
            found.put(left[there], slots.at(there))
            left = left[~there]
            day[left] += step
        return found

    def on(self, day: Ints, *, latest: Floats) -> Slots:
        """The winner of each one's `day`, among the offers whose channel has an opening on it in time."""
        wanted = wanting(self.contacts, self.offers, self.openings.almanac, day=day, meant=self.meant)
        slots = Slots.none(len(self.contacts), len(self.offers))
        some = np.flatnonzero(wanted.wants.any(axis=1))
        if some.size:
            slots.put(some, self.at(some)._won(wanted, some, day[some], latest[some]))
        return slots

    def _won(self, wanted: Wanting, some: Ints, day: Ints, latest: Floats) -> Slots:
        wants, expires = wanted.wants[some], wanted.expires[some]
        send_at = np.full(wants.shape, np.inf)
        # Offers of one channel and one load leave at the same instant.
        for channel, load in {*zip(self.offers.channel.tolist(), self.load.tolist(), strict=True)}:
            places = np.flatnonzero((self.offers.channel == channel) & (self.load == load))
            at = self.openings.on(day, channel=channel, after=self.after[:, load], latest=latest)
            send_at[:, places] = at[:, None]
        reachable = wants & np.isfinite(send_at)
        winner = arbitrate(
            self.contacts,
            self.offers,
            wants=reachable,
            expires=expires,
            on=self.openings.almanac.first + day,
        )
        rows = np.arange(len(winner))
        at = np.where(winner >= 0, send_at[rows, winner], np.inf)
        reachable[rows, winner] = False
        held = wanted.held[some]
        return Slots(winner, at, reachable, held, np.where(reachable | held, expires, 0))
