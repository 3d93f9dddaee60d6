"""A slow and obvious planner, one contact at a time, to hold the real one against.

It walks day by day and minute by minute over lists, and shares nothing with the planner but the contact calendar, the
values that go in and come out, and the numbers of the rules themselves (loads and caps).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from math import ceil, floor, inf, log2
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

from outreach.domain.calendar.hours import Hours
from outreach.domain.calendar.season import Season, Stance
from outreach.domain.planning.values import Offer, PlanningContact, RecentTouch
from outreach.domain.rhythm.caps import CAPS
from outreach.domain.rhythm.codes import Code
from outreach.domain.rhythm.load import load_of
from outreach.domain.touch import Channel, TouchClass

DAY = 86400.0
WRITES_ON = (Channel.EMAIL, Channel.SMS)
LOUD = {Channel.EMAIL: Hours(8 * 60, 21 * 60), Channel.SMS: Hours(9 * 60, 20 * 60)}
CLASSES = list(TouchClass)
URGENT = {TouchClass.SERVICE, TouchClass.RECOVERY}
ROUNDING = 1e-9

#: One load takes this many days of four weeks.
DAYS_PER_LOAD = 28 / 5


@dataclass(frozen=True)
class Verdict:
    """What the oracle decides: like `Decision`, without the numbers of reasons."""

    code: str
    offer: Offer | None
    send_at: datetime | None
    look_again_at: datetime
    #: Code of each loser by its edition.
    others: frozenset[tuple[int, str]] = frozenset()


@dataclass(frozen=True)
class Slot:
    offer: Offer
    at: float
    others: tuple[Offer, ...]
    held: tuple[Offer, ...]


# ------------------------------------------------------------------------------------------------------ days and hours


@lru_cache(maxsize=20_000)
def minutes_of(zone: ZoneInfo, day: date) -> tuple[tuple[int, int], ...]:
    """Each minute of a local day: when it begins (seconds since 1970) and what the clock shows, in minutes.

    Of an hour that the clock shows twice only the first counts.
    """
    start = int(midnight(day, zone)) // 60 * 60
    found = []
    for at in range(start - 3 * 3600, start + 28 * 3600, 60):
        local = datetime.fromtimestamp(at, zone)
        if local.date() == day and not local.fold:
            found.append((at, local.hour * 60 + local.minute))
    return tuple(found)


@lru_cache(maxsize=50_000)
def open_minutes(hours: tuple[Hours, ...], zone: ZoneInfo, day: date, channel: Channel) -> tuple[tuple[int, int], ...]:
    """The minutes of a local day that lie in the industry's hours and not in the channel's quiet hours."""
    loud = LOUD[channel]
    return tuple(
        (at, clock)
        for at, clock in minutes_of(zone, day)
        if any(start <= clock < end for start, end in hours) and loud.start <= clock < loud.end
    )


def local_day(at: float, zone: ZoneInfo) -> date:
    return datetime.fromtimestamp(at, zone).date()


def stance_on(contact: PlanningContact, day: date) -> tuple[Stance, Season | None]:
    return contact.calendar.stance_on(day, contact.country)


def opening_on(contact: PlanningContact, day: date, channel: Channel, *, after: float, latest: float) -> float | None:
    """The instant at which this contact is written to on a day, from `after` to `latest`; None if that cannot be."""
    minutes = open_minutes(contact.calendar.hours_on(day), contact.zone, day, channel)
    morning = contact.favours_hours != "evening"
    half = tuple((at, clock) for at, clock in minutes if (clock < 14 * 60) is morning)
    if reachable_seconds(half, after, latest):
        minutes = half
    whole = [(at, at + 60) for at, _ in minutes]
    wished = at_share(contact.contact_id, whole)
    if wished is not None and after <= wished <= latest:
        return wished
    return at_share(contact.contact_id, reachable_seconds(minutes, after, latest))


def reachable_seconds(minutes: Sequence[tuple[int, int]], after: float, latest: float) -> list[tuple[int, int]]:
    """The whole seconds from `after` to `latest` in some minutes, as stretches whose end lies outside."""
    if latest == inf or after == inf:
        raise ValueError("a search has two ends")
    clipped = [(max(at, ceil(after)), min(at + 60, floor(latest) + 1)) for at, _ in minutes]
    return [(start, end) for start, end in clipped if start < end]


def at_share(contact_id: int, stretches: list[tuple[int, int]]) -> float | None:
    """The second at the contact's own share of some stretches laid end to end."""
    left = floor(fraction(contact_id) * sum(end - start for start, end in stretches))
    for start, end in stretches:
        if left < end - start:
            return start + left
        left -= end - start
    return None


