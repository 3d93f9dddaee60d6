"""What a contact's cadence is read off, and where it is written: rhythms and the log of their changes."""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import psycopg
from psycopg.rows import class_row, dict_row

from outreach.domain.rhythm.band import RhythmBand
from outreach.domain.rhythm.explain import sentence
from outreach.domain.rhythm.lessons import MessageStory, Revision

#: The planner writes touches down at most this long before they leave, so it must look again that early.
AHEAD = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class LearningContact:
    """A contact whose cadence may move, locked: its present gap, its band, and the stories of its messages."""

    contact_id: int
    gap: float
    band: RhythmBand
    stories: list[MessageStory] = field(default_factory=list)


#: Messages that left; one that came back after it had taught by its silence teaches no more.
STORIES = """
    SELECT t.contact_id, t.id AS touch_id, t.sent_at, c.name AS campaign_name, t.opened_at IS NOT NULL AS opened,
           t.clicked_at IS NOT NULL AS clicked,
           EXISTS (SELECT FROM events e WHERE e.touch_id = t.id AND e.type = 'replied') AS replied,
           EXISTS (SELECT FROM events e WHERE e.touch_id = t.id AND e.type = 'complained') AS complained,
           t.matured_at IS NOT NULL AND t.state = 'sent' AND t.channel = 'email' AS unanswered
    FROM touches t JOIN campaigns c ON c.id = t.campaign_id
    WHERE t.contact_id = ANY(%s) AND t.sent_at IS NOT NULL
"""


def lock_learning_contacts(connection: psycopg.Connection, contact_ids: Collection[int]) -> list[LearningContact]:
    """These contacts with all they were taught, their rhythms locked in one order until the transaction ends."""
    ids = sorted(contact_ids)
    connection.execute("SELECT FROM rhythms WHERE contact_id = ANY(%s) ORDER BY contact_id FOR NO KEY UPDATE", (ids,))
    stories: defaultdict[int, list[MessageStory]] = defaultdict(list)
    with connection.cursor(row_factory=dict_row) as cursor:
        for row in cursor.execute(STORIES, (ids,)):
            stories[row.pop("contact_id")].append(MessageStory(**row))
        rows = cursor.execute(
            """
            SELECT r.contact_id, r.gap, i.min_gap, i.target_gap, i.max_gap
            FROM rhythms r JOIN contacts c ON c.id = r.contact_id JOIN industries i ON i.id = c.industry_id
            WHERE r.contact_id = ANY(%s) ORDER BY r.contact_id
            """,
            (ids,),
        ).fetchall()
    return [
        LearningContact(
            contact_id=row["contact_id"],
            gap=row["gap"],
            band=RhythmBand(row["min_gap"], row["target_gap"], row["max_gap"]),
            stories=stories[row["contact_id"]],
        )
        for row in rows
    ]


def store_revisions(connection: psycopg.Connection, revisions: Mapping[int, Revision], *, now: datetime) -> None:
    """Writes new gaps by contact, when the next touch is due by them, and a line in the log with the sentence for each.

    What is planned already stays: plans are written at most `AHEAD` before they leave, and an edition reaches a contact
    once, so withdrawing one would lose it. The planner looks again in time for the new due date.
    """
    values = {
        "now": now,
        "ahead": AHEAD,
        "contacts": list(revisions),
        "touches": [revision.touch_id for revision in revisions.values()],
        "before": [revision.before for revision in revisions.values()],
        "after": [revision.after for revision in revisions.values()],
        "codes": [revision.reason.code for revision in revisions.values()],
        "numbers": [json.dumps(dict(revision.reason.numbers)) for revision in revisions.values()],
        "sentences": [sentence(revision.reason) for revision in revisions.values()],
    }
    connection.execute(
        """
        UPDATE rhythms r SET gap = n.gap, next_due_at = n.due, updated_at = %(now)s,
                             look_at = LEAST(r.look_at, GREATEST(%(now)s, n.due - %(ahead)s))
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
