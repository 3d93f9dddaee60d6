"""Jobs that do their work once a day, whoever and however often asks for it."""

from datetime import date

import psycopg


def first_run_of(connection: psycopg.Connection, name: str, day: date) -> bool:
    """Whether the job has not run on `day` yet, nor later; it has from now on, if the transaction ends well."""
    row = connection.execute(
        """
        INSERT INTO daily_jobs AS d (name, day) VALUES (%s, %s)
        ON CONFLICT (name) DO UPDATE SET day = excluded.day WHERE d.day < excluded.day
        RETURNING day
        """,
        (name, day),
    ).fetchone()
    return row is not None


def forget_run_of(connection: psycopg.Connection, name: str) -> None:
    """Lets the job run once more today."""
    connection.execute("DELETE FROM daily_jobs WHERE name = %s", (name,))
