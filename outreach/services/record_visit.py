"""Takes note of a visit of our pixel or of a tracked link, and says where the link leads.

The note is a raw batch like any provider's: one insert, and a worker judges later who it was.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from uuid import UUID, uuid4

from outreach.db.queries.events import store_raw_batch
from outreach.db.queries.links import load_url
from outreach.db.session import Database
from outreach.domain.engagement import HONEYPOT, PIXEL
from outreach.domain.engagement.networks import mail_filter
from outreach.providers.own_links.visits import SOURCE, RecordedVisit, as_body
from outreach.queueing.jobs import Job, Wakeups
from outreach.rendering.links import HONEYPOT_LINK

#: Targets that lead to no stored address, by what stands for the id of a link.
_UNSTORED = {None: PIXEL, HONEYPOT_LINK: HONEYPOT}


@dataclass(frozen=True, slots=True)
class Visitor:
    """What a request says about who made it.

    Attributes:
        user_agent: its program's name for itself.
        address: network address; only a hash of its network is kept.
        arrived: when, by the clock on the wall (aware, UTC).
        looks: whether it asked for the content; a HEAD request does not, and leaves no note.
    """

    user_agent: str
    address: str
    arrived: datetime
    looks: bool = True


def record_visit(
    *, db: Database, queue: Wakeups, touch_id: UUID, link_id: int | None, visitor: Visitor, now: datetime
) -> str | None:
    """Where the link leads, the visit noted; None, and nothing noted, if there is no such link.

    Args:
        link_id: None for the pixel, which leads nowhere: the answer is ""; so it is for `HONEYPOT_LINK`.
    """
    with db.raw_transaction() as connection:
        url = "" if link_id is None or link_id == HONEYPOT_LINK else load_url(connection, link_id)
        if url is None or not visitor.looks:
            return url
        visit = RecordedVisit(
            id=uuid4(),
            touch_id=touch_id,
            target=_UNSTORED.get(link_id, str(link_id)),
            at=now,
            arrived=visitor.arrived,
            url=url,
            user_agent=visitor.user_agent,
            network=_network(visitor.address),
            filtered_by=mail_filter(visitor.address),
        )
        alone = store_raw_batch(connection, source=SOURCE, body=as_body([visit]), received_at=now)
    if alone:
        queue.wake(Job.APPLY_EVENTS)
    return url


def _network(address: str) -> str:
    """Tells networks apart without keeping an address: a hash of the /24 (IPv4) or /48 (IPv6), "" if there is none."""
    try:
        packed = ip_address(address.split("%")[0]).packed
    except ValueError:
        return ""
    return hashlib.sha256(packed[:3] if len(packed) == 4 else packed[:6]).hexdigest()[:16]
