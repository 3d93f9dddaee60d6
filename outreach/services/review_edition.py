"""Answers a request for publication otherwise than by publishing: sends it back, or withdraws it."""

from datetime import datetime

from outreach.db.queries.reviews import Verdict, close_review, lock_edition
from outreach.db.session import Database
from outreach.domain.errors import BadInput, Fault


def review_edition(
    *, db: Database, edition_id: int, verdict: Verdict, comment: str = "", by_id: int, now: datetime
) -> bool:
    """Closes the request that waits; False if none does. What readers get stays as it is.

    Args:
        verdict: SENT_BACK, by an approver with a comment, or WITHDRAWN.
        by_id: the member of staff who answers.

    Raises:
        BadInput: if it is sent back without a word.
    """
    if verdict is Verdict.SENT_BACK and not comment.strip():
        mend = "Say in a sentence what to change."
        raise BadInput([Fault(place="publishing", column="comment", reason="there is no comment", mend=mend)])
    with db.raw_transaction() as connection:
        lock_edition(connection, edition_id)
        return close_review(
            connection, edition_id=edition_id, verdict=verdict, comment=comment.strip(), by_id=by_id, now=now
        )
