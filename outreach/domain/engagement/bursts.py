"""Visits of one message that come faster than a person's hand.

Scanners come in bursts: 5 and more clicks within a second, a median of 43 s after sending and one in three later than a
minute (putyourlightson/craft-campaign, issue 546), so a rule by seconds since sending alone finds almost none.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import timedelta

from outreach.domain.engagement.visit import PIXEL, Visit

#: So many different targets of one message ...
BURST_TARGETS = 3
#: ... within this time are beyond a person's hand.
BURST_TIME = timedelta(seconds=1)
#: So many different links by one program on one network ...
ROUND_LINKS = 5
#: ... within this time are a scanner that takes its time.
ROUND_TIME = timedelta(seconds=30)


def in_bursts(visits: Sequence[Visit]) -> set[int]:
    """Places of visits in some stretch of `BURST_TIME` that holds `BURST_TARGETS` different targets."""
    return _crowded(visits, range(len(visits)), targets=BURST_TARGETS, within=BURST_TIME)


def in_rounds(visits: Sequence[Visit]) -> set[int]:
    """Places of visits by one visitor in some stretch of `ROUND_TIME` that holds `ROUND_LINKS` different links."""
    visitors = {visit.visitor for visit in visits} - {None}
    found: set[int] = set()
    for visitor in visitors:
        places = [place for place, visit in enumerate(visits) if visit.visitor == visitor and visit.target != PIXEL]
        found |= _crowded(visits, places, targets=ROUND_LINKS, within=ROUND_TIME)
    return found


def _crowded(visits: Sequence[Visit], places: Iterable[int], *, targets: int, within: timedelta) -> set[int]:
    """Those of `places` that lie in some stretch of time `within` that holds so many different targets."""
    order = sorted(places, key=lambda place: visits[place].arrived)
    marked: set[int] = set()
    inside: Counter[str] = Counter()
    first = marked_up_to = 0
    for last, place in enumerate(order):
        inside[visits[place].target] += 1
        while visits[place].arrived - visits[order[first]].arrived > within:
            target = visits[order[first]].target
            inside[target] -= 1
            if not inside[target]:
                del inside[target]
            first += 1
        if len(inside) >= targets:
            marked.update(order[max(first, marked_up_to) : last + 1])
            marked_up_to = last + 1
    return marked
