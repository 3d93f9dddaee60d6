"""Invitations: who may have which edition, because of what, and what became of it.

Whoever writes here holds the rhythms of the contacts, as the planner does; so an invitation is never withdrawn between
the planner's look at it and the touch that takes it up.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

import psycopg
from psycopg.rows import class_row

from outreach.db.queries.take_back import TakeBack, take_back_planned
from outreach.db.queries.touch_clock import lock_rhythms
from outreach.domain.reason import Reason
from outreach.domain.rhythm.codes import Code


@dataclass(frozen=True, slots=True)
class NewInvitation:
    """One edition for one contact.

    Attributes:
        opens_on, closes_on: first and last civil day in the contact's zone.
        cause: what it is about ("journey 12/3"); the same cause invites a contact to an edition once.
        words: what `{{ occasion.<name> }}` prints: name to locale to text; the locale "" is for every language.
    """

    contact_id: int
    edition_id: int
    opens_on: date
    closes_on: date
    cause: str
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


class Fate(StrEnum):
    """What became of an invitation."""

    #: The planner has not found a slot yet.
    OPEN = "open"
    #: A message is on its way.
    PLANNED = "planned"
    #: It was sent, as far as we know.
    SENT = "sent"
    #: A message was planned and must not or could not leave.
    WITHHELD = "withheld"
    #: Its last day passed without a slot.
    EXPIRED = "expired"
    #: Whoever invited took it back.
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class InvitationFate:
    """What became of one invitation, and when: it was sent, withheld, withdrawn; else when it was made."""

    contact_id: int
    cause: str
    edition_id: int
    fate: Fate
    at: datetime


def invite(connection: psycopg.Connection, invitations: Sequence[NewInvitation], *, now: datetime) -> int:
    """Writes invitations and lets the planner look at their contacts; says how many are new.

    One that stands there already (contact, cause, edition) stays as it is, whatever became of it.
    """
    if not invitations:
        return 0
    contacts = sorted({one.contact_id for one in invitations})
    lock_rhythms(connection, contacts)
    rows = [
        {
            "contact_id": one.contact_id,
            "edition_id": one.edition_id,
            "opens_on": one.opens_on.isoformat(),
            "closes_on": one.closes_on.isoformat(),
            "cause": one.cause,
            "words": {name: dict(texts) for name, texts in one.words.items()},
        }
        for one in invitations
    ]
    new = connection.execute(
        """
        INSERT INTO invitations (contact_id, edition_id, opens_on, closes_on, cause, words, made_at)
        SELECT n.contact_id, n.edition_id, n.opens_on, n.closes_on, n.cause, n.words, %(now)s
        FROM json_to_recordset(%(rows)s::json) AS n(
            contact_id bigint, edition_id int, opens_on date, closes_on date, cause text, words jsonb)
        ON CONFLICT (contact_id, cause, edition_id) DO NOTHING
        """,
        {"now": now, "rows": json.dumps(rows)},
    ).rowcount
    if new:
        connection.execute(
            "UPDATE rhythms SET look_at = LEAST(look_at, %s) WHERE contact_id = ANY(%s)", (now, contacts)
        )
    return new


def withdraw(connection: psycopg.Connection, causes: Collection[tuple[int, str]], *, why: str, now: datetime) -> int:
    """Closes the invitations of these contacts and causes, and takes back what is planned of them; says how many.

    What a worker has claimed is asked once more before it leaves; what has left has left.

    Args:
        causes: contact and cause.
        why: for the sentence, "a booking on 3 May 2026".
    """
    if not causes:
        return 0
    lock_rhythms(connection, sorted({contact_id for contact_id, _ in causes}))
    rows = connection.execute(
        """
        WITH closed AS (
            UPDATE invitations v SET closed_at = %(now)s, closed_as = %(why)s
            FROM unnest(%(contacts)s::bigint[], %(causes)s::text[]) AS n(contact_id, cause)
            WHERE v.contact_id = n.contact_id AND v.cause = n.cause AND v.closed_at IS NULL
            RETURNING v.id)
        SELECT t.id, k.name, t.send_at
        FROM closed LEFT JOIN touches t ON t.invitation_id = closed.id AND t.state = 'planned'
        LEFT JOIN campaigns k ON k.id = t.campaign_id ORDER BY t.id
        """,
        {
            "now": now,
            "why": why,
            "contacts": [contact_id for contact_id, _ in causes],
            "causes": [cause for _, cause in causes],
        },
    ).fetchall()
    takes = [
        TakeBack(touch_id, Reason(Code.TAKEN_BACK, {"campaign": name, "why": why, "send_at": send_at.isoformat()}))
        for touch_id, name, send_at in rows
        if touch_id is not None
    ]
    if takes:
        take_back_planned(connection, takes, now=now)
    return len(rows)


FATES = """
    SELECT v.contact_id, v.cause, v.edition_id,
           CASE WHEN t.state IN ('sent', 'unknown') THEN 'sent'
                WHEN t.state IN ('skipped', 'failed') THEN 'withheld'
                WHEN t.id IS NOT NULL THEN 'planned'
                WHEN v.closed_at IS NOT NULL THEN 'withdrawn'
                WHEN v.closes_on < (%(now)s::timestamptz AT TIME ZONE c.time_zone)::date THEN 'expired'
                ELSE 'open' END AS fate,
           CASE WHEN t.id IS NOT NULL THEN COALESCE(t.sent_at, t.send_at)
                ELSE COALESCE(v.closed_at, v.made_at) END AS at
    FROM unnest(%(contacts)s::bigint[], %(causes)s::text[]) AS n(contact_id, cause)
    JOIN invitations v ON v.contact_id = n.contact_id AND v.cause = n.cause
    JOIN contacts c ON c.id = v.contact_id
    LEFT JOIN touches t ON t.invitation_id = v.id
    ORDER BY v.contact_id, v.cause, v.edition_id
"""


def load_fates(
    connection: psycopg.Connection, causes: Collection[tuple[int, str]], *, now: datetime
) -> list[InvitationFate]:
    """What became of the invitations of these contacts and causes; of a cause that never invited there is no line."""
    values = {
        "now": now,
        "contacts": [contact_id for contact_id, _ in causes],
        "causes": [cause for _, cause in causes],
    }
    with connection.cursor(row_factory=class_row(InvitationFate)) as cursor:
        return [
            InvitationFate(one.contact_id, one.cause, one.edition_id, Fate(one.fate), one.at)
            for one in cursor.execute(FATES, values).fetchall()
        ]
