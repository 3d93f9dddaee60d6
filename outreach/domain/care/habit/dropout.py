"""Models of buying until one drops out: BG/NBD and its modification MBG/NBD, fitted by maximum likelihood.

Fader, Hardie and Lee, "Counting Your Customers" the Easy Way, Marketing Science 24(2), 2005 (BG/NBD); Batislam, Denizel
and Filiztekin, IJRM 24(3), 2007 (MBG/NBD, in which one may also drop out right after the first purchase). Under BG/NBD
whoever bought once is alive for certain, so its P(alive) is no score; MBG/NBD's is used where people look.
"""

from dataclasses import astuple, dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import OptimizeResult, minimize
from scipy.special import betaln, gammaln, hyp2f1

Floats = NDArray[np.float64]

#: Days of the unit in which parameters are given, as in the papers.
WEEK = 7.0


@dataclass(frozen=True, slots=True)
class Purchases:
    """What the models need of each customer; times in weeks since the first purchase.

    Attributes:
        x: repeat purchases. tx: when the last one was, 0 without. t: now.
        weight: how many customers a place stands for.
    """

    x: Floats
    tx: Floats
    t: Floats
    weight: Floats

    @classmethod
    def of(cls, x: NDArray[np.int64], tx_days: NDArray[np.int64], t_days: NDArray[np.int64]) -> "Purchases":
        """The same customers, those alike together, so that a likelihood costs as much as there are different ones."""
        rows, counts = np.unique(np.stack([x, tx_days, t_days], axis=1), axis=0, return_counts=True)
        return cls(rows[:, 0].astype(float), rows[:, 1] / WEEK, rows[:, 2] / WEEK, counts.astype(float))

    @property
    def customers(self) -> int:
        """How many there are."""
        return int(self.weight.sum())


@dataclass(frozen=True, slots=True)
class Dropout:
    """Parameters: rates of buying are Gamma(r, alpha) a week, chances to drop out after a purchase Beta(a, b).

    Attributes:
        modified: MBG/NBD, in which the first purchase may be the last.
    """

    r: float
    alpha: float
    a: float
    b: float
    modified: bool = False

    def log_likelihood(self, seen: Purchases) -> float:
        """Of what was seen."""
        return float(
            np.dot(seen.weight, _log_likelihoods(np.array([self.r, self.alpha, self.a, self.b]), seen, self.modified))
        )

    def p_alive(self, x: Floats, tx: Floats, t: Floats) -> Floats:
        """The probability that each customer still buys; times in weeks."""
        alive: Floats = 1 / (1 + self._odds_dropped(x, tx, t))
        return alive

    def expected(self, x: Floats, tx: Floats, t: Floats, *, weeks: float) -> Floats:
        """How many purchases each customer will make in the coming `weeks`."""
        rate, later = self.r + x, self.alpha + t + weeks
        one = 1.0 if self.modified else 0.0
        a = self.a if abs(self.a - 1) > _TOO_NEAR else 1 + _TOO_NEAR
        share = ((self.alpha + t) / later) ** rate
        series = hyp2f1(rate, self.b + x + one, a + self.b + x - 1 + one, weeks / later)
        found: Floats = (a + self.b + x - 1 + one) / (a - 1) * (1 - share * series)
        return found / (1 + self._odds_dropped(x, tx, t))

    def _odds_dropped(self, x: Floats, tx: Floats, t: Floats) -> Floats:
        ratio = np.exp((self.r + x) * (np.log(self.alpha + t) - np.log(self.alpha + tx)))
        if self.modified:
            odds: Floats = self.a / (self.b + x) * ratio
            return odds
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(x > 0, self.a / (self.b + np.maximum(x, 1) - 1) * ratio, 0.0)


#: At a = 1 the closed form of the expectation is 0 divided by 0; beside it, it is smooth.
_TOO_NEAR = 1e-6
_STARTS = ((0.3, 5.0, 0.8, 2.5), (1.0, 10.0, 1.0, 1.0))
#: Bounds of the logarithms of the parameters: beyond them nothing changes any more.
_BOUNDS = (-12.0, 12.0)


def fit_dropout(seen: Purchases, *, modified: bool = False) -> Dropout:
    """The parameters of greatest likelihood.

    Raises:
        ValueError: if there is nobody, or nobody bought twice.
    """
    if not seen.customers or not seen.x.any():
        raise ValueError("nobody has bought twice, so there is nothing to fit")
    scale = 1 / float(seen.weight.sum())

    def loss(logs: Floats) -> float:
        return -scale * float(np.dot(seen.weight, _log_likelihoods(np.exp(logs), seen, modified)))

    def found(start: tuple[float, ...]) -> OptimizeResult:
        options = {"ftol": 1e-14, "gtol": 1e-9, "maxiter": 500}
        result: OptimizeResult = minimize(loss, np.log(start), method="L-BFGS-B", bounds=[_BOUNDS] * 4, options=options)
        return result

    best = min(map(found, _STARTS), key=_loss_of)
    r, alpha, a, b = np.exp(best.x).tolist()
    return Dropout(r, alpha, a, b, modified)


def _loss_of(result: OptimizeResult) -> float:
    return float(result.fun)


def _log_likelihoods(parameters: Floats, seen: Purchases, modified: bool) -> Floats:
    """Of each place, for one customer."""
    r, alpha, a, b = parameters
    x, tx, t = seen.x, seen.tx, seen.t
    bought = gammaln(r + x) - gammaln(r) + r * np.log(alpha)
    alive = -(r + x) * np.log(alpha + t)
    dropped = -(r + x) * np.log(alpha + tx)
    if modified:
        alive = alive + betaln(a, b + x + 1)
        dropped = dropped + betaln(a + 1, b + x)
    else:
        alive = alive + betaln(a, b + x)
        # Who never bought again cannot have dropped out.
        dropped = np.where(x > 0, dropped + betaln(a + 1, b + np.maximum(x, 1) - 1), -np.inf)
    found: Floats = bought - betaln(a, b) + np.logaddexp(alive, dropped)
    return found


@dataclass(frozen=True, slots=True)
class Counts:
    """NBD: rates are Gamma(r, alpha) a week and nobody drops out."""

    r: float
    alpha: float

    def log_likelihood(self, seen: Purchases) -> float:
        """Of the counts."""
        return -_counts_loss(np.log(astuple(self)), seen)


def fit_counts(seen: Purchases) -> Counts:
    """The NBD of greatest likelihood for repeat purchases over each customer's own time.

    Raises:
        ValueError: if there is nobody, or nobody bought twice.
    """
    if not seen.customers or not seen.x.any():
        raise ValueError("nobody has bought twice, so there is nothing to fit")
    best = minimize(
        lambda logs: _counts_loss(logs, seen) / seen.weight.sum(),
        np.log([0.5, 10.0]),
        method="L-BFGS-B",
        bounds=[_BOUNDS] * 2,
        options={"ftol": 1e-14, "gtol": 1e-9},
    )
    r, alpha = np.exp(best.x).tolist()
    return Counts(r, alpha)


def _counts_loss(logs: Floats, seen: Purchases) -> float:
    r, alpha = np.exp(logs)
    each = (
        gammaln(r + seen.x)
        - gammaln(r)
        - gammaln(seen.x + 1)
        + r * np.log(alpha / (alpha + seen.t))
        + seen.x * np.log(seen.t / (alpha + seen.t))
    )
    loss: float = -np.dot(seen.weight, each)
    return loss
