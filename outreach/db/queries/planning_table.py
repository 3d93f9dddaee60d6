"""Contacts as the planner's arrays: what decisions about many of them need, in a few statements for all."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import psycopg
from numpy.typing import NDArray
from psycopg.rows import namedtuple_row

from outreach.db.columns import array_text, read_columns
from outreach.domain.calendar.remembered import remembered_calendar
from outreach.domain.care.recovery import REST_DAYS
from outreach.domain.planning.almanac import CHANNELS, Cohort, Flags, Floats, Ints, seconds
from outreach.domain.planning.catch_up import not_before
from outreach.domain.planning.contacts import NEVER, Contacts
from outreach.domain.planning.offers import Offers
from outreach.domain.planning.values import Offer
from outreach.domain.planning.visible import FORGETS_AFTER, MEMORY
from outreach.domain.rhythm.hours import HALVES
from outreach.domain.rhythm.load import load_of
from outreach.domain.touch import Channel, TouchClass


@dataclass(frozen=True, slots=True)
class PlanningTable:
    """Contacts with the cohorts, offers and industries (keys) that their numbers stand for."""

    contacts: Contacts
    cohorts: list[Cohort]
    offers: Offers
    industries: tuple[str, ...]


_PLACE = "CASE WHEN c.region <> '' THEN c.region ELSE c.country END"

COHORTS = f"""
    SELECT i.id AS industry_id, i.key AS industry_key, i.calendar_version, i.calendar::text AS calendar,
           hashtextextended(c.time_zone || ' ' || c.place, 0) AS place_key, c.time_zone, c.place
    FROM (SELECT DISTINCT c.industry_id, c.time_zone, {_PLACE} AS place
          FROM contacts c WHERE c.id = ANY(%(ids)s::bigint[])) AS c
    JOIN industries i ON i.id = c.industry_id
    ORDER BY i.key, place_key
"""  # noqa: S608 - a constant of this file

#: Of whoever has a recovery case: until when nothing ordinary is written, and from when promotions return. Of an open
#: case both are guesses that move along with the time (`domain/care/recovery.py` says the same of one case).
RESTS = """
    SELECT k.contact_id,
           max(k.until + interval '1 day' * CASE WHEN k.closed_at IS NULL THEN %(rest)s::int
                                                 ELSE LEAST(%(rest)s::int, k.cool_off_days) END) AS rests_until,
           max(GREATEST(k.until + interval '1 day' * k.cool_off_days,
                        k.until + interval '1 day' * CASE WHEN k.closed_at IS NULL THEN %(rest)s::int ELSE 0 END))
               AS promotions_from
    FROM (SELECT contact_id, closed_at, cool_off_days,
                 COALESCE(closed_at, GREATEST(solve_due_at, %(now)s + interval '1 day')) AS until
          FROM recovery_cases WHERE contact_id = ANY(%(ids)s::bigint[])) AS k
    GROUP BY k.contact_id
"""

CONTACTS = f"""
    SELECT c.id, c.industry_id, hashtextextended(c.time_zone || ' ' || {_PLACE}, 0),
           c.may_email AND c.email <> '' AND NOT EXISTS (
               SELECT FROM suppressions s WHERE s.channel = 'email' AND s.address = lower(c.email)
               AND (s.until IS NULL OR s.until > %(now)s)),
           c.may_sms AND c.phone <> '' AND NOT EXISTS (
               SELECT FROM suppressions s WHERE s.channel = 'sms' AND s.address = c.phone
               AND (s.until IS NULL OR s.until > %(now)s)),
           COALESCE(r.own_min_gap, i.min_gap), COALESCE(r.own_max_gap, i.max_gap),
           CASE WHEN r.floor_gap_until > %(now)s THEN COALESCE(r.floor_gap, 0) ELSE 0 END, r.gap,
           date_part('epoch', r.next_due_at), date_part('epoch', COALESCE(r.last_touch_at, r.started_at)),
           COALESCE(date_part('epoch', r.last_touch_at), '-infinity'),
           COALESCE(date_part('epoch', r.paused_until), '-infinity'),
           COALESCE(date_part('year', c.customer_since)::int * 12 + date_part('month', c.customer_since)::int
                    - 1970 * 12 - 1, -1),
           COALESCE(date_part('day', c.customer_since)::int, -1),
           CASE r.favours_hours WHEN 'morning' THEN 1 WHEN 'evening' THEN 2 ELSE 0 END,
           CASE r.favours_channel WHEN 'email' THEN 0 WHEN 'sms' THEN 1 ELSE -1 END,
           COALESCE(date_part('epoch', q.rests_until), '-infinity'),
           COALESCE(date_part('epoch', q.promotions_from), '-infinity'),
           {{needs}}::bigint
    FROM contacts c JOIN industries i ON i.id = c.industry_id JOIN rhythms r ON r.contact_id = c.id
    LEFT JOIN ({RESTS}) AS q ON q.contact_id = c.id
    {{refusals}}
    WHERE c.id = ANY(%(ids)s::bigint[])
    ORDER BY c.id
