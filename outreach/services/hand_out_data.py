"""Hands somebody everything we know of them, by the link that was mailed to them."""

from datetime import datetime

from outreach.db.queries.personal_data import as_file, digest_of, load_everything, requested_by
from outreach.db.session import Database


def hand_out_data(*, db: Database, token: str, now: datetime) -> bytes | None:
    """The file (JSON, UTF-8); None for a link that is none of ours, or too old."""
    with db.raw_transaction() as connection:
        contact_id = requested_by(connection, digest_of(token), now=now)
        everything = load_everything(connection, contact_id) if contact_id is not None else None
    return as_file(everything) if everything is not None else None
