"""What the planner reads and what it answers, as frozen values.

The same values serve a chunk of a million and a single contact's explanation; nothing here knows a database.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from outreach.domain.calendar.contact_calendar import ContactCalendar
from outreach.domain.reason import Reason
from outreach.domain.rhythm.band import RhythmBand
from outreach.domain.touch import Channel, TouchClass


@dataclass(frozen=True, slots=True)
class RecentTouch:
    """A touch the contact had or is about to have (planned, on its way, made), newest first in a list.

    Attributes:
        at: when it was sent or will be sent (aware, UTC).
        channel: how.
        touch_class: what for.
        campaign_key, campaign_name: which campaign it came from; "" for one made by hand.
    """

    at: datetime
    channel: Channel
    touch_class: TouchClass
    campaign_key: str = ""
    campaign_name: str = ""


@dataclass(frozen=True, slots=True)
class Offer:
    """One edition that may want some contacts, on one channel.

    Attributes:
        edition_id: database id of the edition.
        edition_key: its key in the pack, for sentences.
        campaign_key, campaign_name: the campaign it belongs to.
        channel: how it travels.
        touch_class: what it is for.
        priority: 0 to 100 within its class, the marketer's own weight.
        opens_on, closes_on: first and last civil day on which it may be sent, in the contact's zone.
        rule: `issue` (everyone once), `series` (in order of `position`, one after the other), `anniversary`, or
            `invited` (only who has an invitation, as often as there is a new one).
        position: place in a series, counted from 1.
        every_months: distance of anniversaries of `customer_since`, in months; 0 unless the rule is `anniversary`.
        window_days: an anniversary may be kept this many days after the day itself.
        industries: keys of the industries it is for; empty means all.
        needs: attributes a contact must have, name to value.
        exclusive: while this series still has something for a contact, ordinary campaigns wait.
        mergeable: if it would expire unsaid, it may ride along in the winner's mail.
        topic: its campaign's id if contacts may refuse that campaign as a topic, else 0.
    """

    edition_id: int
    edition_key: str
    campaign_key: str
    campaign_name: str
    channel: Channel
    touch_class: TouchClass
    priority: int
    opens_on: date
    closes_on: date
    rule: str = "issue"
    position: int = 0
    every_months: int = 0
    window_days: int = 0
    industries: frozenset[str] = frozenset()
    needs: Mapping[str, str] = field(default_factory=dict)
    exclusive: bool = False
    mergeable: bool = False
    topic: int = 0


@dataclass(frozen=True, slots=True)
class PlanningContact:
    """Everything a decision about one contact needs; `contacts.py` holds many of them as arrays.

    Attributes:
        contact_id: database id; also the seed of every reproducible dither.
        industry_key, calendar, band: of the contact's industry.
        zone: the contact's time zone; windows are computed in it.
        country: ISO 3166 country or region, for public holidays; "" if unknown.
        customer_since: civil date, for anniversaries; None if unknown.
        gap: the contact's present cadence, in days.
        floor_gap: the contact asked to hear no more often than every so many days; 0 if not.
        due_at: when the next touch is due (aware, UTC).
        famine_from: when silence passes the floor (last touch or start of the record plus max gap; aware, UTC).
        channels: those with consent, an address and no suppression.
        attributes: free columns of the contact.
        recent: touches of the last 90 days and those planned, newest first.
        had_editions: ids of editions this contact already has a touch of, whatever its state.
        paused_until: no touch before this instant by the contact's own wish (aware, UTC).
        last_at: newest touch of any kind where that is newer than `recent` tells: a visit or a reply (aware, UTC).
        not_before: no ordinary touch before this, because the planner catches up after an outage (aware, UTC).
        rests_until: no ordinary touch before this, because of a recovery case (aware, UTC); None if there is none.
        promotions_from: no promotion before this, for the same reason.
        favours_hours: part of the day this contact answers in: "", "morning", "evening".
        favours_channel: channel this contact answers on, None if neither.
        refused_topics: campaigns (ids) that this contact does not want to hear from.
        invited: first and last civil day of the open invitation to each edition (by id).
    """

    contact_id: int
    industry_key: str
    calendar: ContactCalendar
    band: RhythmBand
    zone: ZoneInfo
    country: str
    customer_since: date | None
    gap: float
    due_at: datetime
    famine_from: datetime
    channels: frozenset[Channel]
    attributes: Mapping[str, str] = field(default_factory=dict)
    recent: tuple[RecentTouch, ...] = ()
    had_editions: frozenset[int] = frozenset()
    paused_until: datetime | None = None
    last_at: datetime | None = None
    floor_gap: float = 0.0
    not_before: datetime | None = None
    rests_until: datetime | None = None
    promotions_from: datetime | None = None
    favours_hours: str = ""
    favours_channel: Channel | None = None
    refused_topics: frozenset[int] = frozenset()
    invited: Mapping[int, tuple[date, date]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PlannedTouch:
    """A touch the planner decided on.

    Attributes:
        offer: what wins the slot.
        send_at: when it leaves (aware, UTC), inside the contact's hours and outside quiet hours.
    """

    offer: Offer
    send_at: datetime


@dataclass(frozen=True, slots=True)
class Decision:
    """The planner's answer for one contact: a touch, or a reason to wait and the instant to look again.

    Attributes:
        contact_id: whose.
        touch: the planned touch, or None.
        reason: why this touch, or why none.
        look_again_at: when the contact comes up again (aware, UTC).
        others: what else wanted the slot and did not get it.
    """

    contact_id: int
    touch: PlannedTouch | None
    reason: Reason
    look_again_at: datetime
    others: tuple["Loser", ...] = ()


@dataclass(frozen=True, slots=True)
class Loser:
    """An offer that wanted a slot and did not get it.

    Attributes:
        offer: which.
        reason: to whom it lost and what becomes of it: it comes later, expires, or rides along in the winner's mail.
    """

    offer: Offer
    reason: Reason