"""  # noqa: S608 - a constant of this file

#: Asked only where campaigns have topics: a million look-ups cost seconds.
_REFUSALS = """CROSS JOIN LATERAL (
        SELECT COALESCE(array_agg(t.campaign_id), '{}') AS topics
        FROM topic_refusals t WHERE t.contact_id = c.id) AS f"""

_CONTACT_COLUMNS = {
    "id": "i8",
    "industry_id": "i4",
    "place_key": "i8",
    "may_email": "?",
    "may_sms": "?",
    **dict.fromkeys(("min_gap", "max_gap", "floor_gap", "gap"), "f8"),
    **dict.fromkeys(("due_at", "silent_since", "last_at", "paused_until"), "f8"),
    **dict.fromkeys(("since_month", "since_day", "half", "channel"), "i4"),
    **dict.fromkeys(("rests_until", "promotions_from"), "f8"),
    "needs": "i8",
}

#: Open invitations: those that no touch stands for yet. Of several to one edition the one that ends first.
INVITED = """
    SELECT DISTINCT ON (v.contact_id, v.edition_id) v.contact_id, v.edition_id,
           v.opens_on - DATE '0001-01-01' + 1, v.closes_on - DATE '0001-01-01' + 1
    FROM invitations v
    WHERE v.contact_id = ANY(%(ids)s::bigint[]) AND v.edition_id = ANY(%(editions)s) AND v.closed_at IS NULL
      AND NOT EXISTS (SELECT FROM touches t WHERE t.invitation_id = v.id)
    ORDER BY v.contact_id, v.edition_id, v.closes_on, v.id
"""
_INVITED_COLUMNS = {"contact_id": "i8", "edition_id": "i4", "from": "i4", "until": "i4"}

_CLASSES, _WAYS = tuple(TouchClass), tuple(Channel)

TOUCHES = f"""
    SELECT t.contact_id, date_part('epoch', COALESCE(t.sent_at, t.send_at)), t.campaign_id, t.edition_id,
           array_position(ARRAY{[one.value for one in _CLASSES]}, t.touch_class) - 1,
           array_position(ARRAY{[one.value for one in _WAYS]}, t.channel) - 1,
           t.state NOT IN ('skipped', 'failed') AND COALESCE(t.sent_at, t.send_at) > %(since)s
    FROM touches t
    WHERE t.contact_id = ANY(%(ids)s::bigint[]) AND (t.send_at > %(since)s OR t.edition_id = ANY(%(editions)s)
          OR (t.campaign_id = ANY(%(anniversaries)s) AND t.send_at > %(year_ago)s))
    UNION ALL
    SELECT l.contact_id, date_part('epoch', l.at), -1, -1, {_CLASSES.index(TouchClass.CARE)},
           array_position(ARRAY{[one.value for one in _WAYS]}, l.channel) - 1, true
    FROM logged_touches l WHERE l.contact_id = ANY(%(ids)s::bigint[]) AND l.at > %(since)s
