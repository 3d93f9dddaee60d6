"""The migrations build exactly what the models say."""

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

import outreach.db.models  # noqa: F401 - registers the tables
from outreach.db.base import Base
from outreach.db.migrate import is_current, migrate
from outreach.db.session import Database


def test_the_migrations_build_what_the_models_say(db: Database) -> None:
    with db.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_migrating_twice_is_harmless(database_url: str) -> None:
    migrate(database_url)
    assert is_current(database_url)
