"""Applies a pack: makes the database say what the pack says, in one transaction, and reports the difference."""

import json
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from outreach.db.queries.packs import (
    Change,
    add_links,
    lock_packs,
    look_again,
    merge_business,
    merge_campaign,
    merge_edition,
    merge_industry,
    merge_text,
    retire_campaigns,
    retire_editions,
)
from outreach.db.session import Database
from outreach.intake.pack_schema import CampaignEntry, IndustryEntry
from outreach.intake.packs import Pack, read_pack


@dataclass(frozen=True, slots=True)
class PackDiff:
    """What applying a pack changed, in the order of the pack."""

    pack: str
    changes: tuple[Change, ...]

    @property
    def differing(self) -> tuple[Change, ...]:
        """Everything that was added, changed or stopped."""
        return tuple(change for change in self.changes if change.what != "unchanged")

    def counts(self) -> dict[str, Counter[str]]:
        """How many were added, changed, stopped and left unchanged, per kind."""
        table: dict[str, Counter[str]] = {}
        for change in self.changes:
            table.setdefault(change.kind, Counter())[change.what] += 1
        return table


def apply_pack(*, db: Database, folder: Path, now: datetime) -> PackDiff:
    """Applies the pack in `folder`; applying it again changes nothing.

    History is never deleted. An industry that the pack no longer names stays as it is; a campaign or an edition is
    stopped, and what is planned of it is taken back.

    Raises:
        BadInput: with everything that is wrong with the pack; nothing of it was applied.
    """
    pack = read_pack(folder)
    with db.transaction() as session:
        lock_packs(session)
        changes = [merge_business(session, key=pack.key, values=_business(pack), now=now)]
        for industry in pack.industries:
            changes.append(merge_industry(session, key=industry.key, values=_industry(industry), now=now))
        for campaign in pack.campaigns:
            changes += _apply_campaign(session, pack, campaign, now=now)
        changes += retire_campaigns(session, declared=[one.key for one in pack.campaigns], now=now)
        diff = PackDiff(pack.key, tuple(changes))
        if diff.differing:
            look_again(session, now=now)
    return diff


def _apply_campaign(session: Session, pack: Pack, campaign: CampaignEntry, *, now: datetime) -> list[Change]:
    stream = merge_campaign(session, key=campaign.key, values=_campaign(campaign), now=now)
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
        add_links(session, edition=edition, urls=list(urls))
    declared = [entry.key for entry in campaign.editions]
    return changes + retire_editions(session, campaign=stream, declared=declared, now=now)


def _business(pack: Pack) -> dict[str, Any]:
    return {
        "pack": pack.key,
        **pack.business.model_dump(),
        "locales": list(pack.locales),
        "default_locale": pack.default_locale,
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


def _campaign(campaign: CampaignEntry) -> dict[str, Any]:
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
        "needs": dict(campaign.needs),
        "active": True,
    }