def days_between(contact: PlanningContact, after: float, latest: float) -> list[date]:
    first, last = local_day(after, contact.zone), local_day(latest, contact.zone)
    return [first + timedelta(days=step) for step in range((last - first).days + 1)]


def first_opening(contact: PlanningContact, after: float, latest: float) -> float | None:
    """The first opening of the rhythm on any of the contact's channels."""
    for day in days_between(contact, after, latest):
        if stance_on(contact, day)[0] is not Stance.CLOSED:
            found = [opening_on(contact, day, channel, after=after, latest=latest) for channel in channels_of(contact)]
            known = [at for at in found if at is not None]
            if known:
                return min(known)
    return None


def last_opening(contact: PlanningContact, after: float, latest: float) -> float | None:
    """An opening of the rhythm on the last day that has one."""
    for day in reversed(days_between(contact, after, latest)):
        if stance_on(contact, day)[0] is not Stance.CLOSED:
            found = [opening_on(contact, day, channel, after=after, latest=latest) for channel in channels_of(contact)]
            known = [at for at in found if at is not None]
            if known:
                return max(known)
    return None


def channels_of(contact: PlanningContact) -> list[Channel]:
    return [channel for channel in WRITES_ON if channel in contact.channels]


# -------------------------------------------------------------------------------------------------------------- chance


def fraction(contact_id: int, *, stream: int = 0) -> float:
    """The contact's place in splitmix64's published stream, from 0 to below 1; far away in another stream."""
    contact_id ^= stream << 48
    word = (contact_id * 0x9E3779B97F4A7C15 + 0x9E3779B97F4A7C15) % 2**64
    word = (word ^ (word >> 30)) * 0xBF58476D1CE4E5B9 % 2**64
    word = (word ^ (word >> 27)) * 0x94D049BB133111EB % 2**64
    return ((word ^ (word >> 31)) >> 11) / 2**53


def dithered(contact_id: int, day: date) -> float:
    return 0.9 + 0.2 * ((fraction(contact_id) + 0.618 * day.toordinal()) % 1.0)


# ------------------------------------------------------------------------------------------------- who wants a contact


def is_welcome(contact: PlanningContact, offer: Offer, *, now: float) -> bool:
    if offer.touch_class is not TouchClass.PROMOTION or contact.promotions_from is None:
        return True
    return contact.promotions_from.timestamp() <= now


def is_meant_for(contact: PlanningContact, offer: Offer) -> bool:
    return (
        offer.channel in WRITES_ON
        and offer.channel in contact.channels
        and (
            offer.edition_id in contact.invited
            if offer.rule == "invited"
            else offer.edition_id not in contact.had_editions
        )
        and (not offer.industries or contact.industry_key in offer.industries)
        and all(contact.attributes.get(name) == value for name, value in offer.needs.items())
    )


def anniversary(since: date, every_months: int, on: date) -> date | None:
    """The newest anniversary up to `on`, by counting them all."""
    found, count = None, 1
    while (day := since + relativedelta(months=count * every_months)) <= on:
        found, count = day, count + 1
    return found


def last_day_of(contact: PlanningContact, offer: Offer, on: date) -> date | None:
    """The last day on which an offer may reach a contact; None if its rule does not ask for the contact on `on`."""
    if offer.rule == "invited":
        first, last = contact.invited[offer.edition_id]
        return min(offer.closes_on, last) if first <= on <= last else None
    if offer.rule != "anniversary":
        return offer.closes_on
    day = anniversary(contact.customer_since, offer.every_months, on) if contact.customer_since else None
    if day is None or on > day + timedelta(days=offer.window_days):
        return None
    kept = [touch.at.astimezone(contact.zone).date() for touch in contact.recent if is_of(touch, offer)]
    return None if any(at >= day for at in kept) else min(offer.closes_on, day + timedelta(days=offer.window_days))


def is_of(touch: RecentTouch, offer: Offer) -> bool:
    return touch.campaign_key == offer.campaign_key


