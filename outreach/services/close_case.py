"""Closes a recovery case, so that the contact hears from us again as usual."""

from datetime import datetime

from outreach.db.queries import problems
from outreach.db.session import Database
from outreach.domain.errors import BadInput, Fault

#: Characters of a note.
LONGEST = 2_000


def close_case(*, db: Database, contact_id: int, case_id: int, by: str, note: str, now: datetime) -> bool:
    """Closes the case; False if there is none that is open.

    Args:
        by: e-mail address of the member of staff. note: what was done about it.

    Raises:
        BadInput: if the note is empty or too long: whoever reads the case later must learn how it ended.
    """
    said = note.replace("\x00", "").strip()
    if not said or len(said) > LONGEST:
        reason = "is too long" if said else "is empty"
        mend = f"Say in at most {LONGEST} characters what was done."
        raise BadInput([Fault("recovery case", reason, mend, column="note", value=said[:50])])
    with db.raw_transaction() as connection:
        return problems.close_case(connection, case_id, contact_id=contact_id, by=by, note=said, now=now)
