"""Takes what a customer is not content with, and puts it before a person."""

import hashlib
from datetime import datetime
from uuid import UUID

from outreach.db.queries.choices import load_choices
from outreach.db.queries.problems import store_problem
from outreach.db.session import Database
from outreach.domain.errors import BadInput, Fault
from outreach.domain.reason import Reason
from outreach.domain.rhythm.codes import Code

#: Characters of a report.
LONGEST = 2_000


def report_problem(*, db: Database, touch_id: UUID, words: str, now: datetime) -> bool:
    """Opens a recovery case and a call with the customer's own words; False if there is no such message.

    The same words about the same message are one report, however often they are posted.

    Raises:
        BadInput: if nothing is said, or too much.
    """
    said = "\n".join(line.rstrip() for line in words.replace("\x00", "").replace("\r\n", "\n").split("\n")).strip()
    said = said.encode("utf-8", "replace").decode()
    if not said or len(said) > LONGEST:
        reason = "is too long" if said else "is empty"
        raise BadInput([Fault("problem", reason, f"Say it in at most {LONGEST} characters.", column="words")])
    with db.raw_transaction() as connection:
        reader = load_choices(connection, touch_id, now=now, locked=True)
        if reader is None:
            return False
        reason_given = Reason(Code.CALL_PROBLEM, {"due": now.date().isoformat(), "why": said})
        digest = hashlib.sha256(said.encode()).hexdigest()[:16]
        store_problem(
            connection,
            reader.contact_id,
            reason=reason_given,
            words=said,
            reference=f"page {touch_id} {digest}",
            now=now,
        )
        return True
