"""Tuning: what the whole base teaches about each of its contacts, and the brake that complaints pull.

The numbers are those of the rhythm notes, 4.3 ("Tenant shift", "Client class", "Circuit breaker"), except for what the
notes do with the shift: here it only ever slows down, everybody alike, quickly where people leave, and lets go slowly;
doubt speaks for the slower rhythm, so that a base has to earn its frequency. In the simulation a shift that was free
drifted upwards as those who bore least left, one that moved each gap by lessons came months too late, and one that gave
the usual rhythm the benefit of the doubt did its harm in the first weeks (docs/simulation.md).
"""

from dataclasses import dataclass

import numpy as np

from outreach.domain.rhythm.capacity import COMFORT, EXCESS_UP_TO, LEAVES_AT_MOST, LEAVES_MORE
from outreach.domain.rhythm.mail_programs import PRIOR_MIX
from outreach.domain.rhythm.pressure import Flags, Floats

#: The prior shares of mail programs weigh as much as this many contacts.
MIX_WEIGHT = 200.0

#: Contacts who left by their strain: so many buckets of this width; the last holds everything above.
BUCKETS, BUCKET_WIDTH = 24, 0.15
#: The base is read anew after so many days.
READ_EVERY_DAYS = 7
#: So many standard deviations of doubt speak for the slower rhythm, because too short a gap does more harm than too
#: long a one (Dreze & Bonfrer 2008; rhythm notes, 1.2).
DOUBT = 0.5
#: The shift falls by at most this much from one reading to the next, so that the few who left in one bad week do not
#: slow everybody down for months.
FALLS_BY = 0.15
#: It rises by at most this much, about a fifth a year: who bore least has left, and that those who stayed stay says
#: little.
RISES_BY = 0.004

#: Complaints and mails are counted over so many days, with so many of both credited before.
COMPLAINT_DAYS = 7
_COMPLAINTS_BEFORE, _MAILS_BEFORE = 0.3, 1000.0
BRAKES = ((0.0025, 2.2), (0.0015, 1.5))
"""Above this share of complaints all gaps are multiplied by so much."""
#: What a brake keeps of itself from day to day.
BRAKE_KEEPS = 0.97

_SHIFTS = np.linspace(-1.0, 0.6, 81)
_SHIFT_SPREAD = 0.4
_LOG_RATES = np.log(0.0011) + np.linspace(-1.5, 1.5, 61)
_LOG_RATE_MEAN, _LOG_RATE_SPREAD = np.log(0.0011), 0.3
#: A strain is known only roughly: log-normal with this spread, in quadrature points of the normal distribution.
_STRAIN_SPREAD = 0.42
_POINTS, _WEIGHTS = np.polynomial.hermite_e.hermegauss(15)


@dataclass(frozen=True, slots=True)
class Tuning:
    """The numbers that every contact's learning starts from.

    Attributes:
        shift: how much less our customers bear than the prior says, in logarithms; 0 or below.
        mix: shares of the classes of mail program.
        slowdown: all gaps are multiplied by this where the base bears less, or complaints are too many; 1 is normal.
    """

    shift: float = 0.0
    mix: tuple[float, ...] = PRIOR_MIX
    slowdown: float = 1.0


@dataclass(frozen=True, slots=True)
class Doses:
    """How many touches met which strain, and how many of these made the contact leave; one place a bucket."""

    touches: Floats
    left: Floats

    @classmethod
    def of(cls, strain: Floats, left: Flags) -> "Doses":
        """The counts of touches by strain, in capacities (nan for none), and whether each made its contact leave."""
        counted = np.isfinite(strain)
        bucket = np.minimum(strain[counted] / BUCKET_WIDTH, BUCKETS - 1).astype(np.int64)
        return cls(
            np.bincount(bucket, minlength=BUCKETS).astype(float),
            np.bincount(bucket, weights=left[counted].astype(float), minlength=BUCKETS).astype(float),
        )

    def __add__(self, other: "Doses") -> "Doses":
        return Doses(self.touches + other.touches, self.left + other.left)


def tuned_shift(doses: Doses, *, before: float) -> float:
    """How much less the base bears than the prior says, from when people leave; 0 or below.

    Posterior mean over a grid, leaving as Poisson counts whose base rate is profiled out, less some of its standard
    deviation: while little is known everybody is written to a little less often than asked for, and evidence that the
    base bears more brings back the usual rhythm. It never goes beyond: the gap of its industry is what the marketer
    wants, and that people stay does not say that more would do them good.

    Args:
        before: the shift so far, below which it falls and above which it rises step by step.
    """
    at_most = min(before + RISES_BY, 0.0)
    if not doses.touches.any():
        return at_most
    strain = (np.arange(BUCKETS) + 0.5) * BUCKET_WIDTH
    spread = strain[:, None] * np.exp(_STRAIN_SPREAD * _POINTS)
    felt = spread * np.exp(-_SHIFTS)[:, None, None]
    more = np.exp(LEAVES_MORE * np.minimum(EXCESS_UP_TO, np.maximum(0.0, felt - COMFORT)))
    rate = np.exp(_LOG_RATES)[None, :, None, None] * more[:, None]
    hazard = np.minimum(rate, LEAVES_AT_MOST) @ (_WEIGHTS / _WEIGHTS.sum())
    log = (doses.left * np.log(hazard) - doses.touches * hazard).sum(axis=2)
    log -= (_LOG_RATES - _LOG_RATE_MEAN) ** 2 / (2 * _LOG_RATE_SPREAD**2)
    profile = log.max(axis=1) - _SHIFTS**2 / (2 * _SHIFT_SPREAD**2)
    believed = np.exp(profile - profile.max())
    mean = float(np.average(_SHIFTS, weights=believed))
    spread_of_mean = float(np.average((_SHIFTS - mean) ** 2, weights=believed)) ** 0.5
    return float(np.clip(mean - DOUBT * spread_of_mean, before - FALLS_BY, at_most))


def tuned_mix(shares: Floats) -> tuple[float, ...]:
    """Shares of the classes of mail program, from what is believed of some contacts (contacts x 5)."""
    counted = np.array(PRIOR_MIX) * MIX_WEIGHT + shares.sum(axis=0)
    return tuple(float(share) for share in counted / counted.sum())


def braked(slowdown: float, *, complaints: int, mails: int, days: float, pace: float = 1.0) -> float:
    """The slowdown after `days`, given the complaints and mails of the last `COMPLAINT_DAYS`.

    Args:
        pace: what the base bears (`cadence.pace`), below which it never goes.
    """
    share = (complaints + _COMPLAINTS_BEFORE) / (mails + _MAILS_BEFORE)
    wanted = next((factor for above, factor in BRAKES if share > above), 1.0)
    return max(wanted, slowdown * float(BRAKE_KEEPS**days), pace)
