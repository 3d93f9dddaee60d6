"""Contacts as arrays: everything decisions about many of them need, one place a contact."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Self

import numpy as np
from numpy.typing import NDArray

from outreach.domain.planning.almanac import CHANNELS, Cohort, Flags, Floats, Ints, seconds
from outreach.domain.planning.offers import Offers
from outreach.domain.planning.values import PlanningContact
from outreach.domain.rhythm.hours import HALVES
from outreach.domain.rhythm.load import load_of

#: "There was none", as an instant.
NEVER = -np.inf

_MONTHS_BEFORE_1970 = 1970 * 12


@dataclass(slots=True)
class Contacts:
    """Contacts by place; instants are seconds since 1970 (UTC), `NEVER` for none, gaps are days.

    Attributes:
        id: database id; also the seed of every reproducible dither.
        cohort: number in the almanac. industry: row of `Offers.industries`.
        channels: may be reached on (contacts x `CHANNELS`).
        min_gap, max_gap: of the band; `min_gap` is at least what the contact asked for.
        gap: present cadence, inside the band.
        due_at, famine_from, paused_until: as in `PlanningContact`.
        last_at: newest touch of any kind, planned ones included.
        recent_at, recent_load, recent_campaign: touches made and planned, newest first (contacts x touches); a
            campaign that is none of `Offers.campaigns` is -1.
        since_month, since_day: of `customer_since`, months counted from January 1970; -1 if unknown.
        had: editions a contact already has a touch of (contacts x offers).
        kept_at: newest touch of each anniversary campaign (contacts x `Offers.anniversaries`).
        invited_from, invited_until: first and last day (ordinals) of the open invitation to each edition that asks for
            one (contacts x invitations), 0 for none.
        needs: bits of the needs of campaigns that a contact meets.
        not_before: no ordinary touch before this, because the planner catches up after an outage.
        rests_until, promotions_from: no ordinary touch, and no promotion, before this, because of a recovery case.
        favours_half: number in `HALVES`. favours_channel: number in `CHANNELS`, -1 for neither.
    """

    id: Ints
    cohort: Ints
    industry: Ints
    channels: Flags
    min_gap: Floats
    max_gap: Floats
    gap: Floats
    due_at: Floats
    famine_from: Floats
    paused_until: Floats
    last_at: Floats
    recent_at: Floats
    recent_load: Floats
    recent_campaign: Ints
    since_month: Ints
    since_day: Ints
    had: Flags
    kept_at: Floats
    invited_from: NDArray[np.int32]
    invited_until: NDArray[np.int32]
    needs: Ints
    not_before: Floats
    rests_until: Floats
    promotions_from: Floats
    favours_half: NDArray[np.int8]
    favours_channel: NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.id)

    def at(self, places: Ints | Flags) -> Self:
        """The contacts at these places."""
        return type(self)(*(getattr(self, one.name)[places] for one in fields(self)))

    def seeing(self, places: Ints, offers: Ints) -> Self:
        """The contacts at these places, as far as these offers are concerned."""
        columns = {one.name: getattr(self, one.name)[places] for one in fields(self) if one.name != "had"}
        return type(self)(**columns, had=self.had[np.ix_(places, offers)])

    @classmethod
    def of(
        cls, contacts: Sequence[PlanningContact], offers: Offers, *, industries: Sequence[str]
    ) -> tuple[Self, list[Cohort]]:
        """The arrays of `contacts`, and their cohorts."""
        cohorts: dict[Cohort, int] = {}
        cohort = [cohorts.setdefault(Cohort(c.calendar, c.zone, c.country), len(cohorts)) for c in contacts]
        most = max((len(c.recent) for c in contacts), default=0)
        recent_at = np.full((len(contacts), most), NEVER)
        recent_load = np.zeros((len(contacts), most))
        recent_campaign = np.full((len(contacts), most), -1, np.int64)
        kept_at = np.full((len(contacts), len(offers.anniversaries)), NEVER)
        campaigns = {key: number for number, key in enumerate(offers.campaigns)}
        anniversaries = {key: number for number, key in enumerate(offers.anniversaries)}
        for place, contact in enumerate(contacts):
            newest_first = sorted(contact.recent, key=lambda touch: touch.at, reverse=True)
            for order, touch in enumerate(newest_first):
                recent_at[place, order] = seconds(touch.at)
                recent_load[place, order] = load_of(touch.touch_class, touch.channel)
                recent_campaign[place, order] = campaigns.get(touch.campaign_key, -1)
                kept = anniversaries.get(touch.campaign_key)
                if kept is not None:
                    kept_at[place, kept] = max(kept_at[place, kept], seconds(touch.at))
        asking = [offers.offers[place].edition_id for place in offers.invitations.tolist()]
        spans = np.array([[_span(c, edition) for edition in asking] for c in contacts], np.int32).reshape(
            len(contacts), len(asking), 2
        )
        min_gap = np.array([max(c.band.min_gap, c.floor_gap) for c in contacts], float)
        max_gap = np.array([max(c.band.max_gap, c.floor_gap) for c in contacts], float)
        last_at = np.array([_seconds(c.last_at) for c in contacts], float)
        since = [c.customer_since for c in contacts]
        made = cls(
            id=np.array([c.contact_id for c in contacts], np.int64),
            cohort=np.array(cohort, np.int64),
            industry=np.array([industries.index(c.industry_key) for c in contacts], np.int64),
            channels=np.array([[channel in c.channels for channel in CHANNELS] for c in contacts], bool).reshape(-1, 2),
            min_gap=min_gap,
            max_gap=max_gap,
            gap=np.clip(np.array([c.gap for c in contacts], float), min_gap, max_gap),
            due_at=np.array([seconds(c.due_at) for c in contacts], float),
            famine_from=np.array([seconds(c.famine_from) for c in contacts], float),
            paused_until=np.array([_seconds(c.paused_until) for c in contacts], float),
            last_at=np.maximum(last_at, recent_at.max(axis=1, initial=NEVER)),
            recent_at=recent_at,
            recent_load=recent_load,
            recent_campaign=recent_campaign,
            since_month=np.array([month_number(day.year, day.month) if day else -1 for day in since], np.int64),
            since_day=np.array([day.day if day else -1 for day in since], np.int64),
            had=np.array(
                [[offer.edition_id in c.had_editions for offer in offers.offers] for c in contacts], bool
            ).reshape(len(contacts), len(offers)),
            kept_at=kept_at,
            invited_from=spans[:, :, 0],
            invited_until=spans[:, :, 1],
            needs=np.array([offers.needs_of(c.attributes, c.refused_topics) for c in contacts], np.int64),
            not_before=np.array([_seconds(c.not_before) for c in contacts], float),
            rests_until=np.array([_seconds(c.rests_until) for c in contacts], float),
            promotions_from=np.array([_seconds(c.promotions_from) for c in contacts], float),
            favours_half=np.array([HALVES.index(c.favours_hours) for c in contacts], np.int8),
            favours_channel=np.array(
                [CHANNELS.index(c.favours_channel) if c.favours_channel in CHANNELS else -1 for c in contacts], np.int8
            ),
        )
        return made, list(cohorts)


def _span(contact: PlanningContact, edition_id: int) -> tuple[int, int]:
    opens_on, closes_on = contact.invited.get(edition_id, (None, None))
    return (opens_on.toordinal(), closes_on.toordinal()) if opens_on and closes_on else (0, 0)


def month_number(year: int, month: int) -> int:
    """Months from January 1970 to this month."""
    return year * 12 + month - 1 - _MONTHS_BEFORE_1970


def _seconds(at: datetime | None) -> float:
    return NEVER if at is None else seconds(at)
