"""Everything one contact's page tells: who it is, its rhythm, touches, events, changes of cadence, signals, consent."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import class_row

from outreach.db.queries.case_pages import CaseLine, load_cases
from outreach.db.queries.consent_proof import BrokenLine, ConsentProof, broken_lines, load_proof
from outreach.db.queries.signals import ANSWER_REFERENCE

#: Most rows of a kind that a page shows, newest first.
LIMIT = 200


@dataclass(frozen=True, slots=True)
class ContactFacts:
    """Who the contact is, and its rhythm as it stands; gaps in days, instants in business time.

    Attributes:
        min_gap, max_gap: in force: the contact's own where staff set one, else the industry's.
        floor_gap, paused_until: wishes in force, else None.
        waiting_code: why nothing is planned, from the planner's last look; "" while something is.
        calendar, calendar_version: of the industry; the calendar as JSON. place: country or region.
    """

    id: int
    external_id: str
    email: str
    phone: str
    first_name: str
    last_name: str
    company: str
    industry_key: str
    industry_names: dict[str, str]
    min_gap: float
    target_gap: float
    max_gap: float
    own_min_gap: float | None
    own_max_gap: float | None
    calendar: str
    calendar_version: int
    language: str
    time_zone: str
    country: str
    region: str
    place: str
    customer_since: date | None
    attributes: dict[str, Any]
    may_email: bool
    may_sms: bool
    created_at: datetime
    gap: float
    started_at: datetime
    last_touch_at: datetime | None
    next_due_at: datetime
    paused_until: datetime | None
    floor_gap: float | None
    floor_gap_until: datetime | None
    waiting_code: str


@dataclass(frozen=True, slots=True)
class TouchLine:
    """One touch of the contact; one with `merged_into` rides along in another's mail and is no touch of its own."""

    id: UUID
    campaign_id: int
    campaign_name: str
    edition_key: str
    subject: str
    channel: str
    touch_class: str
    state: str
    decided_at: datetime
    send_at: datetime
    sent_at: datetime | None
    merged_into: UUID | None
    reason: str
    outcome: str
    locale: str
    opened_at: datetime | None
    clicked_at: datetime | None
    mail_id: int | None


@dataclass(frozen=True, slots=True)
class LoggedLine:
    """A touch that a person made and wrote down."""

    id: int
    channel: str
    at: datetime
    note: str
    logged_by: str


@dataclass(frozen=True, slots=True)
class WithheldLine:
    """An edition that wanted the contact and did not go, with the code and the numbers of its reason."""

    at: datetime
    campaign_name: str
    edition_key: str
    reason_code: str
    reason_numbers: dict[str, Any]


@dataclass(frozen=True, slots=True)
class EventLine:
    """One event of the contact; `data` as reported, `evidence` on who opened or clicked, the weightiest first."""

    type: str
    actor: str
    occurred_at: datetime
    touch_id: UUID | None
    campaign_name: str | None
    data: dict[str, Any]
    probability: float | None
    evidence: list[str]


@dataclass(frozen=True, slots=True)
class CadenceLine:
    """One change of the contact's gap."""

    changed_at: datetime
    gap_before: float
    gap_after: float
    reason: str


@dataclass(frozen=True, slots=True)
class SignalLine:
    """One thing the contact did with the business."""

    kind: str
    occurred_at: datetime
    amount: float | None
    currency: str
    reference: str


@dataclass(frozen=True, slots=True)
class SuppressionLine:
    """An address of the contact that must not be written to."""

    channel: str
    address: str
    reason: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class ContactPage:
    """All of it; every list newest first, and at most `LIMIT` long."""

    contact: ContactFacts
    touches: list[TouchLine]
    logged: list[LoggedLine]
    withheld: list[WithheldLine]
    events: list[EventLine]
    changes: list[CadenceLine]
    signals: list[SignalLine]
    cases: list[CaseLine]
    consents: list[ConsentProof]
    consent_faults: list[BrokenLine]
    suppressions: list[SuppressionLine]


