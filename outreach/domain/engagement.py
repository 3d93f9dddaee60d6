"""Who opened or clicked: a person, a machine, or nobody can tell.

Mail gateways follow every link, privacy proxies fetch every picture, and both lie about their names, so no single clue
is enough. All visits of one message are judged together and as a set: the verdict depends neither on the order in which
they were reported nor on how often, and a late visit may turn an earlier "person" into a "machine".

Scanners come in bursts: 5 and more clicks within a second, a median of 43 s after sending and one in three later than a
minute (putyourlightson/craft-campaign, issue 546), so a rule by seconds since sending alone finds almost none.
Apple's mail privacy proxy calls itself exactly `Mozilla/5.0`.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from outreach.domain.events import Actor

#: The target of a visit that fetched the tracking pixel and followed no link.
PIXEL = "pixel"

#: So many different targets of one message ...
BURST_TARGETS = 3
#: ... within this time are beyond a person's hand.
BURST_TIME = timedelta(seconds=1)
#: A visit this soon after sending may be the gateway that let the mail in: nobody can tell.
TOO_SOON = timedelta(seconds=10)

#: Names of proxies that fetch pictures on a reader's behalf whether anybody reads or not.
_PICTURE_PROXY = re.compile(r"googleimageproxy|ggpht\.com|yahoomailproxy|mail ?privacy").search
#: Exact names of proxies that give next to nothing away (Apple's; also scanners that did not bother).
_BARE_NAMES = frozenset({"mozilla/5.0", "mozilla/4.0", "mozilla"})
#: Names of programs that follow links without a person; the phones called Cubot are none.
_PROGRAM = re.compile(
    r"(?<!cu)bot\b|crawler|spider|scanner|headless|phantomjs|facebookexternalhit"
    r"|barracuda|mimecast|proofpoint|urldefense|safelinks|fireeye|trendmicro|messagelabs|symantec|sophos|ironport"
    r"|forcepoint|zscaler|office (protocol|existence) discovery|linkpreview|bingpreview"
    r"|curl/|wget/|python|aiohttp|httpx|go-http-client|^java/|okhttp|libwww|apache-httpclient|node-fetch|axios"
).search
#: Beginnings, in lower case, of names of browsers and of mail programs that are not built on one.
_PEOPLES_PROGRAMS = (
    "mozilla/5.0 (",
    "mozilla/4.0 (",
    "microsoft office/",
    "outlook-",
    "opera/",
    "thunderbird",
    "apple mail",
)


@dataclass(frozen=True, slots=True)
class Visit:
    """One fetch of the pixel or of a tracked link of a message.

    Attributes:
        target: `PIXEL`, or what tells this link of the message from the others (its id or its address).
        at: when, in business time (aware, UTC).
        arrived: when, by the clock on the wall, which differs where business time runs faster; bursts are seen on it.
        user_agent: the program's name for itself; "" if unknown.
        network: what tells the visitor's network from others, for instance a hash; "" if unknown.
        said: what the reporter of the visit holds; UNSURE if it has no opinion.
    """

    target: str
    at: datetime
    arrived: datetime
    user_agent: str = ""
    network: str = ""
    said: Actor = Actor.UNSURE


def judged(visits: Sequence[Visit], *, sent_at: datetime | None) -> tuple[Actor, ...]:
    """Who made each of `visits`, which must be all the visits of one message that are known.

    Args:
        sent_at: when the message left (aware, UTC); None if that is not known.
    """
    hurried = _in_bursts(visits)
    scanners = {
        (visit.user_agent, visit.network)
        for visit, in_burst in zip(visits, hurried, strict=True)
        if in_burst and visit.network
    }
    return tuple(
        Actor.MACHINE if in_burst or (visit.user_agent, visit.network) in scanners else _alone(visit, sent_at=sent_at)
        for visit, in_burst in zip(visits, hurried, strict=True)
    )


def _alone(visit: Visit, *, sent_at: datetime | None) -> Actor:
    """The verdict on a visit from what it says about itself."""
    agent = visit.user_agent.strip().lower()
    if visit.said is Actor.MACHINE or _is_machine(agent, is_pixel=visit.target == PIXEL):
        return Actor.MACHINE
    if sent_at is not None and visit.at < sent_at + TOO_SOON:
        return Actor.UNSURE
    if visit.said is Actor.HUMAN or agent.startswith(_PEOPLES_PROGRAMS):
        return Actor.HUMAN
    return Actor.UNSURE


def _is_machine(agent: str, *, is_pixel: bool) -> bool:
    return agent in _BARE_NAMES or bool(_PROGRAM(agent)) or (is_pixel and bool(_PICTURE_PROXY(agent)))


def _in_bursts(visits: Sequence[Visit]) -> list[bool]:
    """Which of `visits` lie in some stretch of `BURST_TIME` that holds `BURST_TARGETS` different targets."""
    order = sorted(range(len(visits)), key=lambda index: visits[index].arrived)
    marked = [False] * len(visits)
    inside: Counter[str] = Counter()
    first = marked_up_to = 0
    for last, index in enumerate(order):
        inside[visits[index].target] += 1
        while visits[index].arrived - visits[order[first]].arrived > BURST_TIME:
            target = visits[order[first]].target
            inside[target] -= 1
            if not inside[target]:
                del inside[target]
            first += 1
        if len(inside) >= BURST_TARGETS:
            for place in range(max(first, marked_up_to), last + 1):
                marked[order[place]] = True
            marked_up_to = last + 1
    return marked
