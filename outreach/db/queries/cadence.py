"""What contacts' rhythms are learnt from, and where that is written: rhythms and the log of their changes."""

import json
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg
from psycopg.rows import class_row, dict_row

from outreach.domain.rhythm.band import RhythmBand
from outreach.domain.rhythm.codes import Code
from outreach.domain.rhythm.explain import sentence
from outreach.domain.rhythm.lessons import Learnt
from outreach.domain.rhythm.pressure import Timing
from outreach.domain.rhythm.stories import History, Story
from outreach.domain.touch import Channel, TouchClass

#: Messages that left, but for those that rode along in another's mail, and touches that people wrote down.
STORIES = """
    SELECT t.contact_id, t.id AS touch_id, t.sent_at, k.name AS campaign_name, t.channel, t.touch_class, t.reason_code,
           t.opened_at, t.clicked_at, t.matured_at IS NOT NULL AS matured, t.state = 'sent' AS arrived,
           COALESCE(e.replied, false) AS replied, COALESCE(e.complained, false) AS complained,
           COALESCE(e.unsubscribed, false) AS unsubscribed, COALESCE(e.fetched, false) AS fetched,
           COALESCE(e.followed, false) AS followed, COALESCE(e.glimpsed, false) AS glimpsed,
           COALESCE(e.maybe_opened, 0) AS maybe_opened, COALESCE(e.maybe_clicked, 0) AS maybe_clicked
    FROM touches t JOIN campaigns k ON k.id = t.campaign_id
    CROSS JOIN LATERAL (
        SELECT bool_or(type = 'replied') AS replied, bool_or(type = 'complained') AS complained,
               bool_or(type = 'unsubscribed') AS unsubscribed,
               bool_or(type = 'opened' AND actor = 'machine') AS fetched,
               bool_or(type = 'clicked' AND actor = 'machine') AS followed,
               bool_or(type = 'opened' AND actor = 'unsure') AS glimpsed,
               -- The likeliest of them and not their sum: they are often one and the same visitor.
               max(probability) FILTER (WHERE type = 'opened' AND actor = 'unsure') AS maybe_opened,
               max(probability) FILTER (WHERE type = 'clicked' AND actor = 'unsure') AS maybe_clicked
        FROM events WHERE touch_id = t.id) AS e
    WHERE t.contact_id = ANY(%(ids)s) AND t.sent_at IS NOT NULL AND t.merged_into IS NULL
"""
LOGGED = "SELECT contact_id, channel, at FROM logged_touches WHERE contact_id = ANY(%(ids)s)"

#: The band is the contact's own where staff set one, and a target outside it comes inside.
HISTORIES = """
    SELECT r.contact_id, r.gap, b.min_gap, b.max_gap, LEAST(GREATEST(i.target_gap, b.min_gap), b.max_gap) AS target_gap,
           CASE WHEN r.floor_gap_until > %(now)s THEN COALESCE(r.floor_gap, 0) ELSE 0 END AS floor_gap, r.learn_from
    FROM rhythms r JOIN contacts c ON c.id = r.contact_id JOIN industries i ON i.id = c.industry_id
    CROSS JOIN LATERAL (
        SELECT COALESCE(r.own_min_gap, i.min_gap) AS min_gap,
               GREATEST(COALESCE(r.own_max_gap, i.max_gap), COALESCE(r.own_min_gap, i.min_gap)) AS max_gap) AS b
    WHERE r.contact_id = ANY(%(ids)s) ORDER BY r.contact_id
"""

_TIMINGS = {Code.DUE_QUIET.value: Timing.BUSY, Code.DUE_PEAK.value: Timing.KEEN}


def lock_learning_contacts(
    connection: psycopg.Connection, contact_ids: Collection[int], *, now: datetime
) -> list[History]:
    """These contacts with all they were taught, their rhythms locked in one order until the transaction ends."""
    ids = sorted(contact_ids)
    connection.execute("SELECT FROM rhythms WHERE contact_id = ANY(%s) ORDER BY contact_id FOR NO KEY UPDATE", (ids,))
    return load_histories(connection, ids, now=now)


def load_histories(connection: psycopg.Connection, contact_ids: Collection[int], *, now: datetime) -> list[History]:
    """What the ledger knows about the rhythms of these contacts, in the order of their ids; three statements."""
    values = {"ids": list(contact_ids), "now": now}
    stories: defaultdict[int, list[Story]] = defaultdict(list)
    with connection.cursor(row_factory=dict_row) as cursor:
        zones = {
            row["id"]: ZoneInfo(row["time_zone"])
            for row in cursor.execute("SELECT id, time_zone FROM contacts WHERE id = ANY(%(ids)s)", values)
        }
        for row in cursor.execute(STORIES, values):
            contact_id = row.pop("contact_id")
            stories[contact_id].append(_story(row, zones[contact_id]))
        for row in cursor.execute(LOGGED, values):
            stories[row["contact_id"]].append(Story(None, row["at"], channel=Channel(row["channel"])))
        return [
            History(
                contact_id=row["contact_id"],
                gap=row["gap"],
                band=RhythmBand(row["min_gap"], row["target_gap"], row["max_gap"]),
                stories=stories[row["contact_id"]],
                floor_gap=row["floor_gap"],
                learn_from=row["learn_from"],
            )
            for row in cursor.execute(HISTORIES, values).fetchall()
        ]


