"""Takes a recovery case one step on: by staff, or by the customer who chooses a remedy."""

from dataclasses import replace
from datetime import datetime

from outreach.db.queries.case_store import NewNote, lock_stored, open_case_of, sign_closing, store_cases, store_notes
from outreach.db.queries.recovery import lock_cases
from outreach.db.queries.recovery_holds import hold_back, look_at_again
from outreach.db.session import Database
from outreach.domain.care.recovery import Case, CaseMove, CaseStep, moved
from outreach.domain.errors import BadInput, Fault


def move_case(*, db: Database, case_id: int, move: CaseMove, now: datetime) -> Case | None:
    """Takes the step and writes it into the case's story; None if there is no such case.

    A case that opens again stops what is not service or recovery at once; one that is closed lets the planner look.
    The same step twice is one where it changes nothing (closed already, taken already).

    Raises:
        BadInput: if the case's state does not allow the step, or something that belongs to it is missing.
    """
    opens = move.step is CaseStep.REOPEN
    with db.raw_transaction() as connection:
        if opens:
            lock_cases(connection)
        found = lock_stored(connection, [case_id])
        if not found:
            return None
        [stored] = found
        before = stored.case
        if _done(before, move):
            return before
        if opens and open_case_of(connection, stored.contact_id) not in (None, case_id):
            reason = "another case of this customer is open"
            raise BadInput([Fault("case", reason, "Go on with that one.", value=str(case_id))])
        after = moved(before, replace(move, deadlines=stored.fresh_deadlines(now)), now=now)
        store_cases(connection, {case_id: after})
        if move.step is CaseStep.CLOSE:
            sign_closing(connection, [case_id], by=move.by, note=move.words)
        store_notes(connection, [NewNote(case_id, move.step, move.by, _told(move))], now=now)
        if before.over and not after.over:
            hold_back(connection, [stored.contact_id], now=now)
        elif after.over:
            look_at_again(connection, [stored.contact_id], now=now)
        return after


def _done(case: Case, move: CaseMove) -> bool:
    """Whether the step has been taken and would only be repeated."""
    match move.step:
        case CaseStep.CLOSE:
            return case.over
        case CaseStep.REOPEN:
            return not case.over
        case CaseStep.TAKE:
            return case.owner == move.by
        case CaseStep.CHOOSE:
            return case.chosen == move.remedies[0] if move.remedies else False
    return False


def _told(move: CaseMove) -> str:
    """What the story says of the step: words, or else the keys and numbers."""
    keys = ", ".join(move.remedies)
    days = "" if move.cool_off_days is None else str(move.cool_off_days)
    ending = move.ending.value if move.ending else ""
    return "\n".join(part for part in (keys or days or ending, move.words) if part)