FACTS = """
    SELECT c.id, c.external_id, c.email, c.phone, c.first_name, c.last_name, c.company, i.key AS industry_key,
           i.names AS industry_names, b.min_gap, LEAST(GREATEST(i.target_gap, b.min_gap), b.max_gap) AS target_gap,
           b.max_gap, r.own_min_gap, r.own_max_gap, i.calendar::text AS calendar, i.calendar_version,
           c.language, c.time_zone, c.country, c.region, COALESCE(NULLIF(c.region, ''), c.country) AS place,
           c.customer_since, c.attributes, c.may_email, c.may_sms, c.created_at, r.gap, r.started_at, r.last_touch_at,
           r.next_due_at, CASE WHEN r.paused_until > %(now)s THEN r.paused_until END AS paused_until,
           CASE WHEN r.floor_gap_until > %(now)s THEN r.floor_gap END AS floor_gap, r.floor_gap_until, r.waiting_code
    FROM contacts c JOIN industries i ON i.id = c.industry_id JOIN rhythms r ON r.contact_id = c.id
    CROSS JOIN LATERAL (
        SELECT COALESCE(r.own_min_gap, i.min_gap) AS min_gap,
               GREATEST(COALESCE(r.own_max_gap, i.max_gap), COALESCE(r.own_min_gap, i.min_gap)) AS max_gap) AS b
    WHERE c.id = %(id)s
"""
TOUCHES = """
    SELECT t.id, t.campaign_id, k.name AS campaign_name, e.key AS edition_key, t.channel, t.touch_class, t.state,
           t.decided_at, t.send_at, t.sent_at, t.merged_into, t.reason, t.outcome, t.locale, t.opened_at, t.clicked_at,
           COALESCE((SELECT x.subject FROM edition_contents x
                     WHERE x.edition_id = t.edition_id AND x.locale = t.locale), '') AS subject,
           (SELECT min(m.id) FROM mailbox_messages m WHERE m.touch_id = t.id) AS mail_id
    FROM touches t JOIN campaigns k ON k.id = t.campaign_id JOIN editions e ON e.id = t.edition_id
    WHERE t.contact_id = %(id)s ORDER BY COALESCE(t.sent_at, t.send_at) DESC, t.id LIMIT %(limit)s
"""
LOGGED = """
    SELECT id, channel, at, note, logged_by FROM logged_touches
    WHERE contact_id = %(id)s ORDER BY at DESC, id DESC LIMIT %(limit)s
"""
WITHHELD = """
    SELECT w.at, k.name AS campaign_name, e.key AS edition_key, w.reason_code, w.reason_numbers
    FROM withheld w JOIN editions e ON e.id = w.edition_id JOIN campaigns k ON k.id = e.campaign_id
    WHERE w.contact_id = %(id)s ORDER BY w.at DESC, w.id DESC LIMIT %(limit)s
"""
EVENTS = """
    SELECT v.type, v.actor, v.occurred_at, v.touch_id, k.name AS campaign_name, v.data,
           v.probability, v.evidence
    FROM events v LEFT JOIN touches t ON t.id = v.touch_id LEFT JOIN campaigns k ON k.id = t.campaign_id
    WHERE v.contact_id = %(id)s ORDER BY v.occurred_at DESC, v.id DESC LIMIT %(limit)s
"""
CHANGES = """
    SELECT changed_at, gap_before, gap_after, reason FROM cadence_changes
    WHERE contact_id = %(id)s ORDER BY changed_at DESC, id DESC LIMIT %(limit)s
"""
SIGNALS = """
    SELECT kind, occurred_at, amount, currency, reference FROM signals
    WHERE contact_id = %(id)s AND NOT starts_with(reference, %(answer)s)
    ORDER BY occurred_at DESC, id DESC LIMIT %(limit)s
"""
SUPPRESSIONS = """
    SELECT s.channel, s.address, s.reason, s.since, s.until FROM suppressions s JOIN contacts c ON c.id = %(id)s
    WHERE ((s.channel = 'email' AND s.address = lower(c.email)) OR (s.channel = 'sms' AND s.address = c.phone))
      AND (s.until IS NULL OR s.until > %(now)s)
    ORDER BY s.since DESC LIMIT %(limit)s
"""


def load_campaign_name(connection: psycopg.Connection, *, edition_id: int) -> str:
    """The name of the campaign of an edition."""
    row = connection.execute(
        "SELECT k.name FROM editions e JOIN campaigns k ON k.id = e.campaign_id WHERE e.id = %s", (edition_id,)
    ).fetchone()
    return str(row[0]) if row else ""


def load_contact_page(connection: psycopg.Connection, contact_id: int, *, now: datetime) -> ContactPage | None:
    """One contact's page, None if there is no such contact."""
    values = {"id": contact_id, "limit": LIMIT, "now": now, "answer": ANSWER_REFERENCE}
    with connection.cursor(row_factory=class_row(ContactFacts)) as cursor:
        contact = cursor.execute(FACTS, values).fetchone()
    if contact is None:
        return None
    with (
        connection.cursor(row_factory=class_row(TouchLine)) as touches,
        connection.cursor(row_factory=class_row(LoggedLine)) as logged,
        connection.cursor(row_factory=class_row(WithheldLine)) as withheld,
        connection.cursor(row_factory=class_row(EventLine)) as events,
        connection.cursor(row_factory=class_row(CadenceLine)) as changes,
        connection.cursor(row_factory=class_row(SignalLine)) as signals,
        connection.cursor(row_factory=class_row(SuppressionLine)) as suppressions,
    ):
        return ContactPage(
            contact=contact,
            touches=touches.execute(TOUCHES, values).fetchall(),
            logged=logged.execute(LOGGED, values).fetchall(),
            withheld=withheld.execute(WITHHELD, values).fetchall(),
            events=events.execute(EVENTS, values).fetchall(),
            changes=changes.execute(CHANGES, values).fetchall(),
            signals=signals.execute(SIGNALS, values).fetchall(),
            cases=load_cases(connection, contact_id),
            consents=load_proof(connection, contact_id)[::-1],
            consent_faults=broken_lines(connection, contact_id=contact_id),
            suppressions=suppressions.execute(SUPPRESSIONS, values).fetchall(),
        )
