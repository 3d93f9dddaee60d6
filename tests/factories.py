"""Small makers of rows, so that a test says only what matters to it. Everything else is plain and plausible.

Each takes a session, adds the row, flushes and hands back its id.
"""

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.db.models.contacts import ConsentRecord, Contact
from outreach.db.models.content import Business, Campaign, Edition, EditionContent, Industry, Link
from outreach.db.models.ledger import Touch
from outreach.db.models.recovery import RecoveryCase
from outreach.db.models.rhythm import Rhythm
from outreach.db.models.sign_ups import SignUpFormRow
from outreach.db.models.staff import Staff

#: A Tuesday morning in September; the same as the fixture `now`.
NOW = datetime(2026, 9, 8, 9, 30, tzinfo=UTC)

#: A calendar that is open round the clock, so that only quiet hours remain.
OPEN_ALL_WEEK: dict[str, Any] = {
    "hours": {day: ["00:00-24:00"] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")},
    "holidays": "ignore",
    "seasons": [],
}

_numbers = count(1)


def a_business(session: Session, **values: Any) -> int:
    """The business that writes."""
    defaults: dict[str, Any] = {
        "pack": "test",
        "name": "Hearth & Home Energy",
        "sender_name": "Carys",
        "sender_email": "carys@hearth.example",
        "reply_to": "hello@hearth.example",
        "postal_address": "1 High Street, Cardiff",
        "phone": "+44 29 2018 0000",
        "website": "https://hearth.example",
        "colour": "#b4451f",
        "locales": ["en", "cy", "zh-Hans", "es", "fr", "de", "ar"],
        "default_locale": "en",
        "updated_at": NOW,
    }
    business = Business(**(defaults | values))
    session.add(business)
    session.flush()
    return business.id


def an_industry(session: Session, key: str = "restaurants", **values: Any) -> int:
    """An industry with a band of 6, 14 and 35 days; the one that has this key already, if there is one."""
    there = session.scalar(select(Industry.id).where(Industry.key == key))
    if there is not None:
        return there
    defaults: dict[str, Any] = {
        "key": key,
        "names": {"en": key.title()},
        "min_gap": 6.0,
        "target_gap": 14.0,
        "max_gap": 35.0,
        "calendar": {"hours": {"tue": ["09:00-17:00"]}, "holidays": "ignore", "seasons": []},
        "updated_at": NOW,
    }
    industry = Industry(**(defaults | values))
    session.add(industry)
    session.flush()
    return industry.id


def a_contact(
    session: Session, *, industry_id: int | None = None, last_touch_at: datetime | None = None, **values: Any
) -> int:
    """A contact who may be mailed and texted, with its consent on record and a rhythm at the target gap."""
    number = next(_numbers)
    defaults: dict[str, Any] = {
        "external_id": f"C{number:05}",
        "email": f"anna{number}@example.com",
        "phone": f"+44770090{number:04}",
        "first_name": "Anna",
        "last_name": "Evans",
        "company": "The Blue Door",
        "industry_id": industry_id or an_industry(session),
        "language": "en",
        "time_zone": "Europe/London",
        "country": "GB",
        "customer_since": date(2024, 3, 1),
        "may_email": True,
        "may_sms": True,
        "created_at": NOW - timedelta(days=400),
        "updated_at": NOW - timedelta(days=400),
    }
    contact = Contact(**(defaults | values))
    session.add(contact)
    session.flush()
    for channel, granted in (("email", contact.may_email), ("sms", contact.may_sms)):
        record = {"contact_id": contact.id, "channel": channel, "granted": granted, "source": "import test row 2"}
        session.add(ConsentRecord(**record, given_at=contact.created_at, recorded_at=contact.created_at))
    a_rhythm(session, contact_id=contact.id, last_touch_at=last_touch_at)
    return contact.id


def a_rhythm(session: Session, *, contact_id: int, last_touch_at: datetime | None = None, **values: Any) -> int:
    """The rhythm of a contact: 14 days, due after its last touch."""
    started_at = NOW - timedelta(days=400)
    defaults: dict[str, Any] = {
        "contact_id": contact_id,
        "gap": 14.0,
        "started_at": started_at,
        "last_touch_at": last_touch_at,
        "next_due_at": (last_touch_at or started_at) + timedelta(days=14),
        # Not overdue: the planner spreads what it finds overdue as after an outage.
        "look_at": max((last_touch_at or started_at) + timedelta(days=14), NOW),
        "waiting_code": "",
        "updated_at": NOW,
    }
    rhythm = Rhythm(**(defaults | values))
    session.add(rhythm)
    session.flush()
    return contact_id


def a_campaign(session: Session, **values: Any) -> int:
    """A monthly newsletter by email."""
    number = next(_numbers)
    defaults: dict[str, Any] = {
        "key": f"newsletter-{number}",
        "name": "Monthly newsletter",
        "purpose": "One short letter a month.",
        "touch_class": "relationship",
        "channel": "email",
        "priority": 50,
        "rule": "issue",
        "updated_at": NOW,
    }
    campaign = Campaign(**(defaults | values))
    session.add(campaign)
    session.flush()
    return campaign.id


def an_edition(session: Session, *, campaign_id: int | None = None, **values: Any) -> int:
    """An edition of September 2026."""
    number = next(_numbers)
    defaults: dict[str, Any] = {
        "campaign_id": campaign_id or a_campaign(session),
        "key": f"2026-09-{number}",
        "position": number,
        "opens_on": date(2026, 9, 1),
        "closes_on": date(2026, 9, 30),
        "updated_at": NOW,
    }
    edition = Edition(**(defaults | values))
    session.add(edition)
    session.flush()
    return edition.id


def a_content(session: Session, *, edition_id: int, locale: str = "en", **values: Any) -> int:
    """The text of an edition in one locale."""
    defaults: dict[str, Any] = {
        "subject": "Before the frost",
        "preheader": "A short list.",
        "body": '::: value\nHello {{ contact.first_name | default("there") }}.\n:::\n',
        "updated_at": NOW,
    }
    content = EditionContent(edition_id=edition_id, locale=locale, **(defaults | values))
    session.add(content)
    session.flush()
    return content.id


def a_link(session: Session, *, edition_id: int, url: str = "https://hearth.example/book") -> int:
    """A tracked target of an edition."""
    link = Link(edition_id=edition_id, url=url)
    session.add(link)
    session.flush()
    return link.id


def a_touch(session: Session, *, contact_id: int, edition_id: int | None = None, **values: Any) -> UUID:
    """An email touch, planned for `NOW` unless `state` (and `sent_at`) say otherwise."""
    edition_id = edition_id or an_edition(session)
    campaign_id = session.scalars(select(Edition.campaign_id).where(Edition.id == edition_id)).one()
    channel = values.get("channel", "email")
    contact = session.get_one(Contact, contact_id)
    defaults: dict[str, Any] = {
        "id": uuid4(),
        "contact_id": contact_id,
        "campaign_id": campaign_id,
        "edition_id": edition_id,
        "channel": channel,
        "touch_class": "relationship",
        "state": "planned",
        "decided_at": NOW - timedelta(days=1),
        "send_at": values.get("sent_at") or NOW,
        "reason_code": "due.rhythm",
        "reason_numbers": {},
        "reason": "14 days since the last touch.",
        "gap": 14.0,
        "locale": "en" if values.get("sent_at") else "",
        "address": (contact.phone if channel == "sms" else contact.email) if values.get("sent_at") else "",
    }
    touch = Touch(**(defaults | values))
    session.add(touch)
    session.flush()
    return touch.id


def a_sent_touch(session: Session, *, contact_id: int, sent_at: datetime, **values: Any) -> UUID:
    """An email touch that left at `sent_at`."""
    return a_touch(
        session, contact_id=contact_id, sent_at=sent_at, **({"state": "sent", "provider": "mailbox"} | values)
    )


def a_staff_member(session: Session, **values: Any) -> int:
    """A colleague; nobody signs in with this password."""
    number = next(_numbers)
    defaults: dict[str, Any] = {
        "email": f"colleague{number}@hearth.example",
        "name": f"Colleague {number}",
        "password": "not a hash",
        "fs_uniquifier": f"colleague {number}",
        "created_at": NOW,
    }
    staff = Staff(**(defaults | values))
    session.add(staff)
    session.flush()
    return staff.id


def a_sign_up_form(session: Session, key: str = "news", **values: Any) -> int:
    """A form in English, German and Arabic that asks for everything and offers no topics."""
    defaults: dict[str, Any] = {
        "key": key,
        "titles": {"en": "News from the hearth", "de": "Neues vom Herd", "ar": "أخبار المدفأة"},
        "wordings": {"en": "Please write to me.", "de": "Bitte schreibt mir.", "ar": "راسلوني من فضلكم."},
        "industry_id": values.get("industry_id") or an_industry(session),
        "time_zone": "Europe/London",
        "country": "GB",
        "asks": ["first_name", "phone", "language"],
        "updated_at": NOW,
    }
    form = SignUpFormRow(**(defaults | values))
    session.add(form)
    session.flush()
    return form.id


def a_case(session: Session, *, contact_id: int, opened_at: datetime = NOW, **values: Any) -> int:
    """An open recovery case."""
    defaults: dict[str, Any] = {
        "opened_at": opened_at,
        "since": opened_at,
        "reference": f"test {next(_numbers)}",
        "words": "The house is cold.",
        "answer_due_at": opened_at + timedelta(days=2),
        "solve_due_at": opened_at + timedelta(days=14),
    }
    case = RecoveryCase(contact_id=contact_id, **(defaults | values))
    session.add(case)
    session.flush()
    return case.id
