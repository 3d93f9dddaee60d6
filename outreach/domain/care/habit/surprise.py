"""How surprising a silence is for this very customer, in powers of ten, and from which day on it is.

Rates of doing something are Gamma(r, a) over all customers; a customer's own follows from what it did. A silence is
as surprising as such a customer would rarely keep it; so is a stretch with too few events. With intervals more regular
than chance, events are counted k-fold (Gamma intervals; Platzer and Reutterer, Marketing Science 35(5), 2016).
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import betainc, betaincinv

from outreach.domain.care.habit.events import Events, Floats, Ints

#: Fewer events than this make no habit.
LEAST_EVENTS = 4
#: From here on a silence fades, and alarms.
FADING, ALARM = 1.5, 2.0
#: A stretch is at least so many days long, and at least so many of the customer's own intervals.
WINDOW_DAYS, WINDOW_INTERVALS = 45.0, 1.5
#: Above this, intervals are called regular.
REGULAR_ABOVE = 1.3
#: False alarms for each customer and year that a tenant's own threshold allows.
FALSE_ALARMS = 0.25
_MOST_K, _FEW = 5.0, 30
_SMALL = 1e-12


@dataclass(frozen=True, slots=True)
class Prior:
    """What is known before a customer is: rates are Gamma(r, a) a day, intervals Gamma with shape k."""

    r: float
    a: float
    k: float = 1.0


#: Where nobody is known yet: about once in two months, and very different between people.
UNKNOWN = Prior(1.0, 60.0)


@dataclass(frozen=True, slots=True)
class Stretch:
    """What is known of each customer; times in days of the clock that runs for it.

    Attributes:
        x: repeats. tx: when the last one was, since the first event. t: now.
        window: length of the stretch that is looked at. n: events in it.
    """

    x: Floats
    tx: Floats
    t: Floats
    window: Floats
    n: Floats


def fit_prior(x: Floats, tx: Floats, *, k: float = 1.0) -> Prior:
    """The prior by moments of the rates of customers with a habit: their mean, and what is left of their variance when
    chance is taken out.
    """
    some = (x + 1 >= LEAST_EVENTS) & (tx > 0)
    if some.sum() < _FEW:
        return Prior(UNKNOWN.r, UNKNOWN.a, k)
    rates = x[some] / tx[some]
    mean = x[some].sum() / tx[some].sum()
    spread = max(float(rates.var()) - float((mean / tx[some]).mean()), mean**2 / 50)
    r = float(np.clip(mean**2 / spread, 0.05, 50))
    return Prior(r, r / float(mean), k)


def silence(of: Stretch, prior: Prior) -> Floats:
    """The chance of such a customer to keep silent for so long, as -log10.

    What is known of the rate makes the next interval a beta-prime variable, so its tail is an incomplete beta function;
    with k = 1 it is the power law ((a + tx) / (a + t)) ** (r + x).
    """
    r, b = prior.k * (prior.r + of.x), prior.k * prior.a + of.tx
    waited = np.maximum(of.t - of.tx, 0.0)
    if prior.k == 1:
        plain: Floats = r * (np.log10(b + waited) - np.log10(b))
        return plain
    found: Floats = -np.log10(np.maximum(betainc(r, prior.k, b / (b + waited)), _SMALL))
    return found


def scarcity(of: Stretch, prior: Prior) -> Floats:
    """The chance of such a customer to do so little in the window (mid-P), as -log10; 0 if the window is too long.

    At most n events come in a window where n + 1 intervals together are longer than it. It may fall a little while a
    silence lasts and no event drops out of the window; `silence` never does.
    """
    r = prior.k * np.maximum(prior.r + of.x - of.n, _SMALL)
    b = prior.k * prior.a + of.t - of.window
    judged = b > 0
    share = np.where(judged, b / np.where(judged, b + of.window, 1.0), 0.5)
    up_to = betainc(r, prior.k * (of.n + 1), share)
    below = np.where(of.n > 0, betainc(r, prior.k * np.maximum(of.n, 1), share), 0.0)
    return np.where(judged, -np.log10(np.maximum((up_to + below) / 2, _SMALL)), 0.0)


def surprise(of: Stretch, prior: Prior) -> Floats:
    """The greater of both; 0 for customers without a habit."""
    habit = of.x + 1 >= LEAST_EVENTS
    return np.where(habit, np.maximum(silence(of, prior), scarcity(of, prior)), 0.0)


def unusual_from(of: Stretch, prior: Prior, *, threshold: float) -> Floats:
    """When, on the customer's clock, silence alone reaches `threshold`."""
    r, b = prior.k * (prior.r + of.x), prior.k * prior.a + of.tx
    left = betaincinv(r, prior.k, 10.0**-threshold)
    found: Floats = of.tx + b * (1 / np.maximum(left, _SMALL) - 1)
    return found


def regularity(events: Events, clock: Floats) -> float:
    """The shape k of intervals, 1 for chance, by the last two of each customer.

    Wheat and Morrison, Journal of Marketing Research 27(1), 1990.

    Args:
        clock: the time of each event.
    """
    last = events.starts + events.counts - 1
    some = last[events.counts >= 3]
    if len(some) < _FEW:
        return 1.0
    newer, older = clock[some] - clock[some - 1], clock[some - 1] - clock[some - 2]
    share = newer / np.maximum(newer + older, _SMALL)
    variance = max(float(share.var()), 1e-3)
    k = (1 - 4 * variance) / (8 * variance)
    return float(np.clip(k, 0.3, _MOST_K))


def windows(x: Floats, tx: Floats) -> Floats:
    """How long a stretch is looked at, for each customer."""
    mean = np.where(x > 0, tx / np.maximum(x, 1), 0.0)
    return np.maximum(WINDOW_DAYS, WINDOW_INTERVALS * mean)


def false_alarms(events: Events, clock: Floats, prior: Prior) -> tuple[Floats, float]:
    """How surprised we were just before each event that came all the same, and over how many years of habits.

    Args:
        clock: the time of each event.
    """
    start = events.starts[events.customer]
    place = np.arange(len(clock))
    order = place - start
    some = order >= LEAST_EVENTS
    at, first = place[some], clock[start[some]]
    x, tx, t = (order[some] - 1).astype(float), clock[at - 1] - first, clock[at] - first
    window = windows(x, tx)
    n = np.minimum(
        (at - np.searchsorted(_keys(events, clock), _key(events.customer[at], clock[at] - window))), order[some]
    )
    met = surprise(Stretch(x, tx, t, window, n.astype(float)), prior)
    # Only up to the last event: customers who are gone would make false alarms look rare.
    begun, known = events.day[order == LEAST_EVENTS - 1], events.lasts()[events.counts >= LEAST_EVENTS]
    return met, float((known - begun).sum()) / 365.25


def calibrated(met: Floats, customer_years: float) -> float:
    """The lowest threshold whose false alarms a tenant bears, never below `FADING`."""
    if customer_years <= 0 or len(met) < _FEW:
        return ALARM
    allowed = int(FALSE_ALARMS * customer_years)
    if len(met) <= allowed:
        return FADING
    return float(np.clip(np.sort(met)[::-1][allowed], FADING, 4.0))


#: Longer than any clock runs, so that customers do not run into each other.
_FAR = 1e6


def _keys(events: Events, clock: Floats) -> Floats:
    return _key(events.customer, clock)


def _key(customer: Ints, clock: Floats) -> Floats:
    found: Floats = customer * _FAR + clock
    return found
