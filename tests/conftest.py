"""Real parts for every test: a PostgreSQL server per test process, a fresh migrated database per test, a Valkey."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings
from sqlalchemy import Engine, NullPool, create_engine, text
from sqlalchemy.exc import DBAPIError

from outreach.db.migrate import migrate
from outreach.db.session import Database, as_sqlalchemy_url, connect
from outreach.embedded.postgres import running_postgres
from outreach.embedded.valkey import running_valkey
from outreach.queueing.rq import JobQueue
from outreach.queueing.rq import connect as connect_queue

_numbers = count(1)
#: Databases that are as good as new: to empty one takes a tenth of copying the template.
_emptied: list[str] = []

LEAVE = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"
SHAPE = """
    SELECT md5(string_agg(concat_ws(' ', relname, attname, atttypid, attnotnull), ',' ORDER BY relname, attnum))
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    WHERE c.relnamespace = 'public'::regnamespace AND NOT a.attisdropped
"""
EMPTY = """
    DO $$ DECLARE one record; BEGIN
        PERFORM set_config('session_replication_role', 'replica', true);
        FOR one IN SELECT oid::regclass AS name FROM pg_class
            WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND relname <> 'alembic_version' LOOP
            EXECUTE format('DELETE FROM %s', one.name);
        END LOOP;
        PERFORM setval(oid::regclass, 1, false) FROM pg_class
            WHERE relnamespace = 'public'::regnamespace AND relkind = 'S';
    END $$
"""
SIZE = "SELECT pg_database_size(current_database())"
#: A database that holds more dead rows than this is thrown away.
MOST_OCTETS = 24 * 1024 * 1024

# Timing never decides a test. In CI property tests try the same cases every time, so that a change is judged by itself;
# elsewhere they roam.
settings.register_profile("here", deadline=None)
settings.register_profile("ci", derandomize=True, deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "here")


@pytest.fixture(scope="session")
def servers_folder() -> Iterator[Path]:
    """Where the servers of this test process keep their data.

    Not below pytest's own folder: each start of pytest closes that one to everybody else, and as root the servers run
    under another account.
    """
    with TemporaryDirectory(prefix="outreach-tests-") as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def postgres_url(servers_folder: Path) -> Iterator[str]:
    """The address of a running PostgreSQL server of this test process."""
    with running_postgres(servers_folder / "postgres", durable=False) as url:
        yield url


@pytest.fixture(scope="session")
def server(postgres_url: str) -> Iterator[Engine]:
    """A connection to the server's own database, on which databases are made, with the schema ready in a template."""
    engine = create_engine(as_sqlalchemy_url(postgres_url), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("CREATE DATABASE outreach_template"))
    migrate(engine.url.set(database="outreach_template").render_as_string(hide_password=False))
    yield engine
    engine.dispose()


@pytest.fixture
def database_url(server: Engine) -> Iterator[str]:
    """The address of an empty database with the newest schema."""
    if _emptied:
        name = _emptied.pop()
    else:
        name = f"test_{next(_numbers)}"
        with server.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE outreach_template"))
    yield server.url.set(drivername="postgresql", database=name).render_as_string(hide_password=False)
    with server.connect() as connection:
        connection.execute(text(LEAVE), {"name": name})
        if _as_good_as_new(server, name):
            _emptied.append(name)
        else:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


def _as_good_as_new(server: Engine, name: str) -> bool:
    """Empties a database; whether it has still the template's shape and about its size."""
    used = create_engine(server.url.set(database=name), isolation_level="AUTOCOMMIT", poolclass=NullPool)
    try:
        with used.connect() as connection:
            if connection.scalar(text(SHAPE)) != _shape_of_template(server):
                return False
            connection.execute(text(EMPTY))
            return bool(connection.scalar(text(SIZE)) < MOST_OCTETS)
    except DBAPIError:
        return False


@cache
def _shape_of_template(server: Engine) -> str:
    template = create_engine(server.url.set(database="outreach_template"), poolclass=NullPool)
    with template.connect() as connection:
        return str(connection.scalar(text(SHAPE)))


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    """An empty database with the newest schema."""
    database = connect(database_url)
    yield database
    database.close()


@pytest.fixture(scope="session")
def valkey_url(servers_folder: Path) -> Iterator[str]:
    """The address of a running Valkey server of this test process."""
    with running_valkey(servers_folder / "valkey") as url:
        yield url


@pytest.fixture
def queue(valkey_url: str) -> Iterator[JobQueue]:
    """An empty job queue."""
    jobs = connect_queue(valkey_url)
    jobs.redis.flushall()
    yield jobs
    jobs.redis.close()


@pytest.fixture
def now() -> datetime:
    """A Tuesday morning in September: business time of most tests."""
    return datetime(2026, 9, 8, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the repository."""
    return Path(__file__).parent.parent
