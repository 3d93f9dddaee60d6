"""Contacts and offers for planning tests: plain and plausible, so that a test says only what matters to it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from outreach.domain.calendar.contact_calendar import ContactCalendar
from outreach.domain.calendar.hours import Hours
from outreach.domain.calendar.season import Season, Stance
from outreach.domain.planning.plan import plan_contact
from outreach.domain.planning.values import Decision, Offer, PlannedTouch, PlanningContact, RecentTouch
from outreach.domain.rhythm.band import RhythmBand
from outreach.domain.touch import Channel, TouchClass

#: A Tuesday morning in September.
NOW = datetime(2026, 9, 8, 9, 30, tzinfo=UTC)
HORIZON = timedelta(days=2)

OFFICE_HOURS = ((Hours(9 * 60, 17 * 60),),) * 5 + ((), ())
ALWAYS_OPEN = ContactCalendar(hours=((Hours(0, 1440),),) * 7, closed_on_holidays=False)


def a_season(stance: Stance, first: str, last: str, name: str = "stocktaking") -> Season:
    return Season(name, name, stance, dates=((date.fromisoformat(first), date.fromisoformat(last)),))


def a_calendar(*seasons: Season, hours: tuple[tuple[Hours, ...], ...] = OFFICE_HOURS) -> ContactCalendar:
    return ContactCalendar(hours=hours, seasons=seasons, closed_on_holidays=False)


def a_touch(at: datetime, campaign: str = "newsletter", **other: Any) -> RecentTouch:
    values = {"channel": Channel.EMAIL, "touch_class": TouchClass.RELATIONSHIP, **other}
    return RecentTouch(at=at, campaign_key=campaign, campaign_name=campaign.title(), **values)


def a_contact(*touched: datetime, **other: Any) -> PlanningContact:
    """A contact with a gap of 14 days in a band of 6 to 35, touched at `touched`; due by its last touch, else today."""
    band = other.get("band", RhythmBand(6, 14, 35))
    gap = other.get("gap", 14.0)
    last = max(touched, default=None)
    values: dict[str, Any] = {
        "contact_id": 7,
        "industry_key": "shops",
        "calendar": a_calendar(),
        "band": band,
        "zone": ZoneInfo("Europe/London"),
        "country": "GB",
        "customer_since": date(2024, 3, 8),
        "gap": gap,
        "due_at": last + timedelta(days=gap) if last else NOW,
        "famine_from": (last or NOW) + timedelta(days=band.max_gap),
        "channels": frozenset({Channel.EMAIL, Channel.SMS}),
        "recent": tuple(a_touch(at) for at in sorted(touched, reverse=True)),
    }
    return PlanningContact(**(values | other))


def an_offer(edition_id: int = 1, **other: Any) -> Offer:
    """An evergreen letter that everybody may get once."""
    values: dict[str, Any] = {
        "edition_id": edition_id,
        "edition_key": f"edition-{edition_id}",
        "campaign_key": "letters",
        "campaign_name": "Letters",
        "channel": Channel.EMAIL,
        "touch_class": TouchClass.RELATIONSHIP,
        "priority": 50,
        "opens_on": date(2020, 1, 1),
        "closes_on": date(2040, 1, 1),
    }
    return Offer(**(values | other))


def decide(contact: PlanningContact, *offers: Offer, now: datetime = NOW, horizon: timedelta = HORIZON) -> Decision:
    return plan_contact(contact, offers, now=now, horizon=horizon)


def planned(decision: Decision) -> PlannedTouch:
    assert decision.touch is not None, decision
    return decision.touch


def after(contact: PlanningContact, touch: PlannedTouch) -> PlanningContact:
    """`contact` once `touch` has been sent, as the ledger would tell it."""
    sent = RecentTouch(
        touch.send_at, touch.offer.channel, touch.offer.touch_class, touch.offer.campaign_key, touch.offer.campaign_name
    )
    return replace(
        contact,
        recent=(sent, *contact.recent),
        had_editions=contact.had_editions | {touch.offer.edition_id},
        invited={edition: span for edition, span in contact.invited.items() if edition != touch.offer.edition_id},
        due_at=touch.send_at + timedelta(days=contact.gap),
        famine_from=touch.send_at + timedelta(days=contact.band.max_gap),
    )


def lived(
    contact: PlanningContact,
    offers: Sequence[Offer],
    *,
    days: int,
    now: datetime = NOW,
    horizon: timedelta = HORIZON,
) -> list[tuple[datetime, PlanningContact, Decision]]:
    """Every look of the planner at `contact` over `days`: when, what it saw, what it decided; touches are sent."""
    looks = []
    end = now + timedelta(days=days)
    while now < end:
        decision = decide(contact, *offers, now=now, horizon=horizon)
        assert decision.look_again_at > now
        looks.append((now, contact, decision))
        if decision.touch is not None:
            contact = after(contact, decision.touch)
        now = decision.look_again_at
    return looks
