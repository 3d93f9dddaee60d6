"""Closes what is left of a batch: the cases of customers who have not said a word."""

from datetime import datetime

from outreach.db.queries.case_store import NewNote, lock_stored, sign_closing, store_cases, store_notes
from outreach.db.queries.case_watch import load_silent
from outreach.db.queries.recovery import lock_cases
from outreach.db.queries.recovery_holds import look_at_again
from outreach.db.session import Database
from outreach.domain.care.recovery import CaseEnding, CaseMove, CaseStep, moved, said_words

#: Cases closed in one transaction.
CHUNK = 2_000


def close_batch(*, db: Database, batch_id: int, ending: CaseEnding, words: str, by: str, now: datetime) -> int:
    """Closes the open cases of a batch that are nobody's and of which the customer has said nothing; says how many.

    Args:
        words: what was done. by: e-mail address of staff.

    Raises:
        BadInput: if nothing is said, or too much.
    """
    said = said_words(words, place="batch")
    move = CaseMove(CaseStep.CLOSE, by=by, words=said, ending=ending)
    closed = 0
    while True:
        with db.raw_transaction() as connection:
            lock_cases(connection)
            some = lock_stored(connection, load_silent(connection, batch_id, limit=CHUNK))
            numbers = [one.id for one in some]
            store_cases(connection, {one.id: moved(one.case, move, now=now) for one in some})
            sign_closing(connection, numbers, by=by, note=said)
            told = f"{ending.value}\n{said}"
            store_notes(connection, [NewNote(number, CaseStep.CLOSE, by, told) for number in numbers], now=now)
            look_at_again(connection, [one.contact_id for one in some], now=now)
        closed += len(some)
        if len(some) < CHUNK:
            return closed
