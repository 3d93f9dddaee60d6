"""Everything one contact's page tells: who it is, its rhythm, touches, events, changes of cadence, signals, consent."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import class_row

#: Most rows of a kind that a page shows, newest first.
LIMIT = 200


@dataclass(frozen=True, slots=True)
class ContactFacts:
    """Who the contact is, and its rhythm as it stands; gaps in days, instants in business time."""

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
    language: str
    time_zone: str
    country: str
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
    waiting: str


@dataclass(frozen=True, slots=True)
class TouchLine:
    """One touch of the contact."""

    id: UUID
    campaign_id: int
    campaign_name: str
    edition_key: str
    subject: str
    channel: str
    touch_class: str
    state: str
    send_at: datetime
    sent_at: datetime | None
    reason: str
    outcome: str
    locale: str
    opened_at: datetime | None
    clicked_at: datetime | None
    mail_id: int | None


@dataclass(frozen=True, slots=True)
class EventLine:
    """One event of the contact; `data` as reported."""

    type: str
    actor: str
    occurred_at: datetime
    touch_id: UUID | None
    campaign_name: str | None
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class CadenceLine:
    """One change of the contact's gap."""

    changed_at: datetime
    gap_before: float
    gap_after: float
    reason: str


@dataclass(frozen=True, slots=True)
class ConsentLine:
    """One line of the consent ledger."""

    channel: str
    granted: bool
    source: str
    given_at: datetime


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


@dataclass(frozen=True, slots=True)
class ContactPage:
    """All of it; every list newest first, and at most `LIMIT` long."""

    contact: ContactFacts
    touches: list[TouchLine]
    events: list[EventLine]
    changes: list[CadenceLine]
    signals: list[SignalLine]
    consents: list[ConsentLine]
    suppressions: list[SuppressionLine]


FACTS = """
    SELECT c.id, c.external_id, c.email, c.phone, c.first_name, c.last_name, c.company, i.key AS industry_key,
           i.names AS industry_names, i.min_gap, i.target_gap, i.max_gap, c.language, c.time_zone, c.country,
           c.customer_since, c.attributes, c.may_email, c.may_sms, c.created_at, r.gap, r.started_at, r.last_touch_at,
           r.next_due_at, r.paused_until, r.waiting
    FROM contacts c JOIN industries i ON i.id = c.industry_id JOIN rhythms r ON r.contact_id = c.id
    WHERE c.id = %(id)s
"""
TOUCHES = """
    SELECT t.id, t.campaign_id, k.name AS campaign_name, e.key AS edition_key, t.channel, t.touch_class, t.state,
           t.send_at, t.sent_at, t.reason, t.outcome, t.locale, t.opened_at, t.clicked_at,
           COALESCE((SELECT x.subject FROM edition_contents x
                     WHERE x.edition_id = t.edition_id AND x.locale = t.locale), '') AS subject,
           (SELECT min(m.id) FROM mailbox_messages m WHERE m.touch_id = t.id) AS mail_id
    FROM touches t JOIN campaigns k ON k.id = t.campaign_id JOIN editions e ON e.id = t.edition_id
    WHERE t.contact_id = %(id)s ORDER BY COALESCE(t.sent_at, t.send_at) DESC, t.id LIMIT %(limit)s
"""
EVENTS = """
    SELECT v.type, v.actor, v.occurred_at, v.touch_id, k.name AS campaign_name, v.data
    FROM events v LEFT JOIN touches t ON t.id = v.touch_id LEFT JOIN campaigns k ON k.id = t.campaign_id
    WHERE v.contact_id = %(id)s ORDER BY v.occurred_at DESC, v.id DESC LIMIT %(limit)s
"""
CHANGES = """
    SELECT changed_at, gap_before, gap_after, reason FROM cadence_changes
    WHERE contact_id = %(id)s ORDER BY changed_at DESC, id DESC LIMIT %(limit)s
"""
SIGNALS = """
    SELECT kind, occurred_at, amount, currency, reference FROM signals
    WHERE contact_id = %(id)s ORDER BY occurred_at DESC, id DESC LIMIT %(limit)s
"""
CONSENTS = """
    SELECT channel, granted, source, given_at FROM consent_records
    WHERE contact_id = %(id)s ORDER BY given_at DESC, id DESC LIMIT %(limit)s
"""
SUPPRESSIONS = """
    SELECT s.channel, s.address, s.reason, s.since FROM suppressions s JOIN contacts c ON c.id = %(id)s
    WHERE (s.channel = 'email' AND s.address = lower(c.email)) OR (s.channel = 'sms' AND s.address = c.phone)
    ORDER BY s.since DESC LIMIT %(limit)s
"""


def load_contact_page(connection: psycopg.Connection, contact_id: int) -> ContactPage | None:
    """One contact's page, None if there is no such contact."""
    values = {"id": contact_id, "limit": LIMIT}
    with connection.cursor(row_factory=class_row(ContactFacts)) as cursor:
        contact = cursor.execute(FACTS, values).fetchone()
    if contact is None:
        return None
    with (
        connection.cursor(row_factory=class_row(TouchLine)) as touches,
        connection.cursor(row_factory=class_row(EventLine)) as events,
        connection.cursor(row_factory=class_row(CadenceLine)) as changes,
        connection.cursor(row_factory=class_row(SignalLine)) as signals,
        connection.cursor(row_factory=class_row(ConsentLine)) as consents,
        connection.cursor(row_factory=class_row(SuppressionLine)) as suppressions,
    ):
        return ContactPage(
            contact=contact,
            touches=touches.execute(TOUCHES, values).fetchall(),
            events=events.execute(EVENTS, values).fetchall(),
            changes=changes.execute(CHANGES, values).fetchall(),
            signals=signals.execute(SIGNALS, values).fetchall(),
            consents=consents.execute(CONSENTS, values).fetchall(),
            suppressions=suppressions.execute(SUPPRESSIONS, values).fetchall(),
        )