"""  # noqa: S608 - a constant of this file

_TOUCH_COLUMNS = {
    "contact_id": "i8",
    "at": "f8",
    "campaign_id": "i4",
    "edition_id": "i4",
    "touch_class": "i4",
    "channel": "i4",
    "counts": "?",
}

_LOADS = np.array([[load_of(touch_class, way) for way in _WAYS] for touch_class in _CLASSES])


def load_planning_table(
    connection: psycopg.Connection,
    ids: Collection[int],
    *,
    offers: Iterable[Offer],
    now: datetime,
    look_at: Mapping[int, float] | None = None,
) -> PlanningTable:
    """What decisions about `ids` need; the same few statements however many ids there are.

    Args:
        look_at: since when it is each contact's turn, in seconds; after an outage the overdue ones are spread.
    """
    values = {"ids": array_text(ids), "now": now, "rest": REST_DAYS}
    with connection.cursor(row_factory=namedtuple_row) as cursor:
        cohort_rows: list[Any] = cursor.execute(COHORTS, values).fetchall()
        campaigns: list[Any] = cursor.execute("SELECT id, key, name FROM campaigns ORDER BY id").fetchall()
    slowdown = connection.execute("SELECT slowdown FROM rhythm_learning").fetchone()
    industries = tuple(dict.fromkeys(row.industry_key for row in cohort_rows))
    choice = Offers.of(offers, industries=industries, campaigns={row.key: row.name for row in campaigns})
    people = read_columns(connection, *_contacts_query(choice, values), _CONTACT_COLUMNS)
    touches = _load_touches(connection, choice, campaigns, ids=array_text(ids), now=now)
    invited = _invited(connection, people, choice, ids=array_text(ids))
    cohort, industry = _numbered(people, cohort_rows, industries)
    recent, last_at = _recent(people, touches)
    min_gap = np.maximum(people["min_gap"], people["floor_gap"])
    max_gap = np.maximum(people["max_gap"], min_gap)
    gap = people["gap"] * (slowdown[0] if slowdown else 1.0)
    contacts = Contacts(
        id=people["id"],
        cohort=cohort,
        industry=industry,
        channels=np.stack([people["may_email"], people["may_sms"]], axis=1),
        min_gap=min_gap,
        max_gap=max_gap,
        gap=np.clip(gap, min_gap, max_gap),
        due_at=people["due_at"],
        famine_from=people["silent_since"] + max_gap * 86400.0,
        paused_until=people["paused_until"],
        last_at=np.maximum(people["last_at"], last_at),
        recent_at=recent[0],
        recent_load=recent[1],
        recent_campaign=recent[2].astype(np.int64),
        since_month=people["since_month"].astype(np.int64),
        since_day=people["since_day"].astype(np.int64),
        had=_had(people, touches, choice),
        kept_at=_kept_at(people, touches, choice),
        invited_from=invited[0],
        invited_until=invited[1],
        needs=people["needs"],
        not_before=_not_before(people["id"], look_at or {}, now=now),
        rests_until=people["rests_until"],
        promotions_from=people["promotions_from"],
        favours_half=people["half"].astype(np.int8),
        favours_channel=people["channel"].astype(np.int8),
    )
    cohorts = [
        Cohort(
            remembered_calendar(f"{row.industry_key}@{row.calendar_version}", row.calendar),
            ZoneInfo(row.time_zone),
            row.place,
        )
        for row in cohort_rows
    ]
    return PlanningTable(contacts, cohorts, choice, industries)


assert [HALVES.index(half) for half in ("morning", "evening")] == [1, 2]  # as CONTACTS numbers them
assert [CHANNELS.index(channel) for channel in (Channel.EMAIL, Channel.SMS)] == [0, 1]


def _contacts_query(offers: Offers, values: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """The statement for contacts with a bit for each set of attributes that campaigns need and one for each topic."""
    met = [f"(c.attributes @> %(needs{place})s::jsonb)" for place in range(len(offers.all_needs))]
    met += [f"(NOT %(topic{place})s = ANY(f.topics))" for place in range(len(offers.all_topics))]
    bits = [f"({holds}::int::bigint << {place})" for place, holds in enumerate(met)]
    needs = {f"needs{place}": json.dumps(dict(one)) for place, one in enumerate(offers.all_needs)}
    topics = {f"topic{place}": topic for place, topic in enumerate(offers.all_topics)}
    refusals = _REFUSALS if topics else ""
    return CONTACTS.format(needs=" | ".join(bits) or "0", refusals=refusals), {**values, **needs, **topics}


def _load_touches(
    connection: psycopg.Connection, offers: Offers, campaigns: Sequence[Any], *, ids: str, now: datetime
) -> NDArray[Any]:
    """Touches that matter, with places among campaigns (`campaign`, -1 for none) and their loads."""
    places = {row.id: offers.campaigns.index(row.key) for row in campaigns}
    values = {
        "ids": ids,
        "since": now - MEMORY,
        "year_ago": now - FORGETS_AFTER,
        "editions": [offer.edition_id for offer in offers.offers],
        "anniversaries": [row.id for row in campaigns if row.key in offers.anniversaries],
    }
    touches = read_columns(connection, TOUCHES, values, _TOUCH_COLUMNS)
    known = np.full(max(places, default=0) + 2, -1, np.int32)
    for campaign_id, place in places.items():
        known[campaign_id] = place
    touches["campaign_id"] = known[touches["campaign_id"]]
    return touches


def _numbered(people: NDArray[Any], cohort_rows: Sequence[Any], industries: Sequence[str]) -> tuple[Ints, Ints]:
    """Numbers of each contact's cohort and industry."""
    cohort, industry = np.zeros(len(people), np.int64), np.zeros(len(people), np.int64)
    for number, row in enumerate(cohort_rows):
        members = (people["industry_id"] == row.industry_id) & (people["place_key"] == row.place_key)
        cohort[members], industry[members] = number, industries.index(row.industry_key)
    return cohort, industry


