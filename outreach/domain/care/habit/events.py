"""Events of many customers as two sorted columns, and what is read off them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Events:
    """Days on which customers did something, by customer and day; the same day twice is one.

    Attributes:
        customer: number of the customer, from 0 to below `customers`. day: ordinal.
        customers: how many there are, also those without events.
    """

    customer: Ints
    day: Ints
    customers: int

    @classmethod
    def of(cls, customer: NDArray[np.integer], day: NDArray[np.integer], *, customers: int) -> "Events":
        """In order, and each day once, whatever order they came in."""
        if not len(customer):
            return cls(np.empty(0, np.int64), np.empty(0, np.int64), customers)
        first = int(day.min())
        span = int(day.max()) - first + 1
        keys = np.unique(customer.astype(np.int64) * span + (day.astype(np.int64) - first))
        return cls(keys // span, keys % span + first, customers)

    @property
    def counts(self) -> Ints:
        """Events of each customer."""
        return np.bincount(self.customer, minlength=self.customers).astype(np.int64)

    @property
    def starts(self) -> Ints:
        """Where each customer's events begin; for one without, where they would."""
        return np.concatenate([[0], np.cumsum(self.counts)[:-1]]).astype(np.int64)

    def firsts(self) -> Ints:
        """The first day of each customer, -1 for none."""
        return self._at(self.starts)

    def lasts(self) -> Ints:
        """The last day of each customer, -1 for none."""
        return self._at(self.starts + self.counts - 1)

    def _at(self, places: Ints) -> Ints:
        found = np.full(self.customers, -1, np.int64)
        there = self.counts > 0
        found[there] = self.day[places[there]]
        return found

    def until(self, day: int) -> "Events":
        """Those up to `day`."""
        keep = self.day <= day
        return Events(self.customer[keep], self.day[keep], self.customers)

    def since(self, days: Ints) -> Ints:
        """How many events each customer has after its own of `days`."""
        return np.bincount(self.customer[self.day > days[self.customer]], minlength=self.customers).astype(np.int64)

    def decayed(self, *, now: int, half_life: float) -> Floats:
        """The events of each customer, each counting half after so many days."""
        weights = np.exp2(-(now - self.day) / half_life)
        found: Floats = np.bincount(self.customer, weights=weights, minlength=self.customers).astype(float)
        return found
