"""Apologies: which editions may carry one, whom they reach, and what became of them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

import psycopg
from psycopg.rows import class_row


@dataclass(frozen=True, slots=True)
class ApologyEdition:
    """An edition of class recovery that only who is invited gets."""

    id: int
    key: str
    campaign_name: str
    channel: str


def load_apology_editions(connection: psycopg.Connection, *, today: date) -> list[ApologyEdition]:
    """Those that are published and open today, what weighs most first."""
    with connection.cursor(row_factory=class_row(ApologyEdition)) as cursor:
        return cursor.execute(
            """
            SELECT e.id, e.key, k.name AS campaign_name, k.channel
            FROM editions e JOIN campaigns k ON k.id = e.campaign_id
            WHERE k.active AND k.touch_class = 'recovery' AND k.rule = 'invited' AND e.state = 'published'
              AND e.opens_on <= %(today)s AND e.closes_on >= %(today)s
            ORDER BY k.priority DESC, k.key, e.position, e.id
            """,
            {"today": today},
        ).fetchall()


#: Invitations of a case, whichever apology they are to; the number behind the stroke counts them.
_OF_CASE = "v.contact_id = k.contact_id AND starts_with(v.cause, 'case ' || k.id || '/')"


@dataclass(frozen=True, slots=True)
class Offended:
    """An open case as an apology needs it.

    Attributes:
        reachable: on the edition's channel, now.
        cause: names the next apology to it. already: it has had one, or gets one, since it was opened (again).
    """

    case_id: int
    contact_id: int
    language: str
    time_zone: str
    reachable: bool
    cause: str
    already: bool


_OFFENDED = f"""
    SELECT k.id AS case_id, k.contact_id, c.language, c.time_zone,
           CASE %(channel)s WHEN 'sms' THEN c.may_sms AND c.phone <> '' ELSE c.may_email AND c.email <> '' END
           AND NOT EXISTS (
               SELECT FROM suppressions s WHERE s.channel = %(channel)s AND (s.until IS NULL OR s.until > %(now)s)
               AND s.address = CASE %(channel)s WHEN 'sms' THEN c.phone ELSE lower(c.email) END) AS reachable,
           'case ' || k.id || '/' || (SELECT count(*) + 1 FROM invitations v WHERE {_OF_CASE}) AS cause,
           EXISTS (SELECT FROM invitations v WHERE {_OF_CASE} AND v.made_at >= k.since AND (
                       v.closed_at IS NULL OR EXISTS (SELECT FROM touches t WHERE t.invitation_id = v.id))) AS already
    FROM recovery_cases k JOIN contacts c ON c.id = k.contact_id
    WHERE k.closed_at IS NULL AND (k.id = ANY(%(cases)s) OR k.batch_id = %(batch)s)
    ORDER BY k.id
"""  # noqa: S608 - built of constants


def load_offended(
    connection: psycopg.Connection,
    *,
    case_ids: Collection[int] = (),
    batch_id: int | None = None,
    channel: str = "email",
    now: datetime,
) -> list[Offended]:
    """The open cases of these numbers, or of a batch."""
    values = {"cases": list(case_ids), "batch": batch_id, "channel": channel, "now": now}
    with connection.cursor(row_factory=class_row(Offended)) as cursor:
        return cursor.execute(_OFFENDED, values).fetchall()


def load_waiting_causes(connection: psycopg.Connection, case_id: int) -> list[tuple[int, str]]:
    """Contact and cause of the case's apologies that have not left."""
    rows = connection.execute(
        f"""
        SELECT v.contact_id, v.cause FROM recovery_cases k JOIN invitations v ON {_OF_CASE}
        WHERE k.id = %s AND v.closed_at IS NULL AND NOT EXISTS (
            SELECT FROM touches t WHERE t.invitation_id = v.id AND t.state <> 'planned')
        ORDER BY v.id
        """,  # noqa: S608 - built of constants
        (case_id,),
    )
    return [(contact_id, cause) for contact_id, cause in rows]


@dataclass(frozen=True, slots=True)
class SentApology:
    """An apology that left, and is not in its case's story yet."""

    case_id: int
    touch_id: str
    sent_at: datetime


def load_sent_apologies(connection: psycopg.Connection, *, limit: int) -> list[SentApology]:
    """Apologies of open cases that have left since the last look."""
    with connection.cursor(row_factory=class_row(SentApology)) as cursor:
        return cursor.execute(
            f"""
            SELECT k.id AS case_id, t.id::text AS touch_id, t.sent_at
            FROM recovery_cases k
            JOIN invitations v ON {_OF_CASE}
            JOIN touches t ON t.invitation_id = v.id AND t.state = 'sent'
            WHERE k.closed_at IS NULL AND NOT EXISTS (
                SELECT FROM case_notes n WHERE n.contact_id = k.contact_id AND n.reference = 'apology ' || t.id)
            ORDER BY k.id, t.id LIMIT %s
            """,  # noqa: S608 - built of constants
            (limit,),
        ).fetchall()