def _recent(people: NDArray[Any], touches: NDArray[Any]) -> tuple[tuple[Floats, Floats, Floats], Floats]:
    """Instants, loads and campaigns of the touches of each contact, newest first, and the newest instant."""
    counted = touches[touches["counts"]]
    counted = counted[np.lexsort((-counted["at"], counted["contact_id"]))]
    row = np.searchsorted(people["id"], counted["contact_id"])
    place = np.arange(len(counted)) - np.searchsorted(row, row)
    most = int(place.max(initial=-1)) + 1
    at, load = np.full((len(people), most), NEVER), np.zeros((len(people), most))
    campaign = np.full((len(people), most), -1.0)
    at[row, place] = counted["at"]
    load[row, place] = _LOADS[counted["touch_class"], counted["channel"]]
    campaign[row, place] = counted["campaign_id"]
    return (at, load, campaign), at.max(axis=1, initial=NEVER)


def _not_before(ids: Ints, look_at: Mapping[int, float], *, now: datetime) -> Floats:
    turns = np.array([look_at.get(contact_id, NEVER) for contact_id in ids.tolist()], float)
    return not_before(ids, look_at=turns, now=seconds(now))


def _had(people: NDArray[Any], touches: NDArray[Any], offers: Offers) -> Flags:
    """Which offers each contact has a touch of, whatever became of it."""
    had = np.zeros((len(people), len(offers)), bool)
    if len(offers):
        editions = np.array([offer.edition_id for offer in offers.offers])
        order = np.argsort(editions)
        place = np.searchsorted(editions[order], touches["edition_id"])
        place = order[np.minimum(place, len(order) - 1)]
        of_offer = editions[place] == touches["edition_id"]
        had[np.searchsorted(people["id"], touches["contact_id"][of_offer]), place[of_offer]] = True
    return had


def _kept_at(people: NDArray[Any], touches: NDArray[Any], offers: Offers) -> Floats:
    """When each anniversary campaign reached each contact last."""
    kept = np.full((len(people), len(offers.anniversaries)), NEVER)
    for number, key in enumerate(offers.anniversaries):
        some = touches[touches["campaign_id"] == offers.campaigns.index(key)]
        np.maximum.at(kept[:, number], np.searchsorted(people["id"], some["contact_id"]), some["at"])
    return kept


def _invited(
    connection: psycopg.Connection, people: NDArray[Any], offers: Offers, *, ids: str
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """First and last day of each contact's open invitation to each edition that asks for one."""
    asking = offers.invitations
    first, last = (np.zeros((len(people), len(asking)), np.int32) for _ in range(2))
    if asking.size:
        editions = np.array([offers.offers[place].edition_id for place in asking.tolist()])
        order = np.argsort(editions)
        found = read_columns(connection, INVITED, {"ids": ids, "editions": editions.tolist()}, _INVITED_COLUMNS)
        row = np.searchsorted(people["id"], found["contact_id"])
        column = order[np.searchsorted(editions[order], found["edition_id"])]
        first[row, column], last[row, column] = found["from"], found["until"]
    return first, last
