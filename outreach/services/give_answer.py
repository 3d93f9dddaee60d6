"""Notes an answer that a contact gave on our own page."""

from datetime import datetime
from uuid import UUID

from outreach.db.queries.answers import store_confirmed_answer
from outreach.db.session import Database
from outreach.domain.answers import Answer


def give_answer(*, db: Database, touch_id: UUID, edition_id: int, answer: Answer, now: datetime) -> None:
    """Writes the answer in place of any earlier one; nothing happens if there is no such message."""
    with db.raw_transaction() as connection:
        store_confirmed_answer(connection, touch_id=touch_id, edition_id=edition_id, given=answer, now=now)