def may_write(offer: Offer, stance: Stance) -> bool:
    if offer.touch_class in URGENT:
        return True
    return stance is not Stance.CLOSED and not (offer.touch_class is TouchClass.PROMOTION and stance is Stance.QUIET)


def wanting(contact: PlanningContact, offers: Sequence[Offer], day: date) -> list[Offer]:
    """The offers among `offers`, all meant for the contact, that want it on a day."""
    stance = stance_on(contact, day)[0]
    living = [offer for offer in offers if day <= offer.closes_on]
    found = []
    for offer in living:
        earlier = [
            other
            for other in living
            if offer.rule == other.rule == "series"
            and other.campaign_key == offer.campaign_key
            and other.position < offer.position
        ]
        if (
            day >= offer.opens_on
            and not earlier
            and may_write(offer, stance)
            and last_day_of(contact, offer, day) is not None
        ):
            found.append(offer)
    return found


def is_held(contact: PlanningContact, offer: Offer, wanting: Sequence[Offer], day: date) -> bool:
    """Whether an exclusive series of its class or a higher one, that can come itself, keeps an offer waiting."""
    return (
        not offer.exclusive
        and offer.touch_class not in URGENT
        and any(
            other.exclusive
            and CLASSES.index(other.touch_class) <= CLASSES.index(offer.touch_class)
            and can_come(contact, other, day)
            for other in wanting
        )
    )


def can_come(contact: PlanningContact, offer: Offer, day: date) -> bool:
    """Whether an offer's channel has an opening that suits its class from a day to its last."""
    while day <= offer.closes_on:
        minutes = open_minutes(contact.calendar.hours_on(day), contact.zone, day, offer.channel)
        if minutes and may_write(offer, stance_on(contact, day)[0]):
            return True
        day += timedelta(days=1)
    return False


def score(contact: PlanningContact, offer: Offer, day: date) -> float:
    expires = last_day_of(contact, offer, day)
    assert expires is not None
    urgency = min(1.0, max(0.0, 1 - (expires - day).days / gap_of(contact)))
    points = 40 * urgency + 20 * offer.priority / 100
    for place, touch in enumerate(newest_first(contact)[:3]):
        points -= (5 if place else 15) * is_of(touch, offer)
    return points + 5 * (offer.channel is contact.favours_channel)


def best(contact: PlanningContact, candidates: Sequence[Offer], day: date) -> Offer:
    """The highest class wins, then the score, then the name."""
    return min(
        candidates,
        key=lambda offer: (
            CLASSES.index(offer.touch_class),
            -score(contact, offer, day),
            offer.campaign_key,
            offer.edition_key,
            offer.channel,
            offer.edition_id,
        ),
    )


# -------------------------------------------------------------------------------------------------------------- bounds


def newest_first(contact: PlanningContact) -> list[RecentTouch]:
    return sorted(contact.recent, key=lambda touch: touch.at, reverse=True)


def min_gap_of(contact: PlanningContact) -> float:
    return max(contact.band.min_gap, contact.floor_gap)


def max_gap_of(contact: PlanningContact) -> float:
    return max(contact.band.max_gap, contact.floor_gap)


def gap_of(contact: PlanningContact) -> float:
    return min(max_gap_of(contact), max(min_gap_of(contact), contact.gap))


def last_touch(contact: PlanningContact) -> float | None:
    known = [touch.at.timestamp() for touch in contact.recent]
    known += [contact.last_at.timestamp()] if contact.last_at else []
    return max(known, default=None)


def cap_frees_at(contact: PlanningContact, load: float) -> float:
    """The first instant behind all touches at which one more of `load` keeps every cap; tries each that frees room."""
    touches = [(touch.at.timestamp(), load_of(touch.touch_class, touch.channel)) for touch in contact.recent]
    frees = -inf
    for cap in CAPS:
        window = cap.days * DAY
        for at in [-inf, *sorted(touched + window for touched, _ in touches)]:
            # A touch leaves the window the moment that it is as old as the window is long.
            inside = sum(weight for touched, weight in touches if touched + window > at)
            if inside + load <= cap.budget + ROUNDING:
                frees = max(frees, at)
                break
    return frees


@dataclass(frozen=True)
class Bounds:
    due: float
    called: bool
    reopened: bool
    stance: Stance
    season: Season | None
    min_gap_until: float
    famine_from: float


