"""Those who filled a sign-up form in, and the contacts that confirmed ones become."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

import psycopg
from psycopg.rows import class_row

from outreach.db.queries.consent import SuppressedFor
from outreach.domain.sign_up.filled import Filled
from outreach.domain.sign_up.form import SignUpForm

#: How long a link confirms.
VALID = timedelta(days=3)
#: Mails that one address gets at most within a day, whoever asks for them.
MOST_A_DAY = 3


class Reserved(StrEnum):
    """Whether a mail may go to somebody who filled a form in."""

    #: Written down; the mail may leave.
    YES = "yes"
    #: The address had as many as anybody gets.
    TOO_OFTEN = "too often"
    #: It bounced, its owner complained, or staff barred it: nobody but staff opens it again.
    BARRED = "barred"


def lock_address(connection: psycopg.Connection, email: str) -> None:
    """Lets nobody else sign the address up or confirm it until the transaction ends."""
    connection.execute("SELECT pg_advisory_xact_lock(hashtextextended('sign-up ' || lower(%s), 0))", (email,))


def is_barred(connection: psycopg.Connection, email: str, *, now: datetime) -> bool:
    """Whether mail to the address is barred by more than its owner's own unsubscription."""
    return (
        connection.execute(
            """
            SELECT FROM suppressions WHERE channel = 'email' AND address = lower(%s) AND reason <> %s
                                           AND (until IS NULL OR until > %s)
            """,
            (email, SuppressedFor.UNSUBSCRIBED.value, now),
        ).fetchone()
        is not None
    )


def reserve_sign_up(
    connection: psycopg.Connection,
    sign_up_id: UUID,
    *,
    form: SignUpForm,
    filled: Filled,
    digest: bytes,
    asked_from: str,
    referred_by: int | None = None,
    now: datetime,
) -> Reserved:
    """Writes a sign-up down before its mail leaves, unless no mail may go; forgets those whose links are too old.

    Args:
        digest: of the token in the link. asked_from: network address and program.
        referred_by: the contact whose link led to the form.
    """
    lock_address(connection, filled.email)
    connection.execute("DELETE FROM sign_ups WHERE confirmed_at IS NULL AND asked_at <= %s", (now - VALID,))
    if is_barred(connection, filled.email, now=now):
        return Reserved.BARRED
    lately = connection.execute(
        "SELECT count(*) FROM sign_ups WHERE lower(email) = lower(%s) AND asked_at > %s",
        (filled.email, now - timedelta(days=1)),
    ).fetchone()
    assert lately is not None
    if lately[0] >= MOST_A_DAY:
        return Reserved.TOO_OFTEN
    connection.execute(
        """
        INSERT INTO sign_ups (id, form_id, digest, email, first_name, phone, language, topics, wording, language_seen,
                              asked_at, asked_from, referred_by, outcome)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, 'unknown')
        """,
        (
            sign_up_id,
            form.id,
            digest,
            filled.email,
            filled.first_name,
            filled.phone,
            filled.language,
            json.dumps(filled.topics),
            filled.wording,
            filled.language_seen,
            now,
            asked_from,
            referred_by,
        ),
    )
    return Reserved.YES


def settle_sign_up(connection: psycopg.Connection, sign_up_id: UUID, *, outcome: str, answer: str) -> None:
    """What became of the mail with the link."""
    connection.execute("UPDATE sign_ups SET outcome = %s, answer = %s WHERE id = %s", (outcome, answer, sign_up_id))


@dataclass(frozen=True, slots=True)
class StoredSignUp:
    """A sign-up whose link still opens, with what its form says of new contacts.

    Attributes:
        topics: keys of campaigns that were ticked. offered: all that could be.
        asked_from: network address and program of whoever filled the form in.
        confirmed_at: None until it is confirmed.
        referred_by: the contact whose link led to the form.
    """

    id: UUID
    form: str
    email: str
    first_name: str
    phone: str
    language: str
    topics: list[str]
    offered: list[str]
    wording: str
    language_seen: str
    industry_id: int
    time_zone: str
    country: str
    asked_at: datetime
    asked_from: str
    confirmed_at: datetime | None
    referred_by: int | None


STORED = """
    SELECT s.id, f.key AS form, s.email, s.first_name, s.phone, s.language, s.topics, f.topics AS offered, s.wording,
           s.language_seen, f.industry_id, f.time_zone, f.country, s.asked_at, s.asked_from, s.confirmed_at,
           s.referred_by
    FROM sign_ups s JOIN sign_up_forms f ON f.id = s.form_id
    WHERE s.digest = %s AND s.asked_at > %s AND s.asked_at <= %s
"""


