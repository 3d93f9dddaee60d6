"""Makes a key for a program of the business."""

from collections.abc import Collection
from datetime import datetime, timedelta

from outreach.db.queries.api_keys import store_key
from outreach.db.session import Database
from outreach.domain.api_keys import LONGEST_NAME, Scope, digest_of, new_key
from outreach.domain.errors import BadInput, Fault
from outreach.domain.words import has_controls


def create_api_key(
    *, db: Database, name: str, scopes: Collection[Scope], lasts: timedelta | None, now: datetime
) -> str:
    """The key itself, which nobody can be shown again.

    Raises:
        BadInput: if the name is empty, too long or taken.
    """
    named = name.strip()
    if not named or len(named) > LONGEST_NAME or has_controls(named):
        mend = f"Write one line of at most {LONGEST_NAME} characters, like the name of the program."
        raise BadInput([Fault("API key", "is no name for a key", mend, column="name", value=name)])
    key = new_key()
    with db.raw_transaction() as connection:
        stored = store_key(
            connection,
            name=named,
            digest=digest_of(key),
            scopes=sorted(scopes),
            ends_at=now + lasts if lasts else None,
            now=now,
        )
    if not stored:
        mend = "Revoke that one first, or choose another name."
        raise BadInput([Fault("API key", "there is a key with this name", mend, column="name", value=named)])
    return key
