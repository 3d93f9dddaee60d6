"""Stops writing about what a reader does not want to hear of, and goes on with the rest."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from outreach.db.queries.choices import load_choices
from outreach.db.queries.topics import load_topics, store_refusals
from outreach.db.session import Database


def choose_topics(*, db: Database, touch_id: UUID, wanted: Collection[int], source: str, now: datetime) -> bool:
    """Keeps the topics in `wanted` (ids of campaigns) and refuses the others; False if there is no such message.

    Service messages and what has no public name cannot be refused here.

    Args:
        source: where it was said, as the contact's page will tell.
    """
    with db.raw_transaction() as connection:
        reader = load_choices(connection, touch_id, now=now, locked=True)
        if reader is None:
            return False
        topics = load_topics(connection, reader.contact_id)
        refused = [topic.campaign_id for topic in topics if topic.campaign_id not in wanted]
        if {topic.campaign_id for topic in topics if topic.refused} != set(refused):
            store_refusals(connection, reader.contact_id, refused, source=source, now=now)
        return True
