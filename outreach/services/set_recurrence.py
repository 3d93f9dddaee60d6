"""Says on which days the editions of a campaign open, or that each says for itself."""

from datetime import datetime

from outreach.db.queries.edition_days import store_recurrence
from outreach.db.session import Database
from outreach.domain.recurrence import Recurrence


def set_recurrence(*, db: Database, campaign_id: int, recurrence: Recurrence | None, now: datetime) -> bool:
    """Keeps the rule, None for none; whether that changed anything. Editions that are there keep their days."""
    with db.raw_transaction() as connection:
        return store_recurrence(connection, campaign_id, recurrence.rrule if recurrence else "", now=now)
