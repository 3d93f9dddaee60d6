"""The rhythm band: an industry's promise never to write closer than the minimum nor to stay silent past the maximum."""

from dataclasses import dataclass

from outreach.domain.errors import BadInput, Fault


@dataclass(frozen=True, slots=True)
class RhythmBand:
    """Gaps between two touches, in days.

    Attributes:
        min_gap: never closer than this.
        target_gap: where a new contact starts.
        max_gap: never silent longer than this.

    Raises:
        BadInput: unless 0 < min_gap <= target_gap <= max_gap.
    """

    min_gap: float
    target_gap: float
    max_gap: float

    def __post_init__(self) -> None:
        if not 0 < self.min_gap <= self.target_gap <= self.max_gap:
            raise BadInput(
                [
                    Fault(
                        place="rhythm",
                        column="min_gap, target_gap, max_gap",
                        value=f"{self.min_gap:g}, {self.target_gap:g}, {self.max_gap:g}",
                        reason="the gaps must grow: minimum, target, maximum, all above zero days",
                        mend="Put the smallest number of days first and the largest last.",
                    )
                ]
            )

    def clip(self, gap: float) -> float:
        """`gap` brought inside the band, in days."""
        return min(self.max_gap, max(self.min_gap, gap))
