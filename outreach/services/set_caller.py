"""Says whether a member of staff takes calls, and how many a day at most."""

from outreach.db.queries.callers import store_quota
from outreach.db.session import Database
from outreach.domain.errors import BadInput, Fault

#: Nobody makes more calls in a day.
MOST = 200


def set_caller(*, db: Database, staff_id: int, quota: int | None) -> bool:
    """Sets the daily quota; None means no calls, and the open ones are shared out anew. Whether there is such a person.

    Raises:
        BadInput: if the quota is below 1 or above `MOST`.
    """
    if quota is not None and not 1 <= quota <= MOST:
        mend = f"Use a number from 1 to {MOST}, or say that they take no calls."
        raise BadInput([Fault("caller", "is no number of calls", mend, column="quota", value=str(quota))])
    with db.raw_transaction() as connection:
        return store_quota(connection, staff_id, quota=quota)
