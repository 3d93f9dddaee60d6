"""The ledger's moves after a claim (`claims.py`): mark as sending, settle, recover; each one set-based statement.

A claim is fenced: whoever moves a message on names the owner and the attempt it was claimed with, so a worker that was
thought dead and wakes up again cannot overwrite what happened since. Leases run on the database's clock.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import psycopg
from psycopg.rows import class_row

from outreach.domain.planning.manners import URGENT

#: How long a claimed message stays its worker's without a sign of life: twice the longest a batch may take (two minutes
#: of sending, then one last message with all its time-outs, see deliver_chunk).
LEASE = timedelta(minutes=20)


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of one attempt.

    Attributes:
        state: sent, failed, unknown, retry_wait.
        outcome: why, for failed and unknown; "" otherwise.
        again_at: business instant of the next try, for retry_wait.
        segments: of a text that was taken, 0 where the provider does not say; None for anything else.
    """

    touch_id: UUID
    state: str
    answer: str
    reference: str
    outcome: str
    again_at: datetime | None
    segments: int | None = None


def withhold(
    connection: psycopg.Connection, *, owner: str, state: str, reasons: Sequence[tuple[UUID, str]], now: datetime
) -> None:
    """Ends claimed messages that never left, as skipped or failed, each with its reason; their contacts are looked at
    again at once.
    """
    _lock_touches(connection, [r[0] for r in reasons])
    connection.execute(
        """
        WITH ended AS (
            UPDATE touches t SET state = %(state)s, outcome = n.reason, owner = '', lease_until = NULL
            FROM unnest(%(ids)s::uuid[], %(reasons)s::text[]) AS n(id, reason)
            WHERE t.id = n.id AND t.owner = %(owner)s AND t.state = 'claimed' RETURNING t.id, t.contact_id
        ), freed AS (
            DELETE FROM touches b USING ended WHERE b.merged_into = ended.id
        )
        UPDATE rhythms r SET look_at = %(now)s FROM ended WHERE r.contact_id = ended.contact_id
        """,
        {
            "state": state,
            "ids": [r[0] for r in reasons],
            "reasons": [r[1] for r in reasons],
            "owner": owner,
            "now": now,
        },
    )


def postpone(connection: psycopg.Connection, *, owner: str, until: Sequence[tuple[UUID, datetime]]) -> None:
    """Puts claimed messages back for a later instant: their moment has passed and it is no hour to write now."""
    _lock_touches(connection, [u[0] for u in until])
    connection.execute(
        """
        UPDATE touches t SET state = 'planned', send_at = n.at, owner = '', lease_until = NULL, attempt = attempt - 1
        FROM unnest(%(ids)s::uuid[], %(at)s::timestamptz[]) AS n(id, at)
        WHERE t.id = n.id AND t.owner = %(owner)s AND t.state = 'claimed'
        """,
        {"ids": [u[0] for u in until], "at": [u[1] for u in until], "owner": owner},
    )


def mark_sending(
    connection: psycopg.Connection, *, owner: str, rendered: Sequence[tuple[UUID, int, str, str]], provider: str
) -> set[UUID]:
    """Commits that these messages may leave from now on; only those still ours. Rows: id, attempt, locale, address.

    The last word of all: to whoever has a recovery case by now nothing ordinary goes. What opens one waits for messages
    that are being marked here, so each is either handed over before the case is there, or not at all.
    """
    _lock_touches(connection, [r[0] for r in rendered])
    rows = connection.execute(
        """
        UPDATE touches t SET state = 'sending', locale = n.locale, address = n.address, provider = %(provider)s,
                             lease_until = clock_timestamp() + %(lease)s
        FROM unnest(%(ids)s::uuid[], %(attempts)s::int[], %(locales)s::text[], %(addresses)s::text[])
             AS n(id, attempt, locale, address)
        WHERE t.id = n.id AND t.owner = %(owner)s AND t.attempt = n.attempt AND t.state = 'claimed'
              AND t.lease_until > clock_timestamp()
              AND (t.touch_class = ANY(%(urgent)s) OR NOT EXISTS (
                  SELECT FROM recovery_cases k WHERE k.contact_id = t.contact_id AND k.closed_at IS NULL))
        RETURNING t.id
        """,
        {
            "ids": [r[0] for r in rendered],
            "attempts": [r[1] for r in rendered],
            "locales": [r[2] for r in rendered],
            "addresses": [r[3] for r in rendered],
            "owner": owner,
            "provider": provider,
            "lease": LEASE,
            "urgent": [one.value for one in URGENT],
        },
    )
    return {row[0] for row in rows}


