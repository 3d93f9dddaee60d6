"""Brings a database to the newest schema; safe to call from several processes at once."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

from outreach.db.session import as_sqlalchemy_url

MIGRATIONS = Path(__file__).parent / "migrations"
#: Advisory lock under which the schema changes ("outr" as a number).
SCHEMA_LOCK = 0x6F757472


def alembic_config() -> Config:
    """Alembic's configuration, built here so that no ini file is needed beside the package."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


def migrate(url: str) -> None:
    """Upgrades the database at `url`; a second process waits on an advisory lock and then finds nothing to do."""
    engine = create_engine(as_sqlalchemy_url(url))
    try:
        with engine.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": SCHEMA_LOCK})
            config = alembic_config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    finally:
        engine.dispose()


def is_current(url: str) -> bool:
    """Whether the database at `url` has the newest schema."""
    engine = create_engine(as_sqlalchemy_url(url))
    try:
        with engine.connect() as connection:
            heads = set(ScriptDirectory.from_config(alembic_config()).get_heads())
            return set(MigrationContext.configure(connection).get_current_heads()) == heads
    finally:
        engine.dispose()
