"""Applies a pack: makes the database say what the pack says, in one transaction, and reports the difference."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from outreach.db.queries.calendar_versions import clip_gaps, load_waiting_touches, lock_rhythms_of, store_version
from outreach.db.queries.due_services import look_at_services_anew
from outreach.db.queries.journeys import store_version as store_journey_version
from outreach.db.queries.packs import (
    Change,
    add_links,
    lock_packs,
    look_again,
    merge_business,
    merge_campaign,
    merge_declared_offer,
    merge_edition,
    merge_industry,
    merge_journey,
    merge_service,
    merge_sign_up_form,
    merge_text,
    retire_campaigns,
    retire_declared_offers,
    retire_editions,
    retire_journeys,
    retire_services,
    retire_sign_up_forms,
)
from outreach.db.queries.plans import load_campaign_plans, load_industry_rules
from outreach.db.queries.take_back import TakeBack, take_back_planned
from outreach.db.session import Database, driver_connection
from outreach.domain.calendar.diff import CalendarDifference, band_differences, differences
from outreach.domain.care.loyalty import STANDING, Standing
from outreach.domain.planning.feasibility import FeasibilityWarning, IndustryRules, feasibility_warnings
from outreach.domain.planning.taking_back import Rules, taken_back
from outreach.intake.offers import OfferEntry, carried_standings
from outreach.intake.pack_schema import BusinessEntry, CampaignEntry, IndustryEntry, ServiceEntry, SignUpFormEntry
from outreach.intake.packs import Pack, read_pack


@dataclass(frozen=True, slots=True)
class CalendarChange:
    """An industry whose calendar or band is another one now.

    Attributes:
        industry: its key. version: the new one.
        differences: what differs, this year and next, where most of its contacts live.
        moved: planned touches that the new version no longer allows; they are taken back and planned anew.
        clipped: contacts whose gap was outside the new band and was brought inside.
    """

    industry: str
    version: int
    differences: tuple[CalendarDifference, ...]
    moved: int
    clipped: int


@dataclass(frozen=True, slots=True)
class PackDiff:
    """What applying a pack changed, in the order of the pack.

    Attributes:
        pack: its key.
        calendars: what changed calendars and bands come to.
        warnings: what the whole plan, as it stands now, can never do.
    """

    pack: str
    changes: tuple[Change, ...]
    calendars: tuple[CalendarChange, ...] = ()
    warnings: tuple[FeasibilityWarning, ...] = ()

    @property
    def differing(self) -> tuple[Change, ...]:
        """Everything that was added, changed or stopped."""
        return tuple(change for change in self.changes if change.what not in ("unchanged", "kept"))

    @property
    def kept(self) -> tuple[Change, ...]:
        """What the pack says otherwise and staff have edited; it was left alone."""
        return tuple(change for change in self.changes if change.what == "kept")

    def counts(self) -> dict[str, Counter[str]]:
        """How many were added, changed, stopped, kept and left unchanged, per kind."""
        table: dict[str, Counter[str]] = {}
        for change in self.changes:
            table.setdefault(change.kind, Counter())[change.what] += 1
        return table


def apply_pack(*, db: Database, folder: Path, now: datetime, preview: bool = False) -> PackDiff:
    """Applies the pack in `folder`; applying it again changes nothing.

    History is never deleted. An industry that the pack no longer names stays as it is; a campaign or an edition is
    stopped, and what is planned of it is taken back. Planned touches that a changed calendar or band no longer allows
    are taken back, too, so that they are planned anew. A pack without a business adds to what is there: it stops no
    campaign. What staff made or edited stays as they left it.

    Args:
        preview: find out all of this and change nothing.

    Raises:
        BadInput: with everything that is wrong with the pack; nothing of it was applied.
    """
    pack = read_pack(folder)
    with db.transaction() as session:
        lock_packs(session)
        before = {industry.key: industry for industry in load_industry_rules(driver_connection(session))}
        changes = _merge_pack(session, pack, now=now)
        industries = load_industry_rules(driver_connection(session))
        after = {industry.key: industry for industry in industries}
        calendars = [
            _change_calendar(session, change, before=before[change.key], after=after[change.key], pack=pack, now=now)
            for change in changes
            if change.touches_rules
        ]
        connection = driver_connection(session)
        for change in changes:
            if change.kind == "industry" and change.what == "added":
                store_version(connection, industry_id=change.row_id, source=f"pack {pack.key}", moved=0, now=now)
        fresh = [change.row_id for change in changes if change.kind == "edition" and change.what == "added"]
        warnings = feasibility_warnings(industries, load_campaign_plans(connection, fresh=fresh), today=now.date())
        diff = PackDiff(pack.key, tuple(changes), tuple(calendars), tuple(warnings))
        _wake(session, diff.differing, now=now)
        if preview:
            session.rollback()
    return diff


def _merge_pack(session: Session, pack: Pack, *, now: datetime) -> list[Change]:
    changes = []
    if pack.business is not None:
        changes.append(merge_business(session, key=pack.key, values=_business(pack, pack.business), now=now))
    for industry in pack.industries:
        changes.append(merge_industry(session, key=industry.key, values=_industry(industry), now=now))
    for campaign in pack.campaigns:
        changes += _apply_campaign(session, pack, campaign, now=now)
    if pack.business is not None:
        changes += retire_campaigns(session, declared=[one.key for one in pack.campaigns], now=now)
    industries = {change.key: change.row_id for change in changes if change.kind == "industry"}
    for form in pack.sign_up_forms:
        values = _sign_up_form(form, industry_id=industries[form.industry])
        changes.append(merge_sign_up_form(session, key=form.key, values=values, now=now))
    if pack.business is not None:
        changes += retire_sign_up_forms(session, declared=[one.key for one in pack.sign_up_forms], now=now)
        changes += _apply_journeys(session, pack, now=now)
        changes += _apply_services(session, pack, now=now)
        for offer in pack.offers:
            changes.append(merge_declared_offer(session, key=offer.key, values=_offer(offer), now=now))
        changes += retire_declared_offers(session, declared=[one.key for one in pack.offers], now=now)
    return changes


def _apply_journeys(session: Session, pack: Pack, *, now: datetime) -> list[Change]:
    """Whoever is in a journey that changes goes on as it was when they entered."""
    changes = [
        merge_journey(session, key=journey.key, definition=journey.definition(), now=now) for journey in pack.journeys
    ]
    connection = driver_connection(session)
    for change in changes:
        if change.what in ("added", "changed"):
            store_journey_version(connection, change.row_id, source=f"pack {pack.key}", now=now)
    return changes + retire_journeys(session, declared=[one.key for one in pack.journeys], now=now)


def _change_calendar(
    session: Session, change: Change, *, before: IndustryRules, after: IndustryRules, pack: Pack, now: datetime
) -> CalendarChange:
    """Takes back what the new rules forbid, brings gaps inside the band and writes the version down."""
    connection = driver_connection(session)
    lock_rhythms_of(connection, industry_id=change.row_id)
    old, new = Rules(before.calendar, before.band), Rules(after.calendar, after.band)
    reasons = [
        (touch.id, taken_back(touch, before=old, after=new))
        for touch in load_waiting_touches(connection, industry_id=change.row_id, now=now)
    ]
    takes = [TakeBack(touch_id, reason) for touch_id, reason in reasons if reason]
    moved = len(take_back_planned(connection, takes, now=now))
    clipped = clip_gaps(connection, industry_id=change.row_id, band=after.band, now=now)
    version = store_version(connection, industry_id=change.row_id, source=f"pack {pack.key}", moved=moved, now=now)
    told = [
        *band_differences(before.band, after.band),
        *differences(before.calendar, after.calendar, years=(now.year, now.year + 1), place=after.places[0]),
    ]
    return CalendarChange(change.key, version, tuple(told), moved, clipped)


def _apply_services(session: Session, pack: Pack, *, now: datetime) -> list[Change]:
    changes = [
        merge_service(session, key=entry.key, values=_service(entry, position), now=now)
        for position, entry in enumerate(pack.services, start=1)
    ]
    changes += retire_services(session, declared=[one.key for one in pack.services], now=now)
    if any(change.what != "unchanged" for change in changes):
        look_at_services_anew(driver_connection(session), now=now)
    return changes


def _wake(session: Session, differing: Sequence[Change], *, now: datetime) -> None:
    """Lets the planner look again at whomever the changes may concern."""
    if any(change.kind not in ("industry", "sign-up form", "offer", "service", "journey") for change in differing):
        look_again(session, now=now)
    elif rules := [change.row_id for change in differing if change.touches_rules]:
        look_again(session, industries=rules, now=now)


def _apply_campaign(session: Session, pack: Pack, campaign: CampaignEntry, *, now: datetime) -> list[Change]:
    standing = carried_standings(pack.offers).get(campaign.key)
    stream = merge_campaign(session, key=campaign.key, values=_campaign(campaign, standing), now=now)
    changes = [stream]
    for position, entry in enumerate(campaign.editions, start=1):
        dates = {"position": position, "opens_on": entry.opens_on, "closes_on": entry.closes_on}
        edition = merge_edition(session, campaign=stream, key=entry.key, values=dates, now=now)
        changes.append(edition)
        urls: dict[str, None] = {}
        for locale in pack.locales:
            text = pack.texts[campaign.key, entry.text, locale]
            values = {"subject": text.subject, "preheader": text.preheader, "body": text.body}
            changes.append(merge_text(session, edition=edition, locale=locale, values=values, now=now))
            urls |= dict.fromkeys(text.urls)
        # Also the addresses of texts that are kept: staff may restore the pack's words.
        add_links(session, edition=edition, urls=list(urls))
    declared = [entry.key for entry in campaign.editions]
    return changes + retire_editions(session, campaign=stream, declared=declared, now=now)


def _business(pack: Pack, business: BusinessEntry) -> dict[str, Any]:
    # A pack that says nothing about these leaves what there is.
    settings: dict[str, Any] = business.model_dump(
        include={"about_us_limit", "four_eyes_above", "escalate_to"}, exclude_none=True
    )
    if price := business.segment_price:
        settings |= {"segment_price": price.amount, "currency": price.currency}
    return {
        "pack": pack.key,
        **business.model_dump(exclude={"about_us_limit", "four_eyes_above", "escalate_to", "segment_price"}),
        **settings,
        "locales": list(pack.locales),
        "default_locale": pack.default_locale,
        "remedies": [remedy.model_dump() for remedy in pack.remedies],
        "bad_answers": list(pack.bad_answers),
        "review_links": [{"name": link.name, "url": link.url} for link in pack.review_links],
    }


def _industry(industry: IndustryEntry) -> dict[str, Any]:
    return {
        "names": dict(industry.name),
        "min_gap": industry.rhythm.min_gap,
        "target_gap": industry.rhythm.target_gap,
        "max_gap": industry.rhythm.max_gap,
        # Dates of a dated table may be written without quotes; the database keeps them as text.
        "calendar": json.loads(json.dumps(industry.calendar, default=str)),
    }


def _campaign(campaign: CampaignEntry, standing: Standing | None) -> dict[str, Any]:
    """A campaign's columns; one that carries an offer reaches only whom that is for."""
    return {
        "name": campaign.name,
        "purpose": campaign.purpose,
        "touch_class": campaign.touch_class.value,
        "channel": campaign.channel,
        "priority": campaign.priority,
        "rule": campaign.rule,
        "every_months": campaign.every_months,
        "window_days": campaign.window_days,
        "industries": list(campaign.industries),
        "needs": dict(campaign.needs) | ({STANDING: standing.value} if standing else {}),
        "exclusive": campaign.exclusive,
        "mergeable": campaign.mergeable,
        "topic": dict(campaign.topic),
        "task": campaign.task.value if campaign.task else "",
        "task_for": campaign.task_for or "valued",
        "task_questions": [dict(question) for question in campaign.task_questions],
        "active": True,
        # A pack that says nothing about these leaves what staff have chosen.
        **campaign.model_dump(include={"recurrence", "evergreen"}, exclude_none=True),
    }


