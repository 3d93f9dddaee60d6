"""How well a score ranks, and how far chances lie from what came."""

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata


def auc(score: NDArray[np.float64], came: NDArray[np.bool_]) -> float:
    """The chance that one for whom it came has the higher score than one for whom it did not."""
    ranks = rankdata(score)
    yes, no = int(came.sum()), int((~came).sum())
    return float((ranks[came].sum() - yes * (yes + 1) / 2) / (yes * no))


def brier(chance: NDArray[np.float64], came: NDArray[np.bool_]) -> float:
    """The mean squared distance of chances from what came; lower is better."""
    return float(((chance - came) ** 2).mean())
