"""Why something was decided: one code and the numbers that reproduce it; `rhythm/explain.py` makes the sentence."""

from collections.abc import Mapping
from dataclasses import dataclass, field

ReasonNumber = str | int | float


@dataclass(frozen=True, slots=True)
class Reason:
    """One primary code and its numbers.

    Attributes:
        code: for instance `due.rhythm`, `due.deadline`, `wait.closed`, `no.consent`; `rhythm/explain.py` has them all.
        numbers: what the sentence needs (gaps in days, dates as ISO text, names of campaigns and seasons).
    """

    code: str
    numbers: Mapping[str, ReasonNumber] = field(default_factory=dict)
