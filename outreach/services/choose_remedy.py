"""Takes what a customer whom we let down would like us to do, from the page that the apology leads to."""

import hashlib
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from outreach.db.queries.case_store import NewNote, lock_stored, open_case_of, store_cases, store_notes
from outreach.db.queries.choices import load_choices
from outreach.db.queries.recovery import NewReport, land_reports, lock_cases
from outreach.db.queries.urgent_calls import UrgentCall, ask_for_calls
from outreach.db.session import Database
from outreach.domain.care.recovery import CaseMove, CaseSource, CaseStep, Landing, moved, said_words
from outreach.domain.reason import Reason
from outreach.domain.rhythm.codes import Code


class Chosen(StrEnum):
    """What became of it."""

    #: It stands on the case.
    NOTED = "noted"
    #: No case is open, and nothing was said that would open one.
    OVER = "over"
    #: There is no such message.
    UNKNOWN = "unknown"


def choose_remedy(*, db: Database, touch_id: UUID, remedy: str, words: str, now: datetime) -> Chosen:
    """Writes the choice, and what the customer adds, on the open case; words alone reopen a closed one.

    Args:
        remedy: key of a remedy of the pack, "" for none. words: may be empty.

    Raises:
        BadInput: if too much is said.
    """
    said = said_words(words, place="remedy", needed=False)
    with db.raw_transaction() as connection:
        lock_cases(connection)
        reader = load_choices(connection, touch_id, now=now, locked=True)
        if reader is None:
            return Chosen.UNKNOWN
        contact_id = reader.contact_id
        if said:
            digest = hashlib.sha256(said.encode()).hexdigest()[:16]
            report = NewReport(contact_id, f"page {touch_id} {digest}", CaseSource.PAGE, said)
            for landed in land_reports(connection, [report], now=now):
                if landed.landing in (Landing.OPENS, Landing.REOPENS) and landed.case_id is not None:
                    reason = Reason(Code.CALL_PROBLEM, {"due": now.date().isoformat(), "why": said})
                    ask_for_calls(connection, [UrgentCall(contact_id, landed.case_id, reason)], now=now)
        case_id = open_case_of(connection, contact_id)
        if case_id is None:
            return Chosen.OVER
        [stored] = lock_stored(connection, [case_id])
        if remedy and stored.case.chosen != remedy:
            after = moved(stored.case, CaseMove(CaseStep.CHOOSE, remedies=(remedy,)), now=now)
            store_cases(connection, {case_id: after})
            store_notes(connection, [NewNote(case_id, CaseStep.CHOOSE, words=remedy)], now=now)
        return Chosen.NOTED