def settle(
    connection: psycopg.Connection,
    *,
    owner: str,
    provider: str,
    settled: Sequence[Settled],
    started_at: datetime,
    now: datetime,
) -> int:
    """Writes what became of messages in `sending`, an attempt line each, and moves the rhythm of those that left.

    A message whose lease ran out meanwhile was declared unknown and is left as it is; its witness will speak. Unknown
    counts as a touch for the rhythm: to write twice costs more trust than to be silent once.
    """
    _lock_in_order(connection, [s.touch_id for s in settled])
    values = {
        "ids": [s.touch_id for s in settled],
        "states": [s.state for s in settled],
        "answers": [s.answer for s in settled],
        "references": [s.reference for s in settled],
        "outcomes": [s.outcome for s in settled],
        "again": [s.again_at for s in settled],
        "segments": [s.segments for s in settled],
        "owner": owner,
        "provider": provider,
        "started": started_at,
        "now": now,
    }
    cursor = connection.execute(
        """
        WITH news AS (
            SELECT * FROM unnest(%(ids)s::uuid[], %(states)s::text[], %(answers)s::text[], %(references)s::text[],
                                 %(outcomes)s::text[], %(again)s::timestamptz[], %(segments)s::int[])
                     AS n(id, state, answer, reference, outcome, again_at, segments)
        ), moved AS (
            UPDATE touches t SET state = n.state, outcome = n.outcome, owner = '', lease_until = NULL,
                   sent_at = CASE WHEN n.state = 'sent' THEN %(now)s ELSE t.sent_at END,
                   send_at = COALESCE(n.again_at, t.send_at)
            FROM news n WHERE t.id = n.id AND t.owner = %(owner)s AND t.state = 'sending'
            RETURNING t.id, t.contact_id, t.attempt, n.state, n.answer, n.reference, n.segments
        ), written AS (
            INSERT INTO attempts
                (touch_id, number, provider, started_at, ended_at, outcome, answer, reference, segments)
            SELECT id, attempt, %(provider)s, %(started)s, %(now)s, state, answer, reference, segments FROM moved
        ), freed AS (
            DELETE FROM touches b USING moved m WHERE b.merged_into = m.id AND m.state = 'failed'
        )
        UPDATE rhythms r SET
            last_touch_at = CASE WHEN m.state IN ('sent', 'unknown') THEN %(now)s ELSE r.last_touch_at END,
            next_due_at = CASE WHEN m.state IN ('sent', 'unknown') THEN %(now)s + r.gap * interval '1 day'
                               ELSE r.next_due_at END,
            look_at = CASE WHEN m.state = 'retry_wait' THEN r.look_at ELSE %(now)s END,
            updated_at = %(now)s
        FROM moved m WHERE r.contact_id = m.contact_id
        """,
        values,
    )
    return cursor.rowcount


def _lock_touches(connection: psycopg.Connection, touch_ids: Sequence[UUID]) -> None:
    """Locks messages by id, as everybody does who waits for some."""
    connection.execute("SELECT FROM touches WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE", (list(touch_ids),))


