"""Engines and transactions."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session, sessionmaker


def as_sqlalchemy_url(url: str) -> str:
    """A libpq-style address with the driver SQLAlchemy needs to hear."""
    for scheme in ("postgresql://", "postgres://"):
        if url.startswith(scheme):
            return "postgresql+psycopg://" + url.removeprefix(scheme)
    return url


@dataclass(frozen=True, slots=True)
class Database:
    """Where services load and store. Each `transaction` is one unit of work and must not span a provider call."""

    engine: Engine
    sessions: sessionmaker[Session]

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session that commits at the end and rolls back on any exception."""
        with self.sessions.begin() as session:
            yield session

    @contextmanager
    def raw_transaction(self) -> Iterator[psycopg.Connection]:
        """A psycopg connection in one transaction, for COPY and set-based SQL."""
        with self.engine.begin() as connection:
            driver = connection.connection.driver_connection
            assert isinstance(driver, psycopg.Connection)
            yield driver

    def close(self) -> None:
        """Gives all connections back."""
        self.engine.dispose()


def driver_connection(session: Session) -> psycopg.Connection:
    """The psycopg connection of a session's transaction, for set-based SQL beside what the session has to say."""
    session.flush()
    driver = session.connection().connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    return driver


def connect(url: str, *, pool_size: int = 5) -> Database:
    """A database at `url`; connects on first use."""
    engine = create_engine(
        as_sqlalchemy_url(url),
        pool_size=pool_size,
        max_overflow=10,
        pool_pre_ping=True,
        connect_args={"connect_timeout": 10, "options": "-c timezone=UTC"},
    )
    return Database(engine=engine, sessions=sessionmaker(engine, expire_on_commit=False))
