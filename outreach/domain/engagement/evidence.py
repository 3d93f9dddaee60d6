"""Evidence on who visited: codes, what each is worth, and how their sum becomes a verdict.

Every clue has a weight: by how much it moves the logarithm of the odds that a person made the visit. The odds begin
even; the weights of all clues are added. Weights and thresholds are assumed, not fitted
(docs/decisions/0013-human-or-machine.md says what was measured of them); they stand in one table so that whoever
measures better changes one number.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from outreach.domain.events import Actor


class Evidence(StrEnum):
    """Clues, each counted at most once for a visit."""

    #: The reporter of the visit holds it for a machine's.
    VENDOR_FLAG = "vendor_flag"
    #: A proxy that fetches the pictures of all mail, read or not.
    PRIVACY_PROXY = "privacy_proxy"
    #: A mail service's proxy fetched the picture, on a reader's behalf or on its own.
    PICTURE_PROXY = "picture_proxy"
    #: A program's name that no person reads with.
    PROGRAM_NAME = "program_name"
    #: A name that gives nothing away, as some scanners use it.
    BARE_NAME = "bare_name"
    #: From the published network of a mail filter.
    NETWORK = "network"
    #: The link that no person sees was followed by this program on this network.
    HONEYPOT = "honeypot"
    #: Several targets of the message within a second.
    BURST = "burst"
    #: One program on one network went through the links of the message one after the other.
    BURST_ALL_LINKS = "burst_all_links"
    #: So soon after sending that it may be the gateway that let the mail in.
    TOO_SOON = "too_soon"
    #: This program on this network visits most messages to one domain within seconds.
    REPEATED_DOMAIN_PATTERN = "repeated_domain_pattern"
    #: No name at all.
    NO_AGENT = "no_agent"
    #: Named like a browser or a mail program.
    READER_LIKE = "reader_like"
    #: The reporter of the visit holds it for a person's.
    VENDOR_PERSON = "vendor_person"


#: Outweighs everything that speaks for a person.
_DECIDES = -9.0

WEIGHTS: Mapping[Evidence, float] = MappingProxyType(
    {
        Evidence.VENDOR_FLAG: _DECIDES,
        Evidence.PRIVACY_PROXY: _DECIDES,
        Evidence.PICTURE_PROXY: _DECIDES,
        Evidence.PROGRAM_NAME: _DECIDES,
        Evidence.BARE_NAME: _DECIDES,
        Evidence.HONEYPOT: _DECIDES,
        Evidence.BURST: _DECIDES,
        Evidence.BURST_ALL_LINKS: _DECIDES,
        Evidence.REPEATED_DOMAIN_PATTERN: -6.0,
        Evidence.NETWORK: -2.75,
        Evidence.TOO_SOON: -2.75,
        Evidence.NO_AGENT: -0.3,
        Evidence.READER_LIKE: 2.3,
        Evidence.VENDOR_PERSON: 2.6,
    }
)
"""By how much each clue moves the log-odds of a person; below zero speaks for a machine."""

#: From this chance of a person on it is one; up to the other it is a machine; between them nobody can tell.
PERSON_FROM, MACHINE_UP_TO = 0.90, 0.04


@dataclass(frozen=True, slots=True)
class Verdict:
    """Who made a visit.

    Attributes:
        actor: what is held of it.
        probability: that a person made it, above 0 and below 1, to four digits.
        evidence: the clues, the weightiest first.
    """

    actor: Actor
    probability: float
    evidence: tuple[Evidence, ...]


def weighed(clues: Iterable[Evidence]) -> Verdict:
    """The verdict that `clues` add up to; neither their order nor their number of times matters."""
    found = sorted(set(clues), key=lambda clue: (-abs(WEIGHTS[clue]), clue.value))
    chance = 1 / (1 + math.exp(-math.fsum(WEIGHTS[clue] for clue in found)))
    unless_person = Actor.MACHINE if chance <= MACHINE_UP_TO else Actor.UNSURE
    actor = Actor.HUMAN if chance >= PERSON_FROM else unless_person
    return Verdict(actor, round(chance, 4), tuple(found))
