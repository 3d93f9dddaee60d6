"""The days on which a sender's domain wrote; a warm-up grows by them. Days are the wall's, in the limiter's zone."""

from datetime import date

import psycopg


def note_sending_day(connection: psycopg.Connection, sender: str, *, day: date, messages: int) -> None:
    """Adds messages that a sender's domain sent on `day`. Call it last in a transaction: all workers share the row."""
    connection.execute(
        """
        INSERT INTO sending_days (sender, day, messages) VALUES (%s, %s, %s)
        ON CONFLICT (sender, day) DO UPDATE SET messages = sending_days.messages + excluded.messages
        """,
        (sender.lower(), day, messages),
    )


def load_sending_days(connection: psycopg.Connection, sender: str, *, since: date) -> dict[date, int]:
    """Messages by day on which a sender's domain wrote, from `since` on."""
    rows = connection.execute(
        "SELECT day, messages FROM sending_days WHERE sender = %s AND day >= %s", (sender.lower(), since)
    )
    return dict(rows.fetchall())
