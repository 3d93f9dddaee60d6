"""Takes what a customer is not content with, and puts it before a person."""

import hashlib
from datetime import datetime
from uuid import UUID

from outreach.db.queries.choices import load_choices
from outreach.db.queries.discontent import note_complaint
from outreach.db.queries.recovery import NewReport, land_reports, lock_cases
from outreach.db.queries.urgent_calls import UrgentCall, ask_for_calls
from outreach.db.session import Database
from outreach.domain.care.recovery import LONGEST_WORDS, CaseSource, Landing, said_words
from outreach.domain.reason import Reason
from outreach.domain.rhythm.codes import Code

#: Characters of a report.
LONGEST = LONGEST_WORDS


def report_problem(*, db: Database, touch_id: UUID, words: str, now: datetime) -> bool:
    """Opens a recovery case and a call with the customer's own words, or adds to the open case.

    The same words about the same message are one report, however often they are posted.

    Returns:
        False if there is no such message.

    Raises:
        BadInput: if nothing is said, or too much.
    """
    said = said_words(words, place="problem")
    digest = hashlib.sha256(said.encode()).hexdigest()[:16]
    with db.raw_transaction() as connection:
        # Before the contact, as everybody takes the two.
        lock_cases(connection)
        reader = load_choices(connection, touch_id, now=now, locked=True)
        if reader is None:
            return False
        reference = f"page {touch_id} {digest}"
        report = NewReport(reader.contact_id, reference, CaseSource.PAGE, said)
        for landed in land_reports(connection, [report], now=now):
            if landed.landing is Landing.ERASED:
                return False
            if landed.landing is not Landing.KNOWN and landed.case_id is not None:
                note_complaint(connection, reader.contact_id, reference=reference, now=now)
                reason = Reason(Code.CALL_PROBLEM, {"due": now.date().isoformat(), "why": said})
                ask_for_calls(connection, [UrgentCall(reader.contact_id, landed.case_id, reason)], now=now)
        return True
