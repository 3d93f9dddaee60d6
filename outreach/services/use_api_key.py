"""Finds out whose key a caller has."""

from dataclasses import dataclass
from datetime import datetime

from outreach.db.queries.api_keys import find_key
from outreach.db.session import Database
from outreach.domain.api_keys import digest_of


@dataclass(frozen=True, slots=True)
class UsedKey:
    """A key in force: its name and what it may do."""

    name: str
    scopes: frozenset[str]


def use_api_key(*, db: Database, key: str, now: datetime) -> UsedKey | None:
    """The key if it is in force; None for all others alike."""
    with db.raw_transaction() as connection:
        found = find_key(connection, digest_of(key), now=now)
    return UsedKey(found.name, frozenset(found.scopes)) if found else None
