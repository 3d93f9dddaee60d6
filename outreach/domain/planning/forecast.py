"""A forecast: what a rehearsal of the coming days says about touches, silence and content."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np

from outreach.domain.planning.almanac import Floats, Ints, instant, seconds
from outreach.domain.planning.bounds import DAY
from outreach.domain.planning.contacts import Contacts
from outreach.domain.planning.offers import Offers
from outreach.domain.planning.rehearsal import Touches

#: Instants between two ticks of a rehearsal, short enough that every touch is planned well before it leaves.
STEP = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class DayLoad:
    """One civil day (UTC) of a forecast.

    Attributes:
        touches: by channel. famine: contacts whose silence has passed their longest gap on this day.
    """

    day: date
    touches: dict[str, int]
    famine: int

    @property
    def total(self) -> int:
        """Touches on all channels."""
        return sum(self.touches.values())


@dataclass(frozen=True, slots=True)
class Runway:
    """How long content lasts for the contacts of one industry.

    Attributes:
        contacts: how many can be reached. dry: how many of them run out of content before the end.
        dry_from: when the first of them does; None if nobody does.
    """

    industry: str
    contacts: int
    dry: int
    dry_from: datetime | None


@dataclass(frozen=True, slots=True)
class ForecastTouch:
    """One touch that is to be expected, without anybody's answer."""

    contact_id: int
    edition_id: int
    campaign_key: str
    edition_key: str
    channel: str
    send_at: datetime


def loads_by_day(touches: Touches, offers: Offers, silent: Ints, *, start: datetime) -> list[DayLoad]:
    """Touches and famine of each day from the day of `start`.

    Args:
        silent: contacts in famine on each day, from `famine_by_day`.
    """
    first = start.date()
    day = np.floor((touches.sent_at - seconds(start.replace(hour=0, minute=0, second=0, microsecond=0))) / DAY)
    channels = sorted({offer.channel for offer in offers.offers})
    counts = {}
    for channel in channels:
        of_channel = np.array([offer.channel == channel for offer in offers.offers], bool)[touches.offer]
        inside = day[of_channel].astype(np.int64)
        inside = inside[(inside >= 0) & (inside < len(silent))]
        counts[channel] = np.bincount(inside, minlength=len(silent))
    return [
        DayLoad(
            day=first + timedelta(days=place),
            touches={channel: int(counts[channel][place]) for channel in channels if counts[channel][place]},
            famine=int(silent[place]),
        )
        for place in range(len(silent))
    ]


def famine_by_day(
    touches: Touches, *, heard_at: Floats, max_gap: Floats, reachable: Ints, start: datetime, days: int
) -> tuple[Ints, Ints]:
    """How many of the `reachable` contacts are silent for longer than their longest gap on each day, and who ever is.

    Args:
        heard_at: when each contact last heard from us before the forecast, in seconds.
        max_gap: days.
    """
    begin = seconds(start.replace(hour=0, minute=0, second=0, microsecond=0))
    contact = np.concatenate([reachable, touches.contact])
    at = np.concatenate([heard_at[reachable], touches.sent_at])
    order = np.lexsort((at, contact))
    contact, at = contact[order], at[order]
    following = np.full(len(at), np.inf)
    following[:-1] = np.where(contact[1:] == contact[:-1], at[1:], np.inf)
    # Silence is famine from the end of the longest gap until the next touch.
    first = np.clip(np.ceil((at + max_gap[contact] * DAY - begin) / DAY), 0, days).astype(np.int64)
    last = np.clip(np.ceil((np.minimum(following, begin + days * DAY) - begin) / DAY), 0, days).astype(np.int64)
    hungry = last > first
    changes = np.bincount(first[hungry], minlength=days + 1) - np.bincount(last[hungry], minlength=days + 1)
    return np.cumsum(changes)[:days].astype(np.int64), np.unique(contact[hungry])


def feast_count(touches: Touches, *, min_gap: Floats) -> int:
    """How many touches come closer to the one before than the contact's shortest gap; service messages may."""
    order = np.lexsort((touches.sent_at, touches.contact))
    contact, at = touches.contact[order], touches.sent_at[order]
    close = (np.diff(contact) == 0) & (np.diff(at) < min_gap[contact[1:]] * DAY - 1)
    return int(close.sum())


def runways(contacts: Contacts, dry_from: Floats, industries: list[str]) -> list[Runway]:
    """The content runway of each industry, the first to run dry first."""
    found = []
    for number, industry in enumerate(industries):
        members = (contacts.industry == number) & contacts.channels.any(axis=1)
        dry = dry_from[members & np.isfinite(dry_from)]
        first = instant(float(dry.min())) if dry.size else None
        found.append(Runway(industry, int(members.sum()), int(dry.size), first))
    return sorted(found, key=lambda one: (one.dry_from is None, one.dry_from, one.industry))


def rows(touches: Touches, contacts: Contacts, offers: Offers) -> list[ForecastTouch]:
    """Every touch as a value, by instant and contact."""
    order = np.lexsort((contacts.id[touches.contact], touches.sent_at))
    told = []
    for contact, place, at in zip(
        contacts.id[touches.contact[order]].tolist(),
        touches.offer[order].tolist(),
        touches.sent_at[order].tolist(),
        strict=True,
    ):
        offer = offers.offers[place]
        told.append(
            ForecastTouch(
                contact, offer.edition_id, offer.campaign_key, offer.edition_key, str(offer.channel), instant(at)
            )
        )
    return told
