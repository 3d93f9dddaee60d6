"""What a contact's page answers at a glance: the last touch and the next, what was withheld, and how the gap came."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from outreach.db.queries.contact_page import ContactFacts, ContactPage, TouchLine, WithheldLine
from outreach.domain.calendar.remembered import remembered_calendar
from outreach.domain.calendar.windows import next_opening
from outreach.domain.planning.manners import ALLOWED_STANCES
from outreach.domain.reason import Reason
from outreach.domain.rhythm.caps import CAPS
from outreach.domain.rhythm.explain import sentence
from outreach.domain.rhythm.load import load_of
from outreach.domain.touch import Channel, TouchClass
from outreach.web.admin.contact_timeline import Contacting, contacted, made_at

#: Newest lines of what was withheld, and of what moved the gap.
SHOWN = 10
#: How far ahead an hour to write is looked for.
REACH = timedelta(days=120)
WAITING = frozenset({"planned", "claimed", "sending", "retry_wait"})


@dataclass(frozen=True, slots=True)
class Told:
    """A decision in a sentence."""

    at: datetime
    edition_key: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Pressure:
    """How much contact there was in the last `days` days, of `budget`, in plain letters."""

    days: float
    load: float
    budget: float


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers; each is None or empty where there is nothing to tell.

    Attributes:
        last, last_at: what ended the last silence, and when.
        planned: the next touch that is written down; `beaten` are campaigns that wanted its slot.
        withheld: what did not go, newest first.
        reachable: the next hour to write or call, by channel that may be used; None for none in sight.
        pressure: by window.
    """

    last: Contacting | None
    last_at: datetime | None
    planned: TouchLine | None
    beaten: list[str]
    withheld: list[Told]
    reachable: Mapping[str, datetime | None]
    pressure: list[Pressure]


def answers(page: ContactPage, *, now: datetime) -> Answers:
    """The answers of `page` at `now`."""
    last_at, last = max(
        ((at, one) for at, one in contacted(page) if at <= now), key=lambda one: one[0], default=(None, None)
    )
    planned = min(
        (touch for touch in page.touches if touch.state in WAITING and touch.merged_into is None),
        key=lambda touch: touch.send_at,
        default=None,
    )
    return Answers(
        last=last,
        last_at=last_at,
        planned=planned,
        beaten=_beaten(page.withheld, planned) if planned else [],
        withheld=[_told(line) for line in page.withheld[:SHOWN]],
        reachable=_reachable(page.contact, now=now),
        pressure=[_pressure(page, days=cap.days, budget=cap.budget, now=now) for cap in CAPS],
    )


def _beaten(withheld: list[WithheldLine], planned: TouchLine) -> list[str]:
    """Campaigns that lost the slot to `planned`: the lines that were written with it."""
    lost = [
        line.campaign_name
        for line in withheld
        if line.at == planned.decided_at and line.reason_numbers.get("winner") == planned.campaign_name
    ]
    return list(dict.fromkeys(lost))


def _told(line: WithheldLine) -> Told:
    return Told(line.at, line.edition_key, sentence(Reason(line.reason_code, line.reason_numbers)))


def _reachable(contact: ContactFacts, *, now: datetime) -> dict[str, datetime | None]:
    calendar = remembered_calendar(f"{contact.industry_key}@{contact.calendar_version}", contact.calendar)
    channels = {
        Channel.EMAIL: contact.may_email and contact.email,
        Channel.SMS: contact.may_sms and contact.phone,
        Channel.CALL: contact.phone,
    }
    return {
        channel.value: next_opening(
            calendar,
            zone=ZoneInfo(contact.time_zone),
            country=contact.place,
            after=max(now, contact.paused_until or now),
            latest=now + REACH,
            stances=ALLOWED_STANCES[TouchClass.RELATIONSHIP],
            channel=channel,
        )
        for channel, usable in channels.items()
        if usable
    }


def _pressure(page: ContactPage, *, days: float, budget: float, now: datetime) -> Pressure:
    since = now - timedelta(days=days)
    written = [
        load_of(TouchClass(touch.touch_class), Channel(touch.channel))
        for touch in page.touches
        if touch.merged_into is None and (at := made_at(touch)) and since < at <= now
    ]
    logged = [load_of(TouchClass.CARE, Channel(one.channel)) for one in page.logged if since < one.at <= now]
    return Pressure(days, sum(written) + sum(logged), budget)
