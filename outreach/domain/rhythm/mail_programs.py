"""Mail programs: what an open is worth, by what the contact's mail program does with pictures and links.

Nothing that comes from a machine is believed and nothing is thrown away: five classes of program explain what the pixel
of each message saw, and the belief in each class says how much an open, or none, tells about the person
(rhythm notes, 4.3 "Client class").
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Self

import numpy as np

from outreach.domain.rhythm.pressure import Floats, Ints


class Program(IntEnum):
    """Classes of mail program, as their numbers in arrays."""

    #: Fetches pictures when a person opens the mail.
    PLAIN = 0
    #: Fetches all pictures at once, and is known for it.
    FLAGGED_PREFETCH = 1
    #: Fetches all pictures at once, and passes for a person.
    SILENT_PREFETCH = 2
    #: Shows no pictures unless asked.
    BLOCKING = 3
    #: A gateway in front of it follows every link.
    SCANNER = 4


class Trace(IntEnum):
    """What the pixel of one message saw, as its number in arrays."""

    #: Nothing, in the days it was given.
    NONE = 0
    #: An open, as if by a person.
    OPENED = 1
    #: An open that is known to be a machine's, and no other.
    FLAGGED = 2
    #: A machine that followed links.
    SCANNED = 3
    #: There was no pixel (a text message), so this says nothing of the program.
    NO_PIXEL = 4


PRIOR_MIX = (0.44, 0.28, 0.10, 0.12, 0.06)
"""Shares of the classes before anything is known (ibid.)."""

#: What older evidence keeps with every message: people change their programs.
REMEMBERS = 0.98

OPENS_BEFORE, UNOPENED_BEFORE = 1.1, 2.9
"""Messages opened and not opened that a person with a plain program is credited with at the start.

The notes take the chance of an open from the capacity learnt so far. It is taken from the opens themselves instead, so
that what is believed of the program depends on nothing but what the pixel saw: otherwise one complaint would change
what every later open is worth, and could shorten a later gap.
"""

#: P(trace | program); the first row holds the factors of the chance to open, and of that not to.
_LIKELIHOOD = np.array(
    [
        [1.0, 1.0, 0.002, 0.1, 1.0],
        [0.02, 0.02, 0.97, 0.02, 1.0],
        [0.02, 0.97, 0.01, 0.02, 1.0],
        [0.99, 0.003, 0.003, 0.003, 1.0],
        [0.01, 0.01, 0.01, 0.97, 1.0],
    ]
)


@dataclass(slots=True)
class Programs:
    """What is known of the mail programs of some contacts; one place a contact.

    Attributes:
        evidence: log likelihood of all traces so far (contacts x 5).
        opened, unopened: messages whose pixel saw an open that was not flagged, or nothing.
    """

    evidence: Floats
    opened: Floats
    unopened: Floats

    @classmethod
    def unknown(cls, count: int) -> Self:
        """Nothing is known of `count` contacts."""
        return cls(np.zeros((count, len(Program))), np.zeros(count), np.zeros(count))

    def see(self, rows: Ints, *, trace: Ints) -> None:
        """Takes in what the pixel of one message of each of `rows` (each at most once) saw."""
        opened, unopened = self.opened[rows] + OPENS_BEFORE, self.unopened[rows] + UNOPENED_BEFORE
        opens = opened / (opened + unopened)
        likelihood = _LIKELIHOOD[:, trace].T
        likelihood[:, Program.PLAIN] *= np.select(
            [trace == Trace.NONE, (trace == Trace.OPENED) | (trace == Trace.SCANNED)], [1 - opens, opens], 1.0
        )
        kept = np.where(trace == Trace.NO_PIXEL, 1.0, REMEMBERS)
        self.evidence[rows] = self.evidence[rows] * kept[:, None] + np.log(likelihood)
        self.opened[rows] += trace == Trace.OPENED
        self.unopened[rows] += trace == Trace.NONE

    def shares(self, rows: Ints, *, mix: Floats) -> Floats:
        """How much each class is believed in (rows x 5, sums of 1), given the shares of the whole base."""
        believed = self.evidence[rows] + np.log(mix)
        believed = np.exp(believed - believed.max(axis=1, keepdims=True))
        shares: Floats = believed / believed.sum(axis=1, keepdims=True)
        return shares
