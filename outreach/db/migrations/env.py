"""Alembic's entry: runs the migrations on the connection that `outreach.db.migrate` hands over."""

from alembic import context

import outreach.db.models  # noqa: F401 - registers the tables
from outreach.db.base import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    compare_server_default=True,
)
with context.begin_transaction():
    context.run_migrations()
