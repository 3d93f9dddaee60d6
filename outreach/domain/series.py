"""The order of a series: which of its editions may change places, and where those of a next round stand."""

from collections.abc import Collection, Sequence

from outreach.domain.errors import BadInput, Fault

#: Positions from one round of an evergreen series to the next; more editions than a series ever has.
ROUND_STEP = 10_000


def position_in_round(position: int, *, round: int) -> int:
    """Where the edition at `position` of the first round stands in another one.

    >>> position_in_round(3, round=2)
    10003
    """
    return (round - 1) * ROUND_STEP + position


def check_order(before: Sequence[int], after: Sequence[int], *, begun: Collection[int]) -> None:
    """Whether the editions `before` of one round may be put in the order `after`.

    A contact gets the first edition that it has not had. So whatever stands up to the last edition that has begun for
    anybody keeps its place: else somebody who is past a place would be told an early part late, or a late part early.
    What nobody has been sent yet may be in any order behind it.

    Raises:
        BadInput: if they may not, or are not the same editions.
    """

    def refused(reason: str, mend: str) -> BadInput:
        return BadInput([Fault("order of the series", reason, mend)])

    if sorted(before) != sorted(after):
        raise refused("the series has other editions by now", "Look at it anew.")
    fixed = places_fixed(before, begun=begun)
    if list(after[:fixed]) != list(before[:fixed]):
        raise refused("what has begun for somebody keeps its place", "Put it behind what has begun.")


def places_fixed(order: Sequence[int], *, begun: Collection[int]) -> int:
    """How many editions from the first on keep their places."""
    return max((place for place, edition in enumerate(order, start=1) if edition in begun), default=0)
