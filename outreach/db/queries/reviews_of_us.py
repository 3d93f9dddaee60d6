"""Where the business may be reviewed in public."""

from dataclasses import dataclass

import psycopg


@dataclass(frozen=True, slots=True)
class ReviewLink:
    """A place for public reviews."""

    name: str
    url: str


def load_review_links(connection: psycopg.Connection) -> list[ReviewLink]:
    """The places that the pack names, in its order."""
    row = connection.execute("SELECT review_links FROM business").fetchone()
    return [ReviewLink(one["name"], one["url"]) for one in (row[0] if row else ())]
