"""Reviews: who asked for an edition to be published, and what became of that."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import psycopg
from psycopg.rows import class_row


class Verdict(StrEnum):
    """What became of a request."""

    #: Nobody has answered yet.
    OPEN = ""
    #: An approver published it.
    PUBLISHED = "published"
    #: An approver sent it back with a comment.
    SENT_BACK = "sent back"
    #: Whoever asked took it back, or asked anew.
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class ReviewFacts:
    """A request with its answer; names are those of staff, or their addresses.

    Attributes:
        fingerprint: of the texts it was asked for. audience: contacts they may reach.
        about_us: share of words about ourselves; `reason` is given where that is above the limit.
        verdict: "" while it is open.
    """

    id: int
    edition_id: int
    fingerprint: str
    audience: int
    about_us: float
    reason: str
    asked_by_id: int
    asked_by: str
    asked_at: datetime
    decided_by: str
    decided_at: datetime | None
    verdict: str
    comment: str


REVIEWS = """
    SELECT r.id, r.edition_id, r.fingerprint, r.audience, r.about_us, r.reason, r.asked_by_id, r.asked_at,
           COALESCE(NULLIF(a.name, ''), a.email) AS asked_by,
           COALESCE(NULLIF(d.name, ''), d.email, '') AS decided_by, r.decided_at, r.verdict, r.comment
    FROM reviews r JOIN staff a ON a.id = r.asked_by_id LEFT JOIN staff d ON d.id = r.decided_by_id
    WHERE r.edition_id = %s ORDER BY r.id DESC
"""


def load_reviews(connection: psycopg.Connection, edition_id: int) -> list[ReviewFacts]:
    """All requests for an edition, newest first."""
    with connection.cursor(row_factory=class_row(ReviewFacts)) as cursor:
        return cursor.execute(REVIEWS, (edition_id,)).fetchall()


def lock_edition(connection: psycopg.Connection, edition_id: int) -> str | None:
    """Lets nobody else review or publish the edition until the transaction ends; its state, None if there is none."""
    row = connection.execute("SELECT state FROM editions WHERE id = %s FOR NO KEY UPDATE", (edition_id,)).fetchone()
    return row[0] if row else None


def open_review(
    connection: psycopg.Connection,
    *,
    edition_id: int,
    fingerprint: str,
    audience: int,
    about_us: float,
    reason: str,
    asked_by_id: int,
    now: datetime,
) -> None:
    """Writes a request down; an edition that readers get already stays published meanwhile."""
    connection.execute(
        """
        INSERT INTO reviews (edition_id, fingerprint, audience, about_us, reason, asked_by_id, asked_at)
        VALUES (%s, %s, %s, %s, %s, %s, %s)
        """,
        (edition_id, fingerprint, audience, about_us, reason, asked_by_id, now),
    )
    connection.execute(
        "UPDATE editions SET state = 'review', updated_at = %s WHERE id = %s AND state = 'draft'", (now, edition_id)
    )


def close_review(
    connection: psycopg.Connection, *, edition_id: int, verdict: Verdict, comment: str, by_id: int, now: datetime
) -> bool:
    """Answers the open request for an edition, if there is one; whether there was."""
    closed = connection.execute(
        """
        UPDATE reviews SET verdict = %s, comment = %s, decided_by_id = %s, decided_at = %s
        WHERE edition_id = %s AND verdict = ''
        """,
        (verdict.value, comment, by_id, now, edition_id),
    ).rowcount
    if closed and verdict is not Verdict.PUBLISHED:
        connection.execute(
            "UPDATE editions SET state = 'draft', updated_at = %s WHERE id = %s AND state = 'review'",
            (now, edition_id),
        )
    return closed > 0