def bounds_of(contact: PlanningContact) -> Bounds:
    last, due, famine = last_touch(contact), contact.due_at.timestamp(), contact.famine_from.timestamp()
    if last is None:
        stance, season = stance_on(contact, local_day(due, contact.zone))
        due = min(due, famine)
        put_off = reopening(contact, due, famine=famine)
        return Bounds(due if put_off is None else put_off, False, put_off is not None, stance, season, -inf, famine)
    newest = newest_first(contact)
    heaviest = max(1.0, load_of(newest[0].touch_class, newest[0].channel)) if newest else 1.0
    gap = min(max_gap_of(contact), max(gap_of(contact), heaviest * DAYS_PER_LOAD))
    due = max(due, last + gap * DAY)
    famine = max(famine, last + max_gap_of(contact) * DAY)
    stance, season = stance_on(contact, local_day(due, contact.zone))
    factor = {Stance.QUIET: 1.5, Stance.PEAK: 0.85}.get(stance, 1.0)
    stretched = factor * dithered(contact.contact_id, local_day(last, contact.zone))
    due = min(famine, last + (due - last) * stretched + days_to_drain(contact, last, gap) * DAY)
    called = last_call(contact, due, soonest=last + max(min_gap_of(contact), gap / 2) * DAY)
    put_off = reopening(contact, due, famine=famine) if called is None else None
    return Bounds(
        next((at for at in (called, put_off) if at is not None), due),
        called is not None,
        put_off is not None,
        stance,
        season,
        last + min_gap_of(contact) * DAY,
        famine,
    )


def days_to_drain(contact: PlanningContact, last: float, gap: float) -> float:
    """Days until the pressure felt at the last touch is down to that of a steady rhythm of plain letters."""
    pressure = sum(
        load_of(touch.touch_class, touch.channel) / 2 ** ((last - touch.at.timestamp()) / DAY / 10)
        for touch in contact.recent
    )
    steady = 1.15 / (1 - 2 ** (-gap / 10))
    return max(0.0, 10 * log2(pressure / steady)) if pressure else 0.0


def writes_on(contact: PlanningContact, day: date) -> bool:
    """Whether the rhythm has an opening on a day on any of the contact's channels."""
    return stance_on(contact, day)[0] is not Stance.CLOSED and any(
        open_minutes(contact.calendar.hours_on(day), contact.zone, day, channel) for channel in channels_of(contact)
    )


def closed_stretch(contact: PlanningContact, due: float) -> tuple[date, date] | None:
    """The last open day before and the first one behind the long closed stretch in which a touch is due, if it is."""
    day = local_day(due, contact.zone)
    if stance_on(contact, day)[0] is not Stance.CLOSED:
        return None
    before, after = day, day
    while not writes_on(contact, before):
        before -= timedelta(days=1)
        if day - before > timedelta(days=460):
            return None
    while not writes_on(contact, after):
        after += timedelta(days=1)
        if after - day > timedelta(days=400):
            return None
    return (before, after) if (after - before).days > 5 else None


def last_call(contact: PlanningContact, due: float, *, soonest: float) -> float | None:
    """The instant to which a touch is brought forward that would fall into a long closed stretch."""
    stretch = closed_stretch(contact, due)
    if stretch is None:
        return None
    (before, after), day = stretch, local_day(due, contact.zone)
    wished = before - timedelta(days=floor(5 * fraction(contact.contact_id)))
    if day - wished > after - day:
        return None
    at = max(midnight(wished, contact.zone), soonest)
    return at if at < midnight(before + timedelta(days=1), contact.zone) else None


def reopening(contact: PlanningContact, due: float, *, famine: float) -> float | None:
    """The contact's own day after a long closed stretch, where it is not silent for too long by then."""
    stretch = closed_stretch(contact, due)
    if stretch is None or famine <= midnight(stretch[1], contact.zone):
        return None
    own = stretch[1] + timedelta(days=floor(6 * fraction(contact.contact_id, stream=1)))
    return min(midnight(own, contact.zone), famine)


def midnight(day: date, zone: ZoneInfo) -> float:
    return datetime.combine(day, time(), zone).timestamp()


# --------------------------------------------------------------------------------------------------------------- slots


