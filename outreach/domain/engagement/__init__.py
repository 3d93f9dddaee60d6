"""Who opened or clicked: a person, a machine, or nobody can tell, with the chance of a person and the evidence.

Mail gateways follow every link, privacy proxies fetch every picture, and both lie about their names, so no single clue
is enough. All visits of one message are judged together and as a set: the verdict depends neither on the order in which
they were reported nor on how often, and a late visit may turn an earlier "person" into a "machine", never a machine
into a person.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from outreach.domain.engagement.bursts import BURST_TARGETS, BURST_TIME, in_bursts, in_rounds
from outreach.domain.engagement.evidence import Evidence, Verdict, weighed
from outreach.domain.engagement.programs import clues_of_name
from outreach.domain.engagement.visit import HONEYPOT, PIXEL, Visit
from outreach.domain.events import Actor

__all__ = [
    "BURST_TARGETS",
    "BURST_TIME",
    "HONEYPOT",
    "PIXEL",
    "TOO_SOON",
    "Evidence",
    "Verdict",
    "Visit",
    "judged",
]

#: A visit this soon after sending may be the gateway that let the mail in: nobody can tell.
TOO_SOON = timedelta(seconds=10)


def judged(visits: Sequence[Visit], *, sent_at: datetime | None) -> tuple[Verdict, ...]:
    """Who made each of `visits`, which must be all the visits of one message that are known.

    Args:
        sent_at: when the message left (aware, UTC); None if that is not known.
    """
    together = (
        (Evidence.BURST, in_bursts(visits)),
        (Evidence.BURST_ALL_LINKS, in_rounds(visits)),
        (Evidence.HONEYPOT, {place for place, visit in enumerate(visits) if visit.target == HONEYPOT}),
    )
    clues = [_alone(visit, sent_at=sent_at) for visit in visits]
    for clue, places in together:
        # Whoever gave itself away once is known again by program and network.
        known = {visits[place].visitor for place in places} - {None}
        for place, visit in enumerate(visits):
            if place in places or visit.visitor in known:
                clues[place].add(clue)
    return tuple(map(weighed, clues))


def _alone(visit: Visit, *, sent_at: datetime | None) -> set[Evidence]:
    """The clues in what a visit says about itself."""
    clues = clues_of_name(visit.user_agent, is_pixel=visit.target == PIXEL)
    if visit.said is Actor.MACHINE:
        clues.add(Evidence.VENDOR_FLAG)
    elif visit.said is Actor.HUMAN:
        clues.add(Evidence.VENDOR_PERSON)
    if visit.filtered_by:
        clues.add(Evidence.NETWORK)
    if visit.repeats:
        clues.add(Evidence.REPEATED_DOMAIN_PATTERN)
    if sent_at is not None and visit.at < sent_at + TOO_SOON:
        clues.add(Evidence.TOO_SOON)
    return clues
