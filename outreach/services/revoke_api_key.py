"""Ends a key of the API."""

from datetime import datetime

from outreach.db.queries import api_keys
from outreach.db.session import Database


def revoke_api_key(*, db: Database, name: str, now: datetime) -> bool:
    """Ends the key in force with this name from the next call on; whether there was one."""
    with db.raw_transaction() as connection:
        return api_keys.revoke_key(connection, name.strip(), now=now)