def slot_on(
    contact: PlanningContact, offers: Sequence[Offer], day: date, *, after: float, latest: float
) -> Slot | None:
    """Who gets a contact's slot on one day, and who does not."""
    wants = wanting(contact, offers, day)
    held = tuple(offer for offer in wants if is_held(contact, offer, wants, day))
    at = {}
    for offer in wants:
        urgent = offer.touch_class in URGENT
        load = load_of(offer.touch_class, offer.channel)
        from_when = after if urgent else max(after, cap_frees_at(contact, load))
        opening = opening_on(contact, day, offer.channel, after=from_when, latest=latest)
        if offer not in held and opening is not None:
            at[offer.edition_id, offer.channel] = opening
    candidates = [offer for offer in wants if (offer.edition_id, offer.channel) in at]
    if not candidates:
        return None
    winner = best(contact, candidates, day)
    others = tuple(offer for offer in candidates if offer is not winner)
    return Slot(winner, at[winner.edition_id, winner.channel], others, held)


def first_slot(contact: PlanningContact, offers: Sequence[Offer], after: float, latest: float) -> Slot | None:
    """The slot of the first day up to `latest` that has one; it may lie later on that day."""
    for day in days_between(contact, after, latest):
        slot = slot_on(contact, offers, day, after=after, latest=latest + DAY)
        if slot is not None:
            return slot
    return None


def last_slot(contact: PlanningContact, offers: Sequence[Offer], after: float, latest: float) -> Slot | None:
    """The slot of the last day up to `latest` that has one in time."""
    for day in reversed(days_between(contact, after, latest)):
        slot = slot_on(contact, offers, day, after=after, latest=latest)
        if slot is not None:
            return slot
    return None


def losers(contact: PlanningContact, slot: Slot) -> frozenset[tuple[int, str]]:
    """What becomes of those that did not get the slot."""
    next_day = local_day(slot.at + gap_of(contact) * DAY, contact.zone)
    told, riding = set(), 0
    day = local_day(slot.at, contact.zone)
    for offer in sorted(
        slot.others, key=lambda each: (each.campaign_key, each.edition_key, each.channel, each.edition_id)
    ):
        expires = last_day_of(contact, offer, day)
        assert expires is not None
        code = Code.LOST_EXPIRES if expires < next_day else Code.LOST_LATER
        both_mail = offer.channel is slot.offer.channel is Channel.EMAIL
        carried = slot.offer.touch_class in (TouchClass.RELATIONSHIP, TouchClass.PROMOTION)
        if code is Code.LOST_EXPIRES and offer.mergeable and both_mail and carried and riding < 2:
            code, riding = Code.LOST_MERGED, riding + 1
        told.add((offer.edition_id, code.value))
    return frozenset(told | {(offer.edition_id, Code.LOST_HELD.value) for offer in slot.held})


# -------------------------------------------------------------------------------------------------------- the decision


