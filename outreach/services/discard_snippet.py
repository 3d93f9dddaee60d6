"""Takes a snippet out of the library. Editions hold copies, so nothing else changes."""

from outreach.db.queries.snippets import delete_snippet, load_snippets
from outreach.db.session import Database


def discard_snippet(*, db: Database, name: str) -> dict[str, str]:
    """What it said, by locale, so that it can be brought back; {} if there was none of that name."""
    with db.raw_transaction() as connection:
        bodies = {one.locale: one.body for one in load_snippets(connection, name=name)}
        delete_snippet(connection, name)
    return bodies