def _story(row: dict[str, Any], zone: ZoneInfo) -> Story:
    row["channel"], row["touch_class"] = Channel(row["channel"]), TouchClass(row["touch_class"])
    timing = _TIMINGS.get(row.pop("reason_code"), Timing.ORDINARY)
    opened, clicked = (_hour(row.pop(at), zone) for at in ("opened_at", "clicked_at"))
    return Story(**row, timing=timing, opened=opened, clicked=clicked)


def _hour(at: datetime | None, zone: ZoneInfo) -> int:
    return -1 if at is None else at.astimezone(zone).hour


def store_learnt(connection: psycopg.Connection, learnt: Sequence[Learnt], *, now: datetime) -> int:
    """Writes what contacts' messages taught, with a line in the log for every gap that moved; how many did.

    With a new gap goes when the next touch is due by it. What is planned already stays: plans are written shortly
    before they leave. The planner looks again at once, because only it knows what seasons make of the new gap.
    """
    facts = {
        "now": now,
        "contacts": [one.contact_id for one in learnt],
        "capacities": [one.capacity for one in learnt],
        "hours": [one.favours_hours for one in learnt],
        "channels": [one.favours_channel for one in learnt],
    }
    connection.execute(
        """
        UPDATE rhythms r SET capacity = n.capacity, favours_hours = n.hours, favours_channel = n.channel,
                             updated_at = %(now)s
        FROM unnest(%(contacts)s::bigint[], %(capacities)s::float8[], %(hours)s::text[], %(channels)s::text[])
             AS n(contact_id, capacity, hours, channel)
        WHERE r.contact_id = n.contact_id
          AND (r.capacity, r.favours_hours, r.favours_channel) IS DISTINCT FROM (n.capacity, n.hours, n.channel)
        """,
        facts,
    )
    moved = [(one.contact_id, one.revision) for one in learnt if one.revision]
    values = {
        "now": now,
        "contacts": [contact_id for contact_id, _ in moved],
        "touches": [revision.touch_id for _, revision in moved],
        "before": [revision.before for _, revision in moved],
        "after": [revision.after for _, revision in moved],
        "codes": [revision.reason.code for _, revision in moved],
        "numbers": [json.dumps(dict(revision.reason.numbers)) for _, revision in moved],
        "sentences": [sentence(revision.reason) for _, revision in moved],
    }
    connection.execute(
        """
        UPDATE rhythms r SET gap = n.gap, next_due_at = n.due, updated_at = %(now)s,
                             look_at = LEAST(r.look_at, %(now)s)
        FROM (SELECT n.contact_id, n.gap,
                     COALESCE(last.last_touch_at, last.started_at) + n.gap * interval '1 day' AS due
              FROM unnest(%(contacts)s::bigint[], %(after)s::float8[]) AS n(contact_id, gap)
              JOIN rhythms last ON last.contact_id = n.contact_id) AS n
        WHERE r.contact_id = n.contact_id
        """,
        values,
    )
    connection.execute(
        """
        INSERT INTO cadence_changes (contact_id, touch_id, changed_at, gap_before, gap_after, reason_code,
                                     reason_numbers, reason)
        SELECT n.contact_id, n.touch_id, %(now)s, n.before, n.after, n.code, n.numbers, n.sentence
        FROM unnest(%(contacts)s::bigint[], %(touches)s::uuid[], %(before)s::float8[], %(after)s::float8[],
                    %(codes)s::text[], %(numbers)s::jsonb[], %(sentences)s::text[])
             AS n(contact_id, touch_id, before, after, code, numbers, sentence)
        """,
        values,
    )
    return len(moved)


def forget(connection: psycopg.Connection, contact_id: int, *, now: datetime) -> None:
    """Messages of this contact that left before `now` teach nothing any more; its rhythm is locked."""
    connection.execute("UPDATE rhythms SET learn_from = %s WHERE contact_id = %s", (now, contact_id))


@dataclass(frozen=True, slots=True)
class MaturedTouch:
    """A message whose days have passed."""

    id: UUID
    contact_id: int


def mature_oldest(
    connection: psycopg.Connection, *, sent_before: datetime, now: datetime, limit: int
) -> list[MaturedTouch]:
    """Stamps up to `limit` messages sent before an instant as matured; other workers skip them while we do."""
    with connection.cursor(row_factory=class_row(MaturedTouch)) as cursor:
        return cursor.execute(
            """
            WITH chosen AS (
                SELECT id FROM touches WHERE state = 'sent' AND matured_at IS NULL AND sent_at <= %s
                ORDER BY sent_at LIMIT %s FOR NO KEY UPDATE SKIP LOCKED)
            UPDATE touches t SET matured_at = %s FROM chosen
            WHERE t.id = chosen.id AND t.matured_at IS NULL RETURNING t.id, t.contact_id
            """,
            (sent_before, limit, now),
        ).fetchall()