def decide(contact: PlanningContact, offers: Iterable[Offer], *, now: datetime, horizon: timedelta) -> Verdict:
    """What is to be done about one contact."""
    start, ahead = now.timestamp(), horizon.total_seconds()
    until = start + ahead

    def wait(code: Code, look_at: float) -> Verdict:
        return Verdict(code, None, None, as_instant(min(max(look_at, start + 60), start + 7 * DAY)))

    def send(code: Code, slot: Slot) -> Verdict:
        look_at = as_instant(max(slot.at, start) + 3600)
        return Verdict(code, slot.offer, as_instant(slot.at), look_at, losers(contact, slot))

    if contact.paused_until and contact.paused_until > now:
        return wait(Code.WAIT_PAUSED, contact.paused_until.timestamp())
    if not channels_of(contact):
        return wait(Code.NO_CONSENT, start + DAY)
    # What was over two days ago is over wherever the contact lives.
    living = [offer for offer in offers if offer.closes_on >= (now - timedelta(days=1)).date()]
    meant = [offer for offer in living if is_meant_for(contact, offer) and is_welcome(contact, offer, now=start)]
    urgent = [offer for offer in meant if offer.touch_class in URGENT]
    ordinary = [offer for offer in meant if offer.touch_class not in URGENT]
    coming = first_slot(contact, urgent, start, until + 7 * DAY) if urgent else None
    if coming is not None and coming.at <= until:
        return send(Code.DUE_SERVICE, coming)

    bounds = bounds_of(contact)
    loads = [load_of(offer.touch_class, offer.channel) for offer in ordinary]
    loads = loads or [load_of(TouchClass.RELATIONSHIP, channel) for channel in channels_of(contact)]
    cap_until = min(cap_frees_at(contact, load) for load in loads)
    not_before = contact.not_before.timestamp() if contact.not_before else -inf
    rests_until = contact.rests_until.timestamp() if contact.rests_until else -inf
    earliest = max(start, bounds.min_gap_until, cap_until, not_before, rests_until)
    wished = max(earliest, bounds.due)
    opening = first_opening(contact, wished, wished + 400 * DAY)
    touch = first_slot(contact, ordinary, wished, until) if opening is not None and opening <= until else None
    arrives = touch.at if touch else inf if opening is None else opening

    famine = bounds.famine_from
    if arrives > famine or (touch is None and famine <= until):
        kept = last_slot(contact, ordinary, earliest, famine) if earliest <= famine else None
        if kept is None and earliest <= famine:
            # The floor is stronger than an exclusive series.
            modest = [replace(offer, exclusive=False) for offer in ordinary]
            kept = last_slot(contact, modest, earliest, famine)
        if kept is not None and kept.at <= until:
            return send(by_floor(contact, famine, kept.at), kept)
        final = kept.at if kept else last_opening(contact, earliest, famine) if earliest <= famine else None
        if final is not None:
            look_at = min(final - ahead, inf if coming is None else coming.at - ahead)
            if final > until:
                return wait(Code.WAIT_DEADLINE, look_at)
            if touch is None:
                return wait(Code.WAIT_NO_CONTENT, min(start + DAY, inf if coming is None else coming.at - ahead))
    service_look = inf if coming is None else coming.at - ahead
    if arrives == inf:
        return wait(Code.WAIT_NO_HOURS, min(start + 7 * DAY, service_look))
    if arrives > until:
        code = not_yet(contact, bounds, cap_until=cap_until, wished=wished, start=start, arrives=arrives)
        return wait(code, min(arrives - ahead, service_look))
    if touch is None:
        return wait(Code.WAIT_NO_CONTENT, min(start + DAY, service_look))
    return send(by_rhythm(contact, bounds, touch.at), touch)


def by_rhythm(contact: PlanningContact, bounds: Bounds, at: float) -> Code:
    if at > bounds.famine_from:
        return by_floor(contact, bounds.famine_from, at)
    if last_touch(contact) is None:
        return Code.DUE_FIRST
    if bounds.called:
        return Code.DUE_LAST_CALL
    if bounds.reopened:
        return Code.DUE_REOPENED
    if bounds.season is None:
        return Code.DUE_RHYTHM
    return {Stance.QUIET: Code.DUE_QUIET, Stance.PEAK: Code.DUE_PEAK}.get(bounds.stance, Code.DUE_RHYTHM)


def by_floor(contact: PlanningContact, famine: float, at: float) -> Code:
    stance, season = stance_on(contact, local_day(famine, contact.zone))
    if stance is not Stance.CLOSED or season is None:
        return Code.DUE_DEADLINE
    return Code.DUE_BEFORE_CLOSED if at <= famine else Code.DUE_AFTER_CLOSED


def not_yet(
    contact: PlanningContact, bounds: Bounds, *, cap_until: float, wished: float, start: float, arrives: float
) -> Code:
    if contact.rests_until and contact.rests_until.timestamp() >= wished:
        return Code.WAIT_CASE
    stance, season = stance_on(contact, local_day(wished, contact.zone))
    if stance is Stance.CLOSED and season is not None:
        return Code.WAIT_CLOSED
    binds_first = bounds.due >= max(bounds.min_gap_until, cap_until)
    if bounds.reopened and bounds.due >= wished:
        return Code.WAIT_CLOSED
    if contact.not_before and contact.not_before.timestamp() >= wished:
        return Code.WAIT_CATCH_UP
    if wished <= start:
        return Code.WAIT_HOURS
    if binds_first:
        return Code.WAIT_HOURS if arrives > bounds.famine_from else Code.WAIT_RHYTHM
    return Code.WAIT_MIN_GAP if bounds.min_gap_until >= cap_until else Code.WAIT_CAP


def as_instant(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)
