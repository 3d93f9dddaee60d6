"""Single statements that are transactions of their own."""

import psycopg
import pytest
from sqlalchemy import text

from outreach.db.session import Database


def note(connection: psycopg.Connection) -> int:
    """Writes a row and counts what there is."""
    connection.execute("INSERT INTO heartbeats (part, at, note) VALUES (gen_random_uuid()::text, now(), '')")
    row = connection.execute("SELECT count(*) FROM heartbeats").fetchone()
    assert row is not None
    return int(row[0])


def test_a_lone_statement_is_kept_at_once_without_a_commit(db: Database) -> None:
    assert db.alone(note) == 1
    with db.transaction() as session:
        assert session.scalar(text("SELECT count(*) FROM heartbeats")) == 1


def test_a_lone_statement_survives_a_connection_that_died_meanwhile(db: Database) -> None:
    db.alone(note)
    with db.raw_transaction() as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE pid <> pg_backend_pid() AND datname = current_database()"
        )
    assert db.alone(note) == 2


def test_a_statement_that_is_wrong_is_told_and_harms_no_later_one(db: Database) -> None:
    def nonsense(connection: psycopg.Connection) -> None:
        connection.execute("SELECT nonsense")

    with pytest.raises(psycopg.errors.UndefinedColumn):
        db.alone(nonsense)
    assert db.alone(note) == 1
