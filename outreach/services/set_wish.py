"""Does what a contact asks of its own rhythm: less often, more often, a pause, and each of them taken back."""

from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg

from outreach.db.queries.cadence import load_histories, store_learnt
from outreach.db.queries.early_touches import take_back_early
from outreach.db.queries.tuning import load_tuning
from outreach.db.queries.wishes import (
    StandingWishes,
    lock_wishes,
    look_soon,
    note_same_gap,
    note_wish,
    store_floor,
    store_own_band,
    store_pause,
)
from outreach.db.session import Database
from outreach.domain.reason import Reason
from outreach.domain.rhythm.cadence import LESS_OFTEN_DAYS, less_often_gap
from outreach.domain.rhythm.codes import Code
from outreach.domain.rhythm.explain import day
from outreach.domain.rhythm.rebound import rebound
from outreach.domain.wishes import Wish, WishKind, more_often_gap, starts_at


def set_wish(
    *, db: Database, contact_id: int, wish: Wish, source: str, now: datetime, touch_id: UUID | None = None
) -> bool:
    """Writes a wish down, lets it act at once, and says whether it changed anything.

    The same wish twice is one wish; "less often" said again stretches the gap again only if we were in touch since.
    What is planned too early for a wish is taken back. Every wish leaves a line among the contact's events and a
    sentence in the log of its gap.

    Args:
        source: where it was said, as the contact's page will tell: "unsubscribe page", an address of staff.
        touch_id: the message whose page it was said on.

    Raises:
        BadInput: if a pause ends too early or too late.
    """
    with db.raw_transaction() as connection:
        standing = lock_wishes(connection, contact_id, now=now)
        if standing is None or not _ACTS[wish.kind](connection, standing, wish, now):
            return False
        numbers = _more_often_numbers(standing) if wish.kind is WishKind.MORE_OFTEN else None
        note_wish(connection, contact_id, wish.kind, source=source, touch_id=touch_id, now=now, numbers=numbers)
        look_soon(connection, contact_id, now=now)
        return True


def _less_often(connection: psycopg.Connection, standing: StandingWishes, wish: Wish, now: datetime) -> bool:
    said, touched = standing.floor_since, standing.last_touch_at
    if standing.floor_gap and said and not (touched and touched > said):
        return False
    _end_more_often(connection, standing)
    # Measured by the longest gap in force without the wish to hear more often.
    longest = standing.longest_gap if standing.more_often is None else standing.before_that or standing.max_gap
    floor = less_often_gap(standing.gap, max_gap=longest)
    until = now + timedelta(days=LESS_OFTEN_DAYS)
    store_floor(connection, standing.contact_id, floor_gap=floor, until=until)
    if not _learn_anew(connection, standing.contact_id, Code.CADENCE_LESS_OFTEN, now=now):
        reason = Reason(Code.CADENCE_AT_LONGEST, {"gap_after": standing.gap})
        note_same_gap(connection, standing.contact_id, gap=standing.gap, reason=reason, now=now)
    take_back_early(connection, {standing.contact_id: "the contact asked to hear less often"}, now=now)
    return True


def _more_often_numbers(standing: StandingWishes) -> dict[str, float]:
    """The longest gap that the wish sets, and the contact's own one that it replaces, if there is one."""
    shortest = standing.own_min_gap or standing.min_gap
    numbers = {"max_gap": more_often_gap(standing.gap, min_gap=shortest)}
    return numbers | ({"before": standing.own_max_gap} if standing.own_max_gap is not None else {})


def _more_often(connection: psycopg.Connection, standing: StandingWishes, wish: Wish, now: datetime) -> bool:
    longest = _more_often_numbers(standing)["max_gap"]
    if standing.more_often is not None or longest >= standing.longest_gap:
        return False
    store_floor(connection, standing.contact_id, floor_gap=None, until=None)
    store_own_band(connection, standing.contact_id, min_gap=standing.own_min_gap, max_gap=longest)
    if not _learn_anew(connection, standing.contact_id, Code.CADENCE_MORE_OFTEN, now=now):
        reason = Reason(Code.CADENCE_MORE_OFTEN, {"gap_before": standing.gap, "gap_after": standing.gap})
        note_same_gap(connection, standing.contact_id, gap=standing.gap, reason=reason, now=now)
    return True


def _usual_rhythm(connection: psycopg.Connection, standing: StandingWishes, wish: Wish, now: datetime) -> bool:
    if standing.floor_gap is None and standing.more_often is None:
        return False
    store_floor(connection, standing.contact_id, floor_gap=None, until=None)
    _end_more_often(connection, standing)
    if not _learn_anew(connection, standing.contact_id, Code.CADENCE_USUAL, now=now):
        reason = Reason(Code.CADENCE_USUAL, {"gap_before": standing.gap, "gap_after": standing.gap})
        note_same_gap(connection, standing.contact_id, gap=standing.gap, reason=reason, now=now)
    return True


def _end_more_often(connection: psycopg.Connection, standing: StandingWishes) -> None:
    """Puts the longest gap back that the wish to hear more often replaced."""
    if standing.more_often is not None:
        before = standing.before_that
        store_own_band(connection, standing.contact_id, min_gap=standing.own_min_gap, max_gap=before)


def _pause(connection: psycopg.Connection, standing: StandingWishes, wish: Wish, now: datetime) -> bool:
    zone = ZoneInfo(standing.time_zone)
    end = wish.ends_on(today=now.astimezone(zone).date())
    until = starts_at(end, zone=zone)
    if until == standing.paused_until:
        return False
    store_pause(connection, standing.contact_id, until=until)
    reason = Reason(Code.CADENCE_PAUSED, {"until": end.isoformat(), "gap_after": standing.gap})
    note_same_gap(connection, standing.contact_id, gap=standing.gap, reason=reason, now=now)
    take_back_early(connection, {standing.contact_id: f"paused until {day(end.isoformat())}"}, now=now)
    return True


def _end_pause(connection: psycopg.Connection, standing: StandingWishes, wish: Wish, now: datetime) -> bool:
    if standing.paused_until is None:
        return False
    store_pause(connection, standing.contact_id, until=None)
    reason = Reason(Code.CADENCE_RESUMED, {"gap_after": standing.gap})
    note_same_gap(connection, standing.contact_id, gap=standing.gap, reason=reason, now=now)
    return True


_ACTS = {
    WishKind.LESS_OFTEN: _less_often,
    WishKind.MORE_OFTEN: _more_often,
    WishKind.USUAL_RHYTHM: _usual_rhythm,
    WishKind.PAUSE: _pause,
    WishKind.END_PAUSE: _end_pause,
}


def _learn_anew(connection: psycopg.Connection, contact_id: int, code: Code, *, now: datetime) -> bool:
    """Whether the gap moves inside the bounds as they are now; its rhythm is locked."""
    (history,) = load_histories(connection, [contact_id], now=now)
    return bool(store_learnt(connection, [rebound(history, tuning=load_tuning(connection), code=code)], now=now))
