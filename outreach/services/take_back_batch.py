"""Takes a batch back that should not have been opened."""

from datetime import datetime

from outreach.db.queries.case_batches import take_back
from outreach.db.queries.case_store import NewNote, lock_stored, sign_closing, store_cases, store_notes
from outreach.db.queries.recovery import lock_cases
from outreach.db.queries.recovery_holds import look_at_again
from outreach.db.session import Database
from outreach.domain.care.recovery import CaseEnding, CaseMove, CaseState, CaseStep, moved

WHY = "The batch was taken back."


def take_back_batch(*, db: Database, batch_id: int, by: str, now: datetime) -> int | None:
    """Opens no more of its cases, and closes those that nobody has touched; promotions return to them at once.

    A case that somebody took, answered or got an answer to stays open: somebody has spoken about it.

    Returns:
        How many cases were closed; None if there is no such batch, or it was taken back before.
    """
    with db.raw_transaction() as connection:
        lock_cases(connection)
        numbers = take_back(connection, batch_id, now=now)
        if numbers is None:
            return None
        untouched = [
            one
            for one in lock_stored(connection, numbers)
            if one.case.state is CaseState.OPEN and not one.case.owner and one.case.answered_at is None
        ]
        move = CaseMove(CaseStep.CLOSE, by=by, words=WHY, ending=CaseEnding.MISTAKE)
        store_cases(connection, {one.id: moved(one.case, move, now=now) for one in untouched})
        sign_closing(connection, [one.id for one in untouched], by=by, note=WHY)
        store_notes(connection, [NewNote(one.id, CaseStep.CLOSE, by, WHY) for one in untouched], now=now)
        look_at_again(connection, [one.contact_id for one in untouched], now=now)
        return len(untouched)