def _lock_in_order(connection: psycopg.Connection, touch_ids: Sequence[UUID]) -> None:
    """Locks messages by id and then their rhythms by contact, the order of everybody who takes both."""
    rows = connection.execute(
        "SELECT contact_id FROM touches WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE", (list(touch_ids),)
    )
    contacts = sorted({contact for (contact,) in rows})
    connection.execute(
        "SELECT FROM rhythms WHERE contact_id = ANY(%s) ORDER BY contact_id FOR NO KEY UPDATE", (contacts,)
    )


def recover_leases(connection: psycopg.Connection, *, everyone: bool = False) -> tuple[int, int]:
    """Takes messages from workers that gave no sign of life: claimed ones are planned again, sending ones unknown.

    Args:
        everyone: also those whose lease still runs; only for a start at which no worker can be alive.

    Returns:
        How many went back to planned, how many became unknown.
    """
    expired = "" if everyone else "AND lease_until < clock_timestamp()"
    back = connection.execute(
        f"""
        UPDATE touches SET state = 'planned', owner = '', lease_until = NULL
        WHERE state = 'claimed' {expired}
        """  # noqa: S608 - the fragment is one of two constants
    ).rowcount
    unknown = connection.execute(
        f"""
        UPDATE touches SET state = 'unknown', outcome = 'the worker died while sending', owner = '', lease_until = NULL
        WHERE state = 'sending' {expired}
        """  # noqa: S608 - the fragment is one of two constants
    ).rowcount
    return back, unknown


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A message of unknown fate, and who may know."""

    id: UUID
    channel: str
    provider: str
    attempt: int


def load_unknown(connection: psycopg.Connection, *, limit: int) -> list[Doubtful]:
    """Messages of unknown fate, locked; other workers skip them."""
    with connection.cursor(row_factory=class_row(Doubtful)) as cursor:
        return cursor.execute(
            """
            SELECT id, channel, provider, attempt FROM touches WHERE state = 'unknown'
            ORDER BY send_at LIMIT %s FOR UPDATE SKIP LOCKED
            """,
            (limit,),
        ).fetchall()


def resolve_unknown(
    connection: psycopg.Connection, *, sent: Sequence[UUID], not_sent: Sequence[UUID], now: datetime
) -> None:
    """Writes a witness's word: those it has are sent, those it certainly has not are planned again."""
    _lock_in_order(connection, [*sent, *not_sent])
    connection.execute(
        """
        WITH moved AS (
            UPDATE touches SET state = 'sent', sent_at = %(now)s, outcome = ''
            WHERE id = ANY(%(ids)s) AND state = 'unknown' RETURNING contact_id)
        UPDATE rhythms r SET last_touch_at = %(now)s, next_due_at = %(now)s + r.gap * interval '1 day',
                             look_at = %(now)s, updated_at = %(now)s
        FROM moved WHERE r.contact_id = moved.contact_id
        """,
        {"ids": list(sent), "now": now},
    )
    connection.execute(
        "UPDATE touches SET state = 'planned', outcome = '' WHERE id = ANY(%s) AND state = 'unknown'",
        (list(not_sent),),
    )


def count_due(connection: psycopg.Connection, *, now: datetime, limit: int) -> dict[str, int]:
    """How many messages are due per channel, counted up to `limit`; none of a channel that stands still."""
    rows = connection.execute(
        """
        SELECT channel, count(*) FROM (
            SELECT t.channel FROM touches t WHERE t.state IN ('planned', 'retry_wait') AND t.send_at <= %s
                   AND NOT EXISTS (SELECT FROM channel_halts h WHERE h.channel = t.channel AND h.resumed_at IS NULL)
            LIMIT %s) AS due
        GROUP BY channel
        """,
        (now, limit),
    )
    return dict(rows.fetchall())


def has_doubt(connection: psycopg.Connection) -> bool:
    """Whether there is a message of unknown fate or a lease that ran out."""
    row = connection.execute(
        """
        SELECT EXISTS (SELECT FROM touches WHERE state = 'unknown')
            OR EXISTS (SELECT FROM touches WHERE state IN ('claimed', 'sending') AND lease_until < clock_timestamp())
        """
    ).fetchone()
    return bool(row and row[0])
