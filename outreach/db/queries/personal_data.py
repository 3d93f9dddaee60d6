"""Everything we know of one person: handed out whole, or made nobody's."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg

from outreach.db.queries.households import EMPTY_HOUSEHOLDS
from outreach.domain.touch import Channel

#: How long a link to one's data opens it.
VALID = timedelta(hours=48)
#: Links that one contact gets at most: within an hour, within a day.
MOST_AN_HOUR, MOST_A_DAY = 1, 3


def digest_of(token: str) -> bytes:
    """By what the token in a link is found; the token itself is nowhere kept."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


def reserve_request(
    connection: psycopg.Connection, request_id: UUID, *, contact_id: int, digest: bytes, now: datetime
) -> bool:
    """Writes a request down before its mail leaves; False if the contact had as many links as anybody gets."""
    connection.execute("SELECT pg_advisory_xact_lock(hashtextextended('data of ' || %s::text, 0))", (contact_id,))
    row = connection.execute(
        """
        INSERT INTO data_requests (id, contact_id, digest, asked_at, outcome)
        SELECT %(id)s, %(contact)s, %(digest)s, %(now)s, 'unknown'
        WHERE (SELECT count(*) FILTER (WHERE asked_at > %(hour)s) < %(an_hour)s AND count(*) < %(a_day)s
               FROM data_requests WHERE contact_id = %(contact)s AND asked_at > %(day)s)
        RETURNING id
        """,
        {
            "id": request_id,
            "contact": contact_id,
            "digest": digest,
            "now": now,
            "hour": now - timedelta(hours=1),
            "day": now - timedelta(days=1),
            "an_hour": MOST_AN_HOUR,
            "a_day": MOST_A_DAY,
        },
    ).fetchone()
    return row is not None


def settle_request(connection: psycopg.Connection, request_id: UUID, *, outcome: str, answer: str) -> None:
    """What became of the mail with the link."""
    connection.execute(
        "UPDATE data_requests SET outcome = %s, answer = %s WHERE id = %s", (outcome, answer, request_id)
    )


def requested_by(connection: psycopg.Connection, digest: bytes, *, now: datetime) -> int | None:
    """The contact whose data a link opens; None if it is no link of ours, or an old one."""
    row = connection.execute(
        "SELECT contact_id FROM data_requests WHERE digest = %s AND asked_at > %s AND asked_at <= %s",
        (digest, now - VALID, now),
    ).fetchone()
    return int(row[0]) if row else None


#: Tables that hold something of a person, and what of each row is told; numbers of our own are left out.
_TOLD = {
    "signals": ("signals", "id", "occurred_at"),
    "answers": ("answers", "question", "given_at"),
    "calls_and_visits": ("logged_touches", "id", "at"),
    "tasks": ("tasks", "id", "made_at"),
    "calls_tried": ("task_moves", "id", "at"),
    "rhythm": ("rhythms", "contact_id", "contact_id"),
    "changes_of_rhythm": ("cadence_changes", "id", "changed_at"),
    "refused_topics": ("topic_refusals", "campaign_id", "refused_at"),
    "events": ("events", "id", "occurred_at"),
    "recovery_cases": ("recovery_cases", "id", "opened_at"),
    "recovery_notes": ("case_notes", "id", "at"),
    "recovery_batches": ("case_batch_contacts", "batch_id", "batch_id"),
    "habits": ("habits", "contact_id", "scored_on"),
    "goodbyes": ("goodbyes", "id", "judged_at"),
    "invitations": ("invitations", "id", "made_at"),
    "journeys": ("enrolments", "id", "entered_at"),
    "sign_ups": ("sign_ups", "id", "asked_at"),
    "services": ("service_facts", "id", "on_day"),
    "rounds_of_services": ("service_rounds", "id", "opened_on"),
    "stories": ("stories", "id", "id"),
    "story_permissions": ("story_permissions", "id", "given_at"),
    "recommended_to_us": ("referrals", "contact_id", "came_at"),
}
_PARTS = ", ".join(
    f"""'{name}', (SELECT COALESCE(jsonb_agg(to_jsonb(x) - 'id' - 'contact_id' - 'digest'
                                                          - '{{owner_id,uid,task_id,logged_id,signal_id}}'::text[]
                                                          - '{{referred_by,referrer_id,story_id}}'::text[]
                                              ORDER BY x.{order}, x.{key}), '[]')
                   FROM {table} x WHERE x.contact_id = c.id)"""  # noqa: S608 - built of constants
    for name, (table, key, order) in _TOLD.items()
)
EVERYTHING = f"""
    SELECT jsonb_build_object(
        'contact', to_jsonb(c) - 'id' - 'industry_id' || jsonb_build_object('industry', i.key),
        'suppressed', (SELECT COALESCE(jsonb_agg(to_jsonb(s) - 'id'), '[]') FROM suppressions s
                       WHERE (s.channel = 'email' AND c.email <> '' AND s.address = lower(c.email))
                          OR (s.channel = 'sms' AND c.phone <> '' AND s.address = c.phone)),
        'messages', (SELECT COALESCE(jsonb_agg(jsonb_build_object(
                            'campaign', m.name, 'edition', COALESCE(NULLIF(e.title, ''), e.key),
                            'channel', t.channel, 'address', t.address, 'locale', t.locale, 'state', t.state,
                            'planned_for', t.send_at, 'sent_at', t.sent_at, 'opened_at', t.opened_at,
                            'clicked_at', t.clicked_at, 'why', t.reason, 'outcome', t.outcome)
                            ORDER BY t.send_at, t.id), '[]')
                     FROM touches t JOIN campaigns m ON m.id = t.campaign_id JOIN editions e ON e.id = t.edition_id
                     WHERE t.contact_id = c.id),
        'consent', (SELECT COALESCE(jsonb_agg(to_jsonb(r) - 'id' - 'contact_id' - 'salt' - 'seal' - 'previous' - 'hash'
                                                 - 'withdraws' || jsonb_build_object('wording', w.words)
                                              ORDER BY r.id), '[]')
                    FROM consent_records r LEFT JOIN consent_wordings w ON w.hash = r.wording
                    WHERE r.contact_id = c.id),
        'brought_us', (SELECT count(*) FROM referrals f WHERE f.referrer_id = c.id),
        {_PARTS})
    FROM contacts c JOIN industries i ON i.id = c.industry_id WHERE c.id = %s
"""  # noqa: S608 - built of constants


