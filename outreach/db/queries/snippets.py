"""Snippets: blocks that are used again, kept per locale under a name."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import psycopg
from psycopg.rows import class_row


@dataclass(frozen=True, slots=True)
class Snippet:
    """A snippet in one locale."""

    name: str
    locale: str
    body: str
    saved_by: str
    saved_at: datetime


SNIPPETS = """
    SELECT name, locale, body, saved_by, saved_at FROM snippets
    WHERE (%(name)s::text IS NULL OR name = %(name)s) AND (%(locale)s::text IS NULL OR locale = %(locale)s)
    ORDER BY lower(name), name, locale
"""


def load_snippets(
    connection: psycopg.Connection, *, name: str | None = None, locale: str | None = None
) -> list[Snippet]:
    """Snippets by name: all, or those of that name or in that locale."""
    with connection.cursor(row_factory=class_row(Snippet)) as cursor:
        return cursor.execute(SNIPPETS, {"name": name, "locale": locale}).fetchall()


def store_snippet(
    connection: psycopg.Connection, name: str, bodies: Mapping[str, str], *, saved_by: str, now: datetime
) -> bool:
    """Keeps a snippet under a name that is free; whether it was."""
    with connection.cursor() as cursor:
        cursor.executemany(
            """
            INSERT INTO snippets (name, locale, body, saved_by, saved_at) VALUES (%s, %s, %s, %s, %s)
            ON CONFLICT (name, locale) DO NOTHING
            """,
            [(name, locale, body, saved_by, now) for locale, body in bodies.items()],
        )
    return {one.locale: one.body for one in load_snippets(connection, name=name)} == dict(bodies)


def delete_snippet(connection: psycopg.Connection, name: str) -> None:
    """Forgets a snippet in every locale."""
    connection.execute("DELETE FROM snippets WHERE name = %s", (name,))