def _sign_up_form(form: SignUpFormEntry, *, industry_id: int) -> dict[str, Any]:
    return {
        "titles": dict(form.title),
        "wordings": dict(form.wording),
        "industry_id": industry_id,
        "time_zone": form.time_zone,
        "country": form.country,
        "topics": list(form.topics),
        "asks": list(form.asks),
        "for_referrals": form.for_referrals,
        "active": True,
    }


def _offer(offer: OfferEntry) -> dict[str, Any]:
    terms = offer.declared.terms
    return {
        "names": dict(offer.name),
        "meant_for": offer.meant_for.value,
        "applies_to": offer.applies_to,
        "terms": {
            "kind": terms.kind.value,
            "value": terms.value,
            "currency": terms.currency,
            "gift": dict(offer.terms.gift or {}),
        },
        "starts_on": offer.starts,
        "ends_on": offer.ends,
        "early_access_days": offer.early_days,
        "campaigns": list(offer.campaigns),
        "early_campaigns": list(offer.early_campaigns),
        "as_good_as": dict(offer.as_good_as),
        "active": True,
    }


def _service(entry: ServiceEntry, position: int) -> dict[str, Any]:
    return {
        "names": dict(entry.name),
        **entry.model_dump(include={"interval_months", "lead_days", "attempts", "gap_days", "first", "campaign"}),
        "season": entry.season.model_dump(by_alias=True) if entry.season else {},
        "holder": entry.belongs_to.value,
        "industries": list(entry.industries),
        "needs": dict(entry.needs),
        "last_attribute": entry.last_attribute,
        "position": position,
        "active": True,
    }
