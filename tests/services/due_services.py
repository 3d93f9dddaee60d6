"""Makers for tests of services that come round."""

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.db.models.content import Campaign
from outreach.db.models.due_services import ServiceRow
from outreach.db.models.signals import Signal
from tests.factories import NOW, a_campaign, an_edition

CAMPAIGN = "due-services"
EDITIONS = ("first", "reminder", "last")


def a_campaign_that_asks(session: Session) -> int:
    """The campaign with its three editions, open for years; the one that is there if there is one."""
    there = session.scalar(select(Campaign.id).where(Campaign.key == CAMPAIGN))
    if there is not None:
        return there
    campaign = a_campaign(session, key=CAMPAIGN, name="Due services", touch_class="care", rule="invited", priority=90)
    for key in EDITIONS:
        years = {"opens_on": date(2020, 1, 1), "closes_on": date(2035, 12, 31)}
        an_edition(session, campaign_id=campaign, key=key, **years)
    return campaign


def a_service(session: Session, key: str = "chimney", **values: Any) -> int:
    """A service of the place, once a year from June to 20 September, of whoever has been a customer for a year."""
    a_campaign_that_asks(session)
    defaults: dict[str, Any] = {
        "key": key,
        "names": {"en": f"the {key}", "de": f"{key} (de)"},
        "interval_months": 12,
        "lead_days": 30,
        "season": {"from": "06-01", "to": "09-20"},
        "attempts": 3,
        "gap_days": 14,
        "holder": "place",
        "first": "customer_since + 12 months",
        "campaign": CAMPAIGN,
        "position": 1,
        "updated_at": NOW,
    }
    row = ServiceRow(**(defaults | values))
    session.add(row)
    session.flush()
    return row.id


def a_signal(session: Session, *, contact_id: int, kind: str = "visit", reference: str, **values: Any) -> int:
    """A visit that names a service."""
    row = Signal(contact_id=contact_id, kind=kind, reference=reference, **({"occurred_at": NOW} | values))
    session.add(row)
    session.flush()
    return row.id
