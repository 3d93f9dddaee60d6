"""A visit, as it is judged."""

from dataclasses import dataclass
from datetime import datetime

from outreach.domain.events import Actor

#: The target of a visit that fetched the tracking pixel and followed no link.
PIXEL = "pixel"
#: The target of a visit that followed the link which no person sees.
HONEYPOT = "honeypot"


@dataclass(frozen=True, slots=True)
class Visit:
    """One fetch of the pixel or of a tracked link of a message.

    Attributes:
        target: `PIXEL`, `HONEYPOT`, or what tells this link of the message from the others (its id or its address).
        at: when, in business time (aware, UTC).
        arrived: when, by the clock on the wall, which differs where business time runs faster; bursts are seen on it.
        user_agent: the program's name for itself; "" if unknown.
        network: what tells the visitor's network from others, for instance a hash; "" if unknown.
        filtered_by: who publishes the network as that of its mail filter (`networks.mail_filter`); "" for nobody.
        repeats: whether this program on this network is known to visit most messages to the recipient's domain at once.
        said: what the reporter of the visit holds; UNSURE if it has no opinion.
    """

    target: str
    at: datetime
    arrived: datetime
    user_agent: str = ""
    network: str = ""
    filtered_by: str = ""
    repeats: bool = False
    said: Actor = Actor.UNSURE

    @property
    def visitor(self) -> tuple[str, str] | None:
        """Program and network, by which a visitor is known again; None if the network is not known."""
        return (self.user_agent, self.network) if self.network else None
