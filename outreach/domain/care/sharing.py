"""Who makes which call: tasks go to whoever has the least open ones, up to what each wants to be given in a day."""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

#: Sorts before every instant.
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Caller:
    """A member of staff who takes calls.

    Attributes:
        open: tasks that are theirs and not done.
        today: tasks given to them today, done or not; `quota` is the most.
        last_given_at: when they were given one last; None for never.
    """

    staff_id: int
    quota: int
    open: int = 0
    today: int = 0
    last_given_at: datetime | None = None


def share_out(tasks: Sequence[int], callers: Sequence[Caller], *, now: datetime) -> dict[int, int]:
    """Who gets which of `tasks` (ids, the most pressing first): staff ids by task.

    Each goes to whoever has the fewest open ones; of those to whoever was given none for longest, then by id. What
    nobody has room for today is left out and waits for tomorrow. The same input gives the same answer.
    """
    places = {caller.staff_id: caller.quota - caller.today for caller in callers}
    turns = [(one.open, one.last_given_at or _NEVER, 0, one.staff_id) for one in callers if places[one.staff_id] > 0]
    heapq.heapify(turns)
    given: dict[int, int] = {}
    for number, task in enumerate(tasks, start=1):
        if not turns:
            break
        open_, _, _, staff_id = heapq.heappop(turns)
        given[task] = staff_id
        places[staff_id] -= 1
        if places[staff_id]:
            heapq.heappush(turns, (open_ + 1, now, number, staff_id))
    return given
