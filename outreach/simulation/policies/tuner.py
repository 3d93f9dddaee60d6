"""Tunes the learning as `services/tune_learning.py` does: the brake daily, what the base teaches every week."""

from dataclasses import replace

import numpy as np

from outreach.domain.rhythm.cadence import pace
from outreach.domain.rhythm.tuning import COMPLAINT_DAYS, Doses, Tuning, braked, tuned_mix, tuned_shift
from outreach.simulation.draws import Floats
from outreach.simulation.seasons import Flags


class Tuner:
    """Counts what the whole base did."""

    def __init__(self) -> None:
        self.tuning = Tuning()
        self._doses = Doses.of(np.empty(0), np.empty(0, bool))
        self._mails = np.zeros(COMPLAINT_DAYS, np.int64)
        self._complaints = np.zeros(COMPLAINT_DAYS, np.int64)

    def sent(self, day: int, *, mails: int) -> None:
        """So many mails left today."""
        self._mails[day % COMPLAINT_DAYS] = mails

    def count(self, strain: Floats, left: Flags) -> None:
        """Touches had their days: the strain each met, and whether it made its contact leave."""
        self._doses += Doses.of(strain, left)

    def braked(self, day: int, *, complaints: int) -> Tuning:
        """What learning starts from today, given the complaints that were told today."""
        self._complaints[day % COMPLAINT_DAYS] = complaints
        slowdown = braked(
            self.tuning.slowdown,
            complaints=int(self._complaints.sum()),
            mails=int(self._mails.sum()),
            days=1.0,
            pace=pace(self.tuning.shift),
        )
        self.tuning = replace(self.tuning, slowdown=slowdown)
        return self.tuning

    def tuned(self, shares: Floats) -> Tuning:
        """What the whole base teaches.

        Args:
            shares: of mail programs, as believed of each contact who was written to (contacts x 5).
        """
        shift = tuned_shift(self._doses, before=self.tuning.shift)
        self.tuning = replace(self.tuning, shift=shift, mix=tuned_mix(shares))
        return self.tuning