def find_sign_up(connection: psycopg.Connection, digest: bytes, *, now: datetime) -> StoredSignUp | None:
    """The sign-up that a link confirms; None if it is no link of ours, or an old one."""
    with connection.cursor(row_factory=class_row(StoredSignUp)) as cursor:
        return cursor.execute(STORED, (digest, now - VALID, now)).fetchone()


def mark_confirmed(
    connection: psycopg.Connection, sign_up_id: UUID, *, contact_id: int, confirmed_from: str, now: datetime
) -> None:
    """Writes down that a sign-up was confirmed, by whom and from where."""
    connection.execute(
        "UPDATE sign_ups SET confirmed_at = %s, confirmed_from = %s, contact_id = %s WHERE id = %s",
        (now, confirmed_from, contact_id, sign_up_id),
    )


def forget_erasure(connection: psycopg.Connection, *, channel: str, digest: bytes) -> None:
    """Lets an address be known again; its owner has just asked for it."""
    connection.execute("DELETE FROM erased_addresses WHERE channel = %s AND digest = %s", (channel, digest))


def is_erased(connection: psycopg.Connection, *, channel: str, digest: bytes) -> bool:
    """Whether the owner of an address had everything erased."""
    found = connection.execute(
        "SELECT FROM erased_addresses WHERE channel = %s AND digest = %s", (channel, digest)
    ).fetchone()
    return found is not None


def known_contact(connection: psycopg.Connection, sign_up: StoredSignUp, *, phone: str, now: datetime) -> int | None:
    """The contact we have known longest at the address, now in the language chosen; None if we know nobody there.

    Name and number are taken only where we have none: a form never overwrites what we know. The planner looks again.
    """
    row = connection.execute(
        """
        UPDATE contacts c SET language = %(language)s, updated_at = %(now)s,
               first_name = COALESCE(NULLIF(c.first_name, ''), %(name)s),
               phone = COALESCE(NULLIF(c.phone, ''), %(phone)s)
        WHERE c.id = (SELECT id FROM contacts WHERE lower(email) = lower(%(email)s) ORDER BY id LIMIT 1)
        RETURNING c.id
        """,
        {
            "language": sign_up.language,
            "name": sign_up.first_name,
            "phone": phone,
            "email": sign_up.email,
            "now": now,
        },
    ).fetchone()
    if row is not None:
        connection.execute("UPDATE rhythms SET look_at = %s WHERE contact_id = %s", (now, row[0]))
    return int(row[0]) if row else None


def new_contact(connection: psycopg.Connection, sign_up: StoredSignUp, *, phone: str, now: datetime) -> int:
    """A contact with a rhythm at the industry's target gap, due at once: whoever asks for mail expects some."""
    row = connection.execute(
        """
        INSERT INTO contacts (external_id, email, phone, first_name, industry_id, language, time_zone, country,
                              created_at, updated_at)
        VALUES ('sign-up ' || %(id)s::uuid, %(email)s, %(phone)s, %(name)s, %(industry)s, %(language)s, %(zone)s,
                %(country)s, %(now)s, %(now)s)
        RETURNING id
        """,
        {
            "id": sign_up.id,
            "email": sign_up.email,
            "phone": phone,
            "name": sign_up.first_name,
            "industry": sign_up.industry_id,
            "language": sign_up.language,
            "zone": sign_up.time_zone,
            "country": sign_up.country,
            "now": now,
        },
    ).fetchone()
    assert row is not None
    connection.execute(
        """
        INSERT INTO rhythms (contact_id, gap, started_at, next_due_at, look_at, waiting_code, updated_at)
        SELECT %(contact)s, target_gap, %(now)s, %(now)s, %(now)s, '', %(now)s FROM industries WHERE id = %(industry)s
        """,
        {"contact": row[0], "industry": sign_up.industry_id, "now": now},
    )
    return int(row[0])


def want_topics(
    connection: psycopg.Connection, contact_id: int, sign_up: StoredSignUp, *, is_new: bool, source: str, now: datetime
) -> None:
    """Takes refusals of the ticked topics back; of a new contact, refuses what was offered and not ticked.

    Whoever we know already has said elsewhere what they do not want: not to tick a box takes nothing away.
    """
    connection.execute(
        """
        DELETE FROM topic_refusals f USING campaigns m
        WHERE f.contact_id = %s AND m.id = f.campaign_id AND m.key = ANY(%s)
        """,
        (contact_id, sign_up.topics),
    )
    if is_new:
        unticked = [key for key in sign_up.offered if key not in sign_up.topics]
        connection.execute(
            """
            INSERT INTO topic_refusals (contact_id, campaign_id, source, refused_at)
            SELECT %s, id, %s, %s FROM campaigns WHERE key = ANY(%s) AND topic <> '{}' ON CONFLICT DO NOTHING
            """,
            (contact_id, source, now, unticked),
        )
