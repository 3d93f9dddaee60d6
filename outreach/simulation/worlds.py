"""The worlds a policy is tried in: the usual one, and those in which some assumption is wrong."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from outreach.domain.errors import BadInput, Fault


class FatigueLaw(StrEnum):
    """How fatigue drains, and what it does above tolerance."""

    #: It halves in so many days; above tolerance reading falls exponentially.
    HALVES = "halves"
    #: It drains by the same amount every day; reading falls early and bends (a Hill curve).
    DRAINS = "drains"


class Program(StrEnum):
    """What a person's mail program does with a mail before anybody reads it, in the order of arrays."""

    #: Loads pictures when the person reads.
    PLAIN = "plain"
    #: Fetches pictures ahead, and the provider says that a machine did.
    FLAGGED_PREFETCH = "flagged_prefetch"
    #: Fetches pictures ahead, and nobody says so.
    SILENT_PREFETCH = "silent_prefetch"
    #: Never loads pictures.
    BLOCKING = "blocking"
    #: A gateway opens and clicks everything at once.
    SCANNER = "scanner"


@dataclass(frozen=True, slots=True)
class World:
    """What a world is like; the defaults are the usual one.

    Attributes:
        name: as the command line calls it.
        what: how it differs, for people.
        times: traits whose middle is moved, and by what factor (`priors`).
        keen_bear_more: correlation of readiness to read and tolerance. Engaged accounts bear about five mails a week,
            where others have long left (Validity; rhythm notes, 1.2).
        programs: shares of the mail programs, in the order of `Program`.
        edge_error: standard deviation of a season's true edges around the published ones, in days.
        edge_shift: days by which all true seasons come later than published.
        law: of fatigue.
        globe: customers live in all time zones.
        closure: first day and length of an announced closure of the first industry.
        storm: first day and length of a storm in which people report junk ten times as readily.
        people: how many customers there are, whatever was asked for.
    """

    name: str
    what: str
    times: Mapping[str, float] = field(default_factory=dict)
    keen_bear_more: float = 0.4
    programs: tuple[float, ...] = (0.44, 0.28, 0.10, 0.12, 0.06)
    edge_error: float = 5.0
    edge_shift: int = 0
    law: FatigueLaw = FatigueLaw.HALVES
    globe: bool = False
    closure: tuple[int, int] | None = None
    storm: tuple[int, int] | None = None
    people: int | None = None


WORLDS = {
    world.name: world
    for world in (
        World("usual", "everything as the sources suggest"),
        World("machine-opens", "a machine opens every mail, half of them unsaid", programs=(0, 0.5, 0.5, 0, 0)),
        World("no-opens", "no open is ever seen, only clicks", programs=(0, 0, 0, 1, 0)),
        World("closed-industry", "one industry is closed for four months, as announced", closure=(150, 120)),
        World("complaint-storm", "for three weeks people report junk ten times as readily", storm=(200, 21)),
        World("globe", "customers live in every time zone", globe=True),
        World("wrong-seasons", "true seasons come three weeks later than published", edge_error=8.0, edge_shift=21),
        World("touchier", "people bear three fifths as much contact", times={"tolerance": 0.6}),
        World("keen-but-touchy", "who reads readily bears no more than others", keen_bear_more=0.0),
        World("other-fatigue", "fatigue drains evenly and reading falls early", law=FatigueLaw.DRAINS),
        World("small-tenant", "600 customers", people=600),
    )
}
"""By name; the first is the one that others are compared with."""


def world_named(name: str) -> World:
    """The world called `name`.

    Raises:
        BadInput: if there is none.
    """
    if name in WORLDS:
        return WORLDS[name]
    mend = f"Use one of: {', '.join(WORLDS)}, all."
    raise BadInput([Fault(place="--world", value=name, reason="there is no such world", mend=mend)])
