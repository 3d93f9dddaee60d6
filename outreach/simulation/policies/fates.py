"""What is known of each touch the product made, until it teaches: who opened it, who followed a link, and when."""

from collections import deque
from dataclasses import dataclass

import numpy as np

from outreach.domain.engagement import TOO_SOON
from outreach.domain.rhythm.cadence import MATURES_AFTER_DAYS
from outreach.domain.rhythm.capacity import Answer
from outreach.domain.rhythm.mail_programs import Trace
from outreach.simulation.draws import Floats
from outreach.simulation.people import Numbers
from outreach.simulation.seasons import Flags
from outreach.simulation.touches import Reports, What

#: A click this many days after sending or sooner may be a gateway's; nobody can say.
_TOO_SOON = TOO_SOON.total_seconds() / 86400

_OPENED, _CLICKED, _FETCHED, _FOLLOWED, _GLIMPSED, _LEFT = (1 << bit for bit in range(6))


@dataclass(frozen=True, slots=True)
class Lesson:
    """What touches that had their days teach; one entry a touch.

    Attributes:
        contact: whose. met, timing: as the planner noted at the touch. answer: number in `Answer`. trace: in `Trace`.
        strain: the pressure met, in capacities as then believed. left: the contact wanted no more, or less.
    """

    contact: Numbers
    met: Floats
    timing: Numbers
    answer: Numbers
    trace: Numbers
    strain: Floats
    left: Flags


class Fates:
    """Touches by their numbers, which count up from 0."""

    def __init__(self) -> None:
        self._seen = np.zeros(1024, np.int64)
        self._sent_at = np.zeros(1024)
        self._met = np.zeros(1024)
        self._strain = np.zeros(1024)
        self._contact = np.zeros(1024, np.int64)
        self._timing = np.zeros(1024, np.int64)
        self._waiting: deque[tuple[int, Numbers]] = deque()

    def sent(
        self,
        day: int,
        *,
        numbers: Numbers,
        contact: Numbers,
        met: Floats,
        strain: Floats,
        timing: Numbers,
        at: Floats,
    ) -> None:
        """Touches left on `day`; their numbers are the next ones. `at` is in days since the first midnight in UTC."""
        if not len(numbers):
            return
        self._grow(int(numbers[-1]) + 1)
        self._contact[numbers], self._met[numbers], self._timing[numbers] = contact, met, timing
        self._sent_at[numbers], self._strain[numbers] = at, strain
        self._waiting.append((day, numbers))

    def see(self, reports: Reports) -> Reports:
        """Notes opens and clicks, told apart as the product does (`domain/engagement.py`); hands back those of people.

        Several links within a second are a gateway's, and so is what it opened; right after sending nobody can say.
        """
        visits = reports.where((reports.what == What.OPENED) | (reports.what == What.CLICKED))
        clicked = visits.what == What.CLICKED
        machine = visits.flagged | visits.burst
        unsure = ~machine & (visits.at - self._sent_at[visits.touch] < _TOO_SOON)
        person = ~machine & ~unsure
        for flags, bit in (
            (person & ~clicked, _OPENED),
            (person & clicked, _CLICKED),
            (visits.flagged, _FETCHED),
            (visits.burst, _FOLLOWED),
            (unsure & ~clicked, _GLIMPSED),
        ):
            np.bitwise_or.at(self._seen, visits.touch[flags], bit)
        return visits.where(person)

    def matured(self, day: int) -> Lesson:
        """What the touches of `MATURES_AFTER_DAYS` ago teach."""
        numbers = np.empty(0, np.int64)
        while self._waiting and self._waiting[0][0] <= day - MATURES_AFTER_DAYS:
            numbers = np.concatenate([numbers, self._waiting.popleft()[1]])
        seen = self._seen[numbers]
        answer = np.select([seen & _CLICKED > 0, seen & _OPENED > 0], [Answer.ACTED, Answer.OPENED], Answer.NOTHING)
        trace = np.select(
            [seen & _FOLLOWED > 0, seen & _FETCHED > 0, seen & (_OPENED | _GLIMPSED) > 0],
            [Trace.SCANNED, Trace.FLAGGED, Trace.OPENED],
            Trace.NONE,
        )
        return Lesson(
            self._contact[numbers],
            self._met[numbers],
            self._timing[numbers],
            answer,
            trace,
            self._strain[numbers],
            seen & _LEFT > 0,
        )

    def leave(self, numbers: Numbers) -> None:
        """Notes touches at which contacts wanted no more, or less."""
        self._seen[numbers] |= _LEFT

    def met(self, numbers: Numbers) -> Floats:
        """The pressure that touches met."""
        return self._met[numbers]

    def _grow(self, least: int) -> None:
        if least <= len(self._seen):
            return
        longer = max(least, 2 * len(self._seen)) - len(self._seen)
        self._seen, self._contact, self._timing = (
            np.pad(array, (0, longer)) for array in (self._seen, self._contact, self._timing)
        )
        self._sent_at, self._met, self._strain = (
            np.pad(array, (0, longer)) for array in (self._sent_at, self._met, self._strain)
        )
