"""Visits and replies among the signals that landed: each is a touch and sets the contact's clock."""

from datetime import datetime

import psycopg

from outreach.db.queries.early_touches import take_back_early
from outreach.db.queries.signals import signalled_touches
from outreach.db.queries.touch_clock import reset_clock
from outreach.domain.rhythm.explain import day


def count_as_touches(connection: psycopg.Connection, *, now: datetime) -> None:
    """Sets the clocks of whoever came by or replied if nothing newer is known, and takes back what comes too soon."""
    touched = signalled_touches(connection, now=now)
    moved = reset_clock(connection, {contact_id: at for contact_id, _, at in touched}, now=now)
    why = {contact_id: f"{kind} on {day(at.isoformat())}" for contact_id, kind, at in touched if contact_id in moved}
    take_back_early(connection, why, now=now)
