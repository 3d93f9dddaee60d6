"""Visits of our own pixel and links, as the body of a raw batch and as events.

The doors write such bodies themselves; nobody may post one, so no request is ever genuine.

    [{"id": "<unique>", "touch": "<uuid>", "target": "pixel" | "honeypot" | "<link id>",
      "at": "<ISO 8601>", "arrived": "<ISO 8601>", "url": "<address or empty>",
      "user_agent": "<text>", "network": "<hash or empty>",
      "filtered_by": "<maker of a mail filter or empty>"}]
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from outreach.domain.engagement import PIXEL
from outreach.domain.events import Actor, Event, EventType
from outreach.providers.base import Posting

#: The name of the reader, and the source of the raw batches.
SOURCE = "tracking"
#: Characters of a visitor's program name that are kept.
AGENT_LENGTH = 300


@dataclass(frozen=True, slots=True)
class RecordedVisit:
    """One visit as a door saw it.

    Attributes:
        id: unique; a visit stored or read twice is still one.
        touch_id: the message.
        target: `PIXEL`, `HONEYPOT`, or the id of the link as text.
        at: business time; arrived: by the clock on the wall (both aware, UTC).
        url: where the link led; "" for the pixel.
        user_agent: the visitor's name for its program.
        network: a hash of the visitor's shortened network address; "" if unknown.
        filtered_by: whose mail filter works from there; "" for nobody's. Looked up at once, the address is not kept.
    """

    id: UUID
    touch_id: UUID
    target: str
    at: datetime
    arrived: datetime
    url: str = ""
    user_agent: str = ""
    network: str = ""
    filtered_by: str = ""


def as_body(visits: Sequence[RecordedVisit]) -> bytes:
    """The body of a raw batch that holds `visits`."""
    rows = [
        {
            "id": visit.id.hex,
            "touch": str(visit.touch_id),
            "target": visit.target,
            "at": visit.at.isoformat(),
            "arrived": visit.arrived.isoformat(),
            "url": visit.url,
            "user_agent": visit.user_agent[:AGENT_LENGTH],
            "network": visit.network,
            "filtered_by": visit.filtered_by,
        }
        for visit in visits
    ]
    return json.dumps(rows).encode()


class OwnLinksReader:
    """Reads recorded visits."""

    name = SOURCE

    def is_genuine(self, posting: Posting) -> bool:
        """False: visits are recorded by our own pages and never posted."""
        return False

    def events(self, body: bytes, received_at: datetime) -> Iterator[Event]:
        """The visits as opens and clicks whose actor is still to be judged.

        Raises:
            ValueError: if the body is not what `as_body` writes.
        """
        rows = json.loads(body)
        try:
            yield from [_event(row) for row in rows]
        except (TypeError, KeyError, AttributeError) as error:
            raise ValueError(f"not a list of visits: {error!r}") from error


def _event(row: Mapping[str, Any]) -> Event:
    target = str(row["target"])
    data = {
        "target": target,
        "arrived": datetime.fromisoformat(row["arrived"]).isoformat(),
        "user_agent": str(row["user_agent"]),
        "network": str(row["network"]),
    }
    # Batches from before have none.
    if filtered_by := str(row.get("filtered_by", "")):
        data["filtered_by"] = filtered_by
    if target != PIXEL:
        data["url"] = str(row["url"])
    return Event(
        key=f"visit:{row['id']}",
        touch_id=UUID(row["touch"]),
        type=EventType.OPENED if target == PIXEL else EventType.CLICKED,
        occurred_at=datetime.fromisoformat(row["at"]),
        actor=Actor.UNSURE,
        data=data,
    )
