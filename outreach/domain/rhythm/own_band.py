"""A rhythm band that staff set for one contact."""

from outreach.domain.errors import BadInput, Fault

#: Longest gap that may be set, in days: beyond a year there is no habit to keep.
LONGEST = 366


def check_own_band(shortest: float, longest: float) -> None:
    """Nothing, if a gap fits between the two (days; where staff left one out, the industry's).

    Raises:
        BadInput: if none does, or a number is out of all reason.
    """
    if 1 <= shortest <= longest <= LONGEST:
        return
    raise BadInput(
        [
            Fault(
                place="band",
                column="shortest, longest",
                value=f"{shortest:g}, {longest:g}",
                reason=f"the gaps must grow, from at least 1 day to at most {LONGEST}",
                mend="Put the smaller number of days first; an empty field follows the industry.",
            )
        ]
    )
