"""Engines and transactions."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

import psycopg
from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session, sessionmaker

T = TypeVar("T")


def as_sqlalchemy_url(url: str) -> str:
    """A libpq-style address with the driver SQLAlchemy needs to hear."""
    for scheme in ("postgresql://", "postgres://"):
        if url.startswith(scheme):
            return "postgresql+psycopg://" + url.removeprefix(scheme)
    return url


@dataclass(frozen=True, slots=True)
class Database:
    """Where services load and store. Each `transaction` is one unit of work and must not span a provider call.

    Attributes:
        engine, sessions: for transactions. lone: for single statements.
    """

    engine: Engine
    sessions: sessionmaker[Session]
    lone: Engine

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

    def alone(self, work: Callable[[psycopg.Connection], T]) -> T:
        """What `work` makes of a connection on which every statement is a transaction of its own.

        One statement costs one round trip there instead of five. Nobody asks beforehand whether the connection still
        lives, so `work` is done again over a fresh one where it does not, and must bear that.
        """
        try:
            return self._alone(work)
        except psycopg.OperationalError:
            self.lone.dispose()
            return self._alone(work)

    def _alone(self, work: Callable[[psycopg.Connection], T]) -> T:
        with self.lone.connect() as connection:
            driver = connection.connection.driver_connection
            assert isinstance(driver, psycopg.Connection)
            return work(driver)

    def close(self) -> None:
        """Gives all connections back."""
        self.engine.dispose()
        self.lone.dispose()


def driver_connection(session: Session) -> psycopg.Connection:
    """The psycopg connection of a session's transaction, for set-based SQL beside what the session has to say."""
    session.flush()
    driver = session.connection().connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    return driver


def connect(url: str, *, pool_size: int = 5) -> Database:
    """A database at `url`; connects on first use."""
    address, usual = as_sqlalchemy_url(url), {"connect_timeout": 10, "options": "-c timezone=UTC"}
    engine = create_engine(address, pool_size=pool_size, max_overflow=10, pool_pre_ping=True, connect_args=usual)
    lone = create_engine(
        address,
        pool_size=pool_size,
        max_overflow=10,
        isolation_level="AUTOCOMMIT",
        pool_reset_on_return=None,
        connect_args=usual,
    )
    return Database(engine=engine, sessions=sessionmaker(engine, expire_on_commit=False), lone=lone)