def load_everything(connection: psycopg.Connection, contact_id: int) -> dict[str, Any] | None:
    """All that is kept of a contact, by kind, as JSON values; None if there is no such."""
    row = connection.execute(EVERYTHING, (contact_id,)).fetchone()
    return dict(row[0]) if row else None


def load_addresses(connection: psycopg.Connection, contact_id: int) -> dict[Channel, str]:
    """Where a contact could be reached, the contact locked until the transaction ends."""
    row = connection.execute(
        "SELECT lower(email), phone FROM contacts WHERE id = %s FOR UPDATE", (contact_id,)
    ).fetchone()
    return {channel: address for channel, address in zip(Channel, row, strict=False) if address} if row else {}


#: In this order: what is planned first, so that no worker takes it; the person last.
_ERASURES = (
    "UPDATE touches SET state = 'skipped', outcome = 'erased' WHERE contact_id = %(id)s "
    "AND state IN ('planned', 'retry_wait')",
    "DELETE FROM data_requests WHERE contact_id = %(id)s",
    "DELETE FROM waiting_signals w USING contacts c WHERE c.id = %(id)s AND w.external_id = c.external_id",
    "DELETE FROM answers WHERE contact_id = %(id)s",
    "DELETE FROM sign_ups s USING contacts c WHERE c.id = %(id)s AND (s.contact_id = c.id "
    "OR (s.contact_id IS NULL AND c.email <> '' AND lower(s.email) = lower(c.email)))",
    "UPDATE sign_ups SET referred_by = NULL WHERE referred_by = %(id)s",
    "DELETE FROM referrals WHERE contact_id = %(id)s OR referrer_id = %(id)s",
    "DELETE FROM referral_links WHERE contact_id = %(id)s",
    "DELETE FROM story_pictures p USING stories s WHERE s.id = p.story_id AND s.contact_id = %(id)s",
    "UPDATE story_permissions SET words = '', shown_name = '', picture = '', picture_words = '', origin = '' "
    "WHERE contact_id = %(id)s",
    "UPDATE stories SET state = 'withdrawn', withdrawn_at = COALESCE(withdrawn_at, %(now)s), words = '', picture = '', "
    "picture_words = '' WHERE contact_id = %(id)s",
    "DELETE FROM topic_refusals WHERE contact_id = %(id)s",
    "UPDATE tasks SET note = '', reason_numbers = reason_numbers - 'why' || jsonb_build_object('why', 'erased') || "
    "CASE WHEN occasion IS NULL THEN '{}' ELSE jsonb_build_object('span', 'some time', 'on', made_at::date) END, "
    "occasion = NULL, closed_at = COALESCE(closed_at, %(now)s), "
    "appointment_at = NULL, not_before = NULL, promised = false, said = '', cause = '', "
    "outcome = CASE WHEN closed_at IS NULL THEN 'not_needed' ELSE outcome END WHERE contact_id = %(id)s",
    "UPDATE recovery_cases SET words = '', note = '', reference = 'erased ' || id, state = 'closed', "
    "ending = CASE WHEN closed_at IS NULL THEN 'erased' ELSE ending END, closed_at = COALESCE(closed_at, %(now)s) "
    "WHERE contact_id = %(id)s",
    "UPDATE case_notes SET words = '', reference = '' WHERE contact_id = %(id)s",
    "DELETE FROM case_batch_contacts WHERE contact_id = %(id)s",
    "DELETE FROM task_moves WHERE contact_id = %(id)s",
    "DELETE FROM habits WHERE contact_id = %(id)s",
    "DELETE FROM goodbyes WHERE contact_id = %(id)s",
    "DELETE FROM enrolments WHERE contact_id = %(id)s",
    "UPDATE invitations SET words = '{}', closed_at = COALESCE(closed_at, %(now)s) WHERE contact_id = %(id)s",
    # What is known of a place stays for the others there, of nobody; a place without others goes.
    "DELETE FROM service_facts f WHERE f.contact_id = %(id)s AND NOT EXISTS (SELECT FROM household_members m "
    "JOIN services s ON s.id = f.service_id AND s.holder = 'place' "
    "WHERE m.household_id = f.household_id AND m.contact_id <> %(id)s)",
    "UPDATE service_facts SET contact_id = NULL, signal_id = NULL, noted_by = '' WHERE contact_id = %(id)s",
    "DELETE FROM service_rounds r WHERE r.contact_id = %(id)s OR (r.household_id IS NOT NULL AND (r.asked_id = %(id)s "
    "OR r.household_id IN (SELECT household_id FROM household_members WHERE contact_id = %(id)s)) AND NOT EXISTS "
    "(SELECT FROM household_members m WHERE m.household_id = r.household_id AND m.contact_id <> %(id)s))",
    "UPDATE service_rounds SET asked_id = NULL WHERE asked_id = %(id)s",
    "DELETE FROM household_members WHERE contact_id = %(id)s",
    EMPTY_HOUSEHOLDS,
    "UPDATE logged_touches SET note = '' WHERE contact_id = %(id)s",
    "UPDATE signals SET reference = 'erased ' || id WHERE contact_id = %(id)s",
    "DELETE FROM text_answers a USING contacts c WHERE c.id = %(id)s AND c.phone <> '' AND a.number = c.phone",
    "UPDATE events e SET data = '{}' FROM contacts c WHERE c.id = %(id)s AND c.phone <> '' AND e.contact_id IS NULL "
    "AND e.data ->> 'from' = c.phone AND e.data ? 'intent'",
    "UPDATE events SET data = '{}' WHERE contact_id = %(id)s "
    "OR touch_id IN (SELECT id FROM touches WHERE contact_id = %(id)s)",
    "UPDATE attempts SET answer = '' WHERE touch_id IN (SELECT id FROM touches WHERE contact_id = %(id)s)",
    "DELETE FROM mailbox_messages WHERE touch_id IN (SELECT id FROM touches WHERE contact_id = %(id)s)",
    "DELETE FROM import_faults WHERE cells->>'external_id' = (SELECT external_id FROM contacts WHERE id = %(id)s) "
    "OR (cells->>'email' <> '' AND lower(cells->>'email') = (SELECT lower(email) FROM contacts WHERE id = %(id)s))",
    "DELETE FROM suppressions s USING contacts c WHERE c.id = %(id)s AND "
    "((s.channel = 'email' AND s.address = lower(c.email)) OR (s.channel = 'sms' AND s.address = c.phone)) "
    "AND NOT EXISTS (SELECT FROM contacts o WHERE o.id <> c.id AND "
    "((s.channel = 'email' AND lower(o.email) = s.address) OR (s.channel = 'sms' AND o.phone = s.address)))",
    "UPDATE touches SET address = '' WHERE contact_id = %(id)s",
    "UPDATE consent_records SET address = '', origin = '', salt = NULL WHERE contact_id = %(id)s",
    "UPDATE contacts SET external_id = 'erased ' || id, email = '', phone = '', first_name = '', last_name = '', "
    "company = '', wrong_number = '', attributes = '{}', customer_since = NULL, may_email = false, may_sms = false, "
    "updated_at = %(now)s WHERE id = %(id)s",
)


def erase_person(
    connection: psycopg.Connection, contact_id: int, *, hashes: Sequence[tuple[Channel, bytes]], now: datetime
) -> None:
    """Takes from every table what says who somebody is; that messages left, and when, stays, of nobody.

    Args:
        hashes: keyed hashes of the addresses, by which they are known if somebody brings them again.
    """
    for statement in _ERASURES:
        connection.execute(statement, {"id": contact_id, "now": now})
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO erased_addresses (channel, digest, erased_at) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
            [(channel.value, digest, now) for channel, digest in hashes],
        )


def load_erased(connection: psycopg.Connection) -> frozenset[tuple[str, bytes]]:
    """Channels and keyed hashes of the addresses that nobody may bring back."""
    rows = connection.execute("SELECT channel, digest FROM erased_addresses").fetchall()
    return frozenset((channel, bytes(digest)) for channel, digest in rows)


def as_file(everything: Mapping[str, Any]) -> bytes:
    """What a person is handed: JSON that people can read, too."""
    return json.dumps(everything, ensure_ascii=False, indent=2, sort_keys=True).encode()
