"""Versions of calendars and bands, and what a new version moves: planned touches and gaps outside the band."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
from psycopg.rows import class_row, dict_row

from outreach.domain.planning.taking_back import WaitingTouch
from outreach.domain.reason import Reason
from outreach.domain.rhythm.band import RhythmBand
from outreach.domain.rhythm.codes import Code
from outreach.domain.rhythm.explain import sentence
from outreach.domain.touch import Channel, TouchClass


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """A calendar (as the pack stated it) and band as they stood; `moved` counts the planned touches taken back."""

    industry_id: int
    version: int
    calendar: dict[str, Any]
    min_gap: float
    target_gap: float
    max_gap: float
    source: str
    moved: int
    since: datetime


WAITING = """
    SELECT t.id, t.contact_id, t.edition_id, k.name AS campaign_name, t.channel, t.touch_class, t.send_at, c.time_zone,
           COALESCE(NULLIF(c.region, ''), c.country) AS place, GREATEST(r.last_touch_at, o.at) AS last_at,
           r.own_min_gap, CASE WHEN r.floor_gap_until > %(now)s THEN r.floor_gap END AS floor_gap
    FROM touches t
    JOIN contacts c ON c.id = t.contact_id
    JOIN rhythms r ON r.contact_id = t.contact_id
    JOIN campaigns k ON k.id = t.campaign_id
    CROSS JOIN LATERAL (
        SELECT max(COALESCE(o.sent_at, o.send_at)) AS at FROM touches o
        WHERE o.contact_id = t.contact_id AND o.id <> t.id AND o.state NOT IN ('skipped', 'failed')
          AND COALESCE(o.sent_at, o.send_at) < t.send_at) AS o
    WHERE t.state = 'planned' AND c.industry_id = %(industry_id)s
    ORDER BY t.id
"""


def lock_rhythms_of(connection: psycopg.Connection, *, industry_id: int) -> None:
    """Waits for planners that hold contacts of the industry, and keeps new ones away until the transaction ends.

    So no plan made by the old calendar appears after those that are looked through.
    """
    connection.execute(
        """
        SELECT FROM rhythms r JOIN contacts c ON c.id = r.contact_id
        WHERE c.industry_id = %s ORDER BY r.contact_id FOR NO KEY UPDATE OF r
        """,
        (industry_id,),
    )


def load_waiting_touches(connection: psycopg.Connection, *, industry_id: int, now: datetime) -> list[WaitingTouch]:
    """Every planned touch of the industry's contacts that nobody has claimed."""
    with connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(WAITING, {"industry_id": industry_id, "now": now}).fetchall()
    return [
        WaitingTouch(
            id=row["id"],
            contact_id=row["contact_id"],
            edition_id=row["edition_id"],
            campaign_name=row["campaign_name"],
            channel=Channel(row["channel"]),
            touch_class=TouchClass(row["touch_class"]),
            send_at=row["send_at"],
            zone=ZoneInfo(row["time_zone"]),
            place=row["place"],
            last_at=row["last_at"],
            own_min_gap=row["own_min_gap"],
            floor_gap=row["floor_gap"] or 0.0,
        )
        for row in rows
    ]


def clip_gaps(connection: psycopg.Connection, *, industry_id: int, band: RhythmBand, now: datetime) -> int:
    """Brings the gaps of the industry's contacts inside a changed band, each with a line in its log; says how many.

    A contact's own band stands in for the industry's, and nobody hears more often than it asked for.
    """
    outside = connection.execute(
        """
        WITH bands AS (
            SELECT r.contact_id, r.gap AS before, GREATEST(f.floor_gap, COALESCE(r.own_min_gap, %(min)s)) AS lowest,
                   GREATEST(f.floor_gap, COALESCE(r.own_max_gap, %(max)s)) AS highest
            FROM rhythms r JOIN contacts c ON c.id = r.contact_id
            CROSS JOIN LATERAL (
                SELECT CASE WHEN r.floor_gap_until > %(now)s THEN r.floor_gap ELSE 0 END AS floor_gap) AS f
            WHERE c.industry_id = %(industry_id)s
        ), moved AS (
            UPDATE rhythms r
            SET gap = b.after, updated_at = %(now)s, next_due_at = CASE
                    WHEN r.last_touch_at IS NULL THEN r.next_due_at
                    ELSE r.last_touch_at + b.after * interval '1 day' END
            FROM (SELECT *, LEAST(highest, GREATEST(lowest, before)) AS after FROM bands) AS b
            WHERE r.contact_id = b.contact_id AND b.after <> b.before
            RETURNING r.contact_id, b.before, b.after
        )
        SELECT contact_id, before, after FROM moved ORDER BY contact_id
        """,
        {"industry_id": industry_id, "min": band.min_gap, "max": band.max_gap, "now": now},
    ).fetchall()
    if outside:
        _log_clipped(connection, outside, band=band, now=now)
    return len(outside)


def _log_clipped(
    connection: psycopg.Connection, outside: Sequence[tuple[int, float, float]], *, band: RhythmBand, now: datetime
) -> None:
    reasons = [
        Reason(
            Code.CADENCE_BAND,
            {"gap_before": before, "gap_after": after, "min_gap": band.min_gap, "max_gap": band.max_gap},
        )
        for _, before, after in outside
    ]
    connection.execute(
        """
        INSERT INTO cadence_changes (contact_id, changed_at, gap_before, gap_after, reason_code, reason_numbers, reason)
        SELECT n.contact_id, %(now)s, n.before, n.after, %(code)s, n.numbers, n.sentence
        FROM unnest(%(contacts)s::bigint[], %(before)s::float8[], %(after)s::float8[], %(numbers)s::jsonb[],
                    %(sentences)s::text[]) AS n(contact_id, before, after, numbers, sentence)
        """,
        {
            "now": now,
            "code": Code.CADENCE_BAND,
            "contacts": [contact_id for contact_id, _, _ in outside],
            "before": [before for _, before, _ in outside],
            "after": [after for _, _, after in outside],
            "numbers": [json.dumps(dict(reason.numbers)) for reason in reasons],
            "sentences": [sentence(reason) for reason in reasons],
        },
    )


def store_version(connection: psycopg.Connection, *, industry_id: int, source: str, moved: int, now: datetime) -> int:
    """Writes the industry's calendar and band, as they stand, into its history; says which version that is."""
    stored = connection.execute(
        """
        INSERT INTO calendar_versions
            (industry_id, version, calendar, min_gap, target_gap, max_gap, source, moved, since)
        SELECT id, calendar_version, calendar, min_gap, target_gap, max_gap, %s, %s, %s FROM industries WHERE id = %s
        RETURNING version
        """,
        (source, moved, now, industry_id),
    ).fetchone()
    assert stored is not None
    return int(stored[0])


def load_versions(connection: psycopg.Connection, *, industry_id: int) -> list[StoredVersion]:
    """The industry's versions, newest first."""
    with connection.cursor(row_factory=class_row(StoredVersion)) as cursor:
        return cursor.execute(
            """
            SELECT industry_id, version, calendar, min_gap, target_gap, max_gap, source, moved, since
            FROM calendar_versions WHERE industry_id = %s ORDER BY version DESC
            """,
            (industry_id,),
        ).fetchall()
