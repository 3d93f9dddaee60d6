"""Keys of the API."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import psycopg
from psycopg.rows import class_row

#: The last use of a key is noted this often at most, so that reading does not mean writing.
NOTED_EVERY = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class ApiKeyLine:
    """A key without itself; `revoked_at` and `ends_at` are when it stopped or stops."""

    name: str
    scopes: list[str]
    made_at: datetime
    ends_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None


def store_key(
    connection: psycopg.Connection,
    *,
    name: str,
    digest: bytes,
    scopes: Sequence[str],
    ends_at: datetime | None,
    now: datetime,
) -> bool:
    """Keeps the digest of a key; False if another key in force has the name."""
    return bool(
        connection.execute(
            """
            INSERT INTO api_keys (name, digest, scopes, made_at, ends_at) VALUES (%s, %s, %s, %s, %s)
            ON CONFLICT (name) WHERE revoked_at IS NULL DO NOTHING
            """,
            (name, digest, list(scopes), now, ends_at),
        ).rowcount
    )


def revoke_key(connection: psycopg.Connection, name: str, *, now: datetime) -> bool:
    """Ends the key in force with this name; whether there was one."""
    return bool(
        connection.execute(
            "UPDATE api_keys SET revoked_at = %s WHERE name = %s AND revoked_at IS NULL", (now, name)
        ).rowcount
    )


def find_key(connection: psycopg.Connection, digest: bytes, *, now: datetime) -> ApiKeyLine | None:
    """The key with this digest if it is in force; notes that it was used."""
    with connection.cursor(row_factory=class_row(ApiKeyLine)) as cursor:
        found = cursor.execute(
            """
            SELECT name, scopes, made_at, ends_at, revoked_at, last_used_at FROM api_keys
            WHERE digest = %s AND revoked_at IS NULL AND (ends_at IS NULL OR ends_at > %s)
            """,
            (digest, now),
        ).fetchone()
    if found:
        connection.execute(
            "UPDATE api_keys SET last_used_at = %s WHERE digest = %s AND (last_used_at IS NULL OR last_used_at < %s)",
            (now, digest, now - NOTED_EVERY),
        )
    return found


def load_keys(connection: psycopg.Connection) -> list[ApiKeyLine]:
    """All keys there ever were, the newest first."""
    with connection.cursor(row_factory=class_row(ApiKeyLine)) as cursor:
        return cursor.execute(
            "SELECT name, scopes, made_at, ends_at, revoked_at, last_used_at FROM api_keys ORDER BY id DESC"
        ).fetchall()
