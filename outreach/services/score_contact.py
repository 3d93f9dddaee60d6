"""The rhythm score of one contact up to the last finished day."""

from datetime import UTC, date, datetime

from outreach.db.queries.rhythm_days import load_kept
from outreach.db.session import Database
from outreach.domain.rhythm.score import ContactScore, Measured

_EPOCH = date(1970, 1, 1)


def score_contact(*, db: Database, contact_id: int, now: datetime) -> ContactScore | None:
    """How evenly a contact was kept in touch over 90 (UTC) days; None if it cannot be reached or is too new to say."""
    yesterday = (now.astimezone(UTC).date() - _EPOCH).days - 1
    with db.raw_transaction() as connection:
        chunk = load_kept(connection, after=contact_id - 1, limit=1, days=range(yesterday, yesterday + 1))
    if chunk is None or chunk.last_id != contact_id:
        return None
    told = Measured(chunk.kept).upto(yesterday).contact(0)
    return told if told.days else None
