"""Opens a recovery case by hand: staff heard of something, or read it in a reply."""

import hashlib
from datetime import datetime

from outreach.db.queries.case_store import is_erased
from outreach.db.queries.recovery import NewReport, land_reports, lock_cases
from outreach.db.session import Database
from outreach.domain.care.recovery import CaseSource, said_words
from outreach.domain.errors import BadInput, Fault


def open_case(
    *, db: Database, contact_id: int, words: str, by: str, reply_id: int | None = None, now: datetime
) -> int | None:
    """Opens a case, or adds the words to the open one; the number of the case, None if there is no such contact.

    The same words on one day, or the same reply, are one report, however often they are posted.

    Args:
        words: what happened, in the customer's words where staff know them. by: e-mail address of staff.
        reply_id: the event that is the reply.

    Raises:
        BadInput: if nothing is said, or too much; if everything of the contact was erased.
    """
    said = said_words(words)
    digest = hashlib.sha256(said.encode()).hexdigest()[:16]
    reference = f"reply {reply_id}" if reply_id else f"staff {now.date().isoformat()} {digest}"
    source = CaseSource.REPLY if reply_id else CaseSource.STAFF
    with db.raw_transaction() as connection:
        lock_cases(connection)
        erased = is_erased(connection, contact_id)
        if erased is None:
            return None
        if erased:
            reason = "everything of this customer was erased, so nobody is there to answer"
            raise BadInput([Fault("case", reason, "Open no case.", value=str(contact_id))])
        [landed] = land_reports(connection, [NewReport(contact_id, reference, source, said, by)], now=now)
        return landed.case_id
