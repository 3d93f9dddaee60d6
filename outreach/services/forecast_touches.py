"""Shows the coming days before they happen: the planner rehearsed in memory from where the ledger stands."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from outreach.db.queries.rehearsing import LoadedRehearsal, load_contact_ids, load_rehearsal
from outreach.db.session import Database
from outreach.domain.calendar.contact_calendar import ContactCalendar
from outreach.domain.errors import BadInput, Fault
from outreach.domain.planning.almanac import Cohort
from outreach.domain.planning.bounds import DAY
from outreach.domain.planning.forecast import (
    STEP,
    DayLoad,
    ForecastTouch,
    Runway,
    famine_by_day,
    feast_count,
    loads_by_day,
    rows,
    runways,
)
from outreach.domain.planning.rehearsal import Touches, sent_in, ticks
from outreach.domain.rhythm.band import RhythmBand

#: Contacts rehearsed at once; more would only take more memory.
BATCH = 100_000
#: As in `plan_touches`; a test holds the two together.
HORIZON = timedelta(hours=36)
LONGEST = 3 * 366


@dataclass(frozen=True, slots=True)
class WhatIf:
    """Another calendar or band for some industries (by key), to see what it would change."""

    calendars: Mapping[str, ContactCalendar] = field(default_factory=dict)
    bands: Mapping[str, RhythmBand] = field(default_factory=dict)

    @classmethod
    def of(cls, tried: Mapping[str, Any] | None) -> "WhatIf | None":
        """Of plain values: an industry's key, its calendar as a pack writes it, and its three gaps.

        Raises:
            BadInput: if the calendar or the band cannot be used.
        """
        if tried is None:
            return None
        key = tried["industry"]
        calendar = ContactCalendar.from_pack(tried["calendar"], place=key, path="calendar")
        return cls(calendars={key: calendar}, bands={key: RhythmBand(*tried["band"])})


@dataclass(frozen=True, slots=True)
class Forecast:
    """What is to be expected if nobody answers.

    Attributes:
        start: from when. contacts: how many were rehearsed. reachable: how many of them can be reached.
        days: touches and famine of each day. runways: of each industry.
        famine: contacts that will be in famine on some day. feast: touches closer than the shortest gap.
        touches: every single one, by instant.
    """

    start: datetime
    contacts: int
    reachable: int
    days: list[DayLoad]
    runways: list[Runway]
    famine: int
    feast: int
    touches: list[ForecastTouch]

    def as_json(self) -> dict[str, Any]:
        """The forecast as plain values."""
        return {
            "start": self.start.isoformat(),
            "contacts": self.contacts,
            "reachable": self.reachable,
            "touches": sum(day.total for day in self.days),
            "contacts_in_famine": self.famine,
            "touches_too_close": self.feast,
            "days": [{"day": day.day.isoformat(), "touches": day.touches, "famine": day.famine} for day in self.days],
            "content_runway": [
                {
                    "industry": one.industry,
                    "contacts": one.contacts,
                    "dry": one.dry,
                    "dry_from": one.dry_from.isoformat() if one.dry_from else None,
                }
                for one in self.runways
            ],
            "rows": [
                {
                    "contact_id": touch.contact_id,
                    "send_at": touch.send_at.isoformat(),
                    "channel": touch.channel,
                    "campaign": touch.campaign_key,
                    "edition": touch.edition_key,
                }
                for touch in self.touches
            ],
        }


def forecast_touches(
    *,
    db: Database,
    now: datetime,
    days: int,
    industry: str | None = None,
    contact_id: int | None = None,
    external_id: str | None = None,
    what_if: WhatIf | None = None,
    with_rows: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Forecast:
    """The forecast for everybody, an industry (by key) or a contact (by id or by the id the customer list gives it).

    Without answers the learnt gaps only lengthen, so this is the quietest the coming days will be. What the planner
    then does under a clock that is led by the hand is the same, row for row (tests/services/test_replay_plan.py).

    Args:
        with_rows: also every single touch; for many contacts that is a long list.
        progress: told (done, of how many) as it goes.

    Raises:
        BadInput: if there is nobody to forecast for, or the days are not 1 to `LONGEST`.
    """
    if not 1 <= days <= LONGEST:
        mend = "Ask for another number of days."
        raise BadInput([Fault("forecast", f"a forecast reaches 1 to {LONGEST} days ahead", mend, value=str(days))])
    with db.raw_transaction() as connection:
        ids = load_contact_ids(connection, industry=industry, contact_id=contact_id, external_id=external_id)
    if not ids:
        whom = f"industry {industry}" if industry else external_id or str(contact_id or "everybody")
        raise BadInput([Fault("forecast", "there is no contact to forecast for", "Check the name.", value=whom)])
    batches = [ids[start : start + BATCH] for start in range(0, len(ids), BATCH)]
    parts = [
        _batch(db, some, now=now, days=days, what_if=what_if, with_rows=with_rows, progress=told)
        for some, told in zip(batches, _shares(len(batches), progress), strict=True)
    ]
    return _joined(parts)


def _shares(count: int, progress: Callable[[int, int], None] | None) -> Iterator[Callable[[int, int], None]]:
    """For each of `count` batches, who to tell how far it is."""
    for number in range(count):

        def told(done: int, total: int, number: int = number) -> None:
            if progress:
                progress(number * total + done, count * total)

        yield told


def _batch(
    db: Database,
    ids: list[int],
    *,
    now: datetime,
    days: int,
    what_if: WhatIf | None,
    with_rows: bool,
    progress: Callable[[int, int], None],
) -> Forecast:
    with db.raw_transaction() as connection:
        loaded = load_rehearsal(connection, ids, now=now, until=now + timedelta(days=days), horizon=HORIZON)
    if what_if:
        _suppose(loaded, what_if)
    rehearsal = loaded.rehearsal
    # When each was last heard of before anything that is still planned.
    heard_at = rehearsal.contacts.famine_from - rehearsal.contacts.max_gap * DAY
    instants = ticks(now, days=days, step=STEP)
    for number, instant in enumerate(instants, start=1):
        rehearsal.tick(instant)
        progress(number, len(instants))
    touches = sent_in(Touches.joined(rehearsal.touches), start=now, end=now + timedelta(days=days))
    reachable = np.flatnonzero(rehearsal.contacts.channels.any(axis=1))
    silent, hungry = famine_by_day(
        touches, heard_at=heard_at, max_gap=rehearsal.contacts.max_gap, reachable=reachable, start=now, days=days
    )
    return Forecast(
        start=now,
        contacts=len(ids),
        reachable=len(reachable),
        days=loads_by_day(touches, rehearsal.offers, silent, start=now),
        runways=runways(rehearsal.contacts, rehearsal.dry_from, loaded.industries),
        famine=len(hungry),
        feast=feast_count(touches, min_gap=rehearsal.contacts.min_gap),
        touches=rows(touches, rehearsal.contacts, rehearsal.offers) if with_rows else [],
    )


def _suppose(loaded: LoadedRehearsal, what_if: WhatIf) -> None:
    """Lets other calendars and bands hold for the contacts of some industries."""
    rehearsal, contacts = loaded.rehearsal, loaded.rehearsal.contacts
    cohorts = list(rehearsal.cohorts)
    for number, key in enumerate(loaded.industries):
        members = contacts.industry == number
        calendar, band = what_if.calendars.get(key), what_if.bands.get(key)
        if calendar is not None:
            for place in np.unique(contacts.cohort[members]).tolist():
                cohorts[place] = Cohort(calendar, cohorts[place].zone, cohorts[place].place)
        if band is not None:
            longer = band.max_gap - contacts.max_gap[members]
            contacts.famine_from[members] += longer * DAY
            contacts.min_gap[members], contacts.max_gap[members] = band.min_gap, band.max_gap
            bands = rehearsal.learners.bands
            bands.min_gap[members], bands.max_gap[members] = band.min_gap, band.max_gap
            bands.target_gap[members] = band.target_gap
            contacts.gap[members] = np.clip(contacts.gap[members], band.min_gap, band.max_gap)
    rehearsal.cohorts = cohorts


def _joined(parts: list[Forecast]) -> Forecast:
    """The forecasts of several batches as one."""
    if len(parts) == 1:
        return parts[0]
    days = [
        DayLoad(
            day=same[0].day,
            touches={
                channel: sum(load.touches.get(channel, 0) for load in same)
                for channel in sorted({channel for load in same for channel in load.touches})
            },
            famine=sum(load.famine for load in same),
        )
        for same in zip(*(part.days for part in parts), strict=True)
    ]
    by_industry: dict[str, list[Runway]] = {}
    for runway in (runway for part in parts for runway in part.runways):
        by_industry.setdefault(runway.industry, []).append(runway)
    joined = [
        Runway(
            industry=key,
            contacts=sum(one.contacts for one in some),
            dry=sum(one.dry for one in some),
            dry_from=min((one.dry_from for one in some if one.dry_from), default=None),
        )
        for key, some in by_industry.items()
    ]
    touches = [touch for part in parts for touch in part.touches]
    return Forecast(
        start=parts[0].start,
        contacts=sum(part.contacts for part in parts),
        reachable=sum(part.reachable for part in parts),
        days=days,
        runways=sorted(joined, key=lambda one: (one.dry_from is None, one.dry_from, one.industry)),
        famine=sum(part.famine for part in parts),
        feast=sum(part.feast for part in parts),
        touches=sorted(touches, key=lambda touch: (touch.send_at, touch.contact_id)),
    )
