"""Real parts for every test: a PostgreSQL server per test process, a fresh migrated database per test, a Valkey."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings
from sqlalchemy import Engine, create_engine, text

from outreach.db.migrate import migrate
from outreach.db.session import Database, as_sqlalchemy_url, connect
from outreach.embedded.postgres import running_postgres
from outreach.embedded.valkey import running_valkey
from outreach.queueing.rq import JobQueue
from outreach.queueing.rq import connect as connect_queue

_numbers = count(1)

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
    name = f"test_{next(_numbers)}"
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE outreach_template"))
    yield server.url.set(drivername="postgresql", database=name).render_as_string(hide_password=False)
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


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
