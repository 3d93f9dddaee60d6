"""Tracked targets."""

import psycopg


def load_url(connection: psycopg.Connection, link_id: int) -> str | None:
    """Where a tracked link leads; None if there is no such link."""
    row = connection.execute("SELECT url FROM links WHERE id = %s", (link_id,)).fetchone()
    return row[0] if row else None
