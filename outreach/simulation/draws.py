"""Chance that does not depend on what was decided: the same person has the same luck on the same day in every policy.

Every array is drawn from its own counter (Philox; Salmon et al., SC 2011), named by seed, purpose, day and wave, and
always for everybody, so a policy that writes to fewer people shifts no one's draws (common random numbers).
"""

from zlib import crc32

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def generator(seed: int, purpose: str, *, day: int = 0, wave: int = 0) -> np.random.Generator:
    """The source of chance with this name."""
    key = (seed & 0xFFFFFFFF) << 32 | crc32(purpose.encode())
    return np.random.Generator(np.random.Philox(key=key, counter=[0, 0, wave, day]))


def fractions(seed: int, purpose: str, *, day: int, people: int, rows: int, wave: int = 0) -> Floats:
    """Numbers from 0 to below 1, as rows x people."""
    return generator(seed, purpose, day=day, wave=wave).random((rows, people))
