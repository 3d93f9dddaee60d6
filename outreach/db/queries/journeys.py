"""Journeys as they stand and stood, what they may send, and how many contacts are where."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from psycopg.rows import class_row


@dataclass(frozen=True, slots=True)
class JourneyLine:
    """A journey as it stands.

    Attributes:
        source: pack or staff. edited_at: when staff changed it; None while it is as the pack has it.
        inside: contacts that are in it or wait for their turn.
    """

    id: int
    key: str
    definition: dict[str, Any]
    version: int
    active: bool
    source: str
    edited_at: datetime | None
    inside: int


_LINES = """
    SELECT j.id, j.key, j.definition, j.version, j.active, j.source, j.edited_at,
           (SELECT count(*) FROM enrolments e WHERE e.journey_id = j.id AND e.ended_at IS NULL)::int AS inside
    FROM journeys j
"""


def load_journeys(connection: psycopg.Connection) -> list[JourneyLine]:
    """All journeys, those that are switched on first."""
    with connection.cursor(row_factory=class_row(JourneyLine)) as cursor:
        return cursor.execute(_LINES + " ORDER BY NOT j.active, j.key").fetchall()


def load_journey(connection: psycopg.Connection, key: str, *, locked: bool = False) -> JourneyLine | None:
    """The journey with that key, locked until the transaction ends if asked; None if there is none."""
    with connection.cursor(row_factory=class_row(JourneyLine)) as cursor:
        lock = b" FOR NO KEY UPDATE OF j" if locked else b""
        return cursor.execute(_LINES.encode() + b" WHERE j.key = %s" + lock, (key,)).fetchone()


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A journey as it stood from then on."""

    version: int
    definition: dict[str, Any]
    source: str
    since: datetime


def load_versions(connection: psycopg.Connection, journey_id: int) -> list[VersionLine]:
    """All versions, the newest first."""
    with connection.cursor(row_factory=class_row(VersionLine)) as cursor:
        return cursor.execute(
            """
            SELECT version, definition, source, since FROM journey_versions WHERE journey_id = %s
            ORDER BY version DESC
            """,
            (journey_id,),
        ).fetchall()


def load_definitions(
    connection: psycopg.Connection, versions: Collection[tuple[int, int]]
) -> dict[tuple[int, int], dict[str, Any]]:
    """The definitions of these versions (journey, version)."""
    rows = connection.execute(
        """
        SELECT v.journey_id, v.version, v.definition FROM unnest(%s::int[], %s::int[]) AS n(journey_id, version)
        JOIN journey_versions v USING (journey_id, version) ORDER BY v.journey_id, v.version
        """,
        ([journey_id for journey_id, _ in versions], [version for _, version in versions]),
    )
    return {(journey_id, version): definition for journey_id, version, definition in rows}


def store_version(connection: psycopg.Connection, journey_id: int, *, source: str, now: datetime) -> None:
    """Writes the journey as it stands as a version, unless that version is written."""
    connection.execute(
        """
        INSERT INTO journey_versions (journey_id, version, definition, source, since)
        SELECT id, version, definition, %s, %s FROM journeys WHERE id = %s ON CONFLICT DO NOTHING
        """,
        (source, now, journey_id),
    )


def store_definition(
    connection: psycopg.Connection, journey_id: int, definition: dict[str, Any], *, by: str, now: datetime
) -> None:
    """A new version of a journey, by staff: a pack leaves it alone from now on."""
    connection.execute(
        """
        UPDATE journeys SET definition = %s, version = version + 1, edited_at = %s, updated_at = %s WHERE id = %s
        """,
        (json.dumps(definition), now, now, journey_id),
    )
    store_version(connection, journey_id, source=by, now=now)


def store_active(connection: psycopg.Connection, key: str, *, active: bool, now: datetime) -> bool:
    """Switches a journey on or off and lets us look at whoever is in it; False if it is so already, or unknown."""
    switched = connection.execute(
        "UPDATE journeys SET active = %s, updated_at = %s WHERE key = %s AND active <> %s",
        (active, now, key, active),
    ).rowcount
    if switched:
        connection.execute(
            """
            UPDATE enrolments SET due_at = %(now)s WHERE id IN (
                SELECT e.id FROM enrolments e JOIN journeys j ON j.id = e.journey_id
                WHERE j.key = %(key)s AND e.ended_at IS NULL AND e.due_at > %(now)s
                ORDER BY e.id FOR NO KEY UPDATE OF e)
            """,
            {"now": now, "key": key},
        )
    return bool(switched)


def load_edition_rules(connection: psycopg.Connection) -> dict[str, str]:
    """For each edition of a campaign that runs, as "campaign/edition", the rule of the campaign."""
    rows = connection.execute(
        """
        SELECT k.key || '/' || e.key, k.rule FROM editions e JOIN campaigns k ON k.id = e.campaign_id
        WHERE k.active ORDER BY 1
        """
    )
    return dict(rows.fetchall())


def load_edition_ids(connection: psycopg.Connection, names: Collection[str]) -> dict[str, int]:
    """Editions by "campaign/edition"; those there are not are missing."""
    rows = connection.execute(
        """
        SELECT k.key || '/' || e.key, e.id FROM editions e JOIN campaigns k ON k.id = e.campaign_id
        WHERE k.key = ANY(%s) AND k.key || '/' || e.key = ANY(%s) ORDER BY 1
        """,
        ([name.partition("/")[0] for name in names], list(names)),
    )
    return dict(rows.fetchall())


def load_industry_keys(connection: psycopg.Connection) -> list[str]:
    """The keys of all industries."""
    return [key for (key,) in connection.execute("SELECT key FROM industries ORDER BY key")]


def count_standing(connection: psycopg.Connection, journey_id: int) -> dict[str, int]:
    """How many contacts stand at each step now, whatever their version, by label; "" waits for its turn."""
    rows = connection.execute(
        """
        SELECT CASE WHEN place = 'waiting' THEN '' ELSE step END AS at, count(*)::int FROM enrolments
        WHERE journey_id = %s AND ended_at IS NULL GROUP BY at ORDER BY at
        """,
        (journey_id,),
    )
    return dict(rows.fetchall())


def count_endings(connection: psycopg.Connection, journey_id: int) -> dict[str, int]:
    """How many contacts came to each end of it."""
    rows = connection.execute(
        """
        SELECT ended_as, count(*)::int FROM enrolments WHERE journey_id = %s AND ended_at IS NOT NULL
        GROUP BY ended_as ORDER BY ended_as
        """,
        (journey_id,),
    )
    return dict(rows.fetchall())


@dataclass(frozen=True, slots=True)
class EnrolmentLine:
    """A contact's way through a journey, as its page shows it; `log` is a list of [at, step, what, detail]."""

    id: int
    journey_key: str
    definition: dict[str, Any]
    place: str
    step: str
    entered_at: datetime
    held_by: str
    ended_at: datetime | None
    ended_as: str
    log: list[list[str]]


def load_enrolments_of(connection: psycopg.Connection, contact_id: int, *, limit: int) -> list[EnrolmentLine]:
    """The journeys of a contact, those that go on first, then the newest."""
    with connection.cursor(row_factory=class_row(EnrolmentLine)) as cursor:
        return cursor.execute(
            """
            SELECT e.id, j.key AS journey_key, v.definition, e.place, e.step, e.entered_at, e.held_by, e.ended_at,
                   e.ended_as, e.log
            FROM enrolments e JOIN journeys j ON j.id = e.journey_id
            JOIN journey_versions v ON v.journey_id = e.journey_id AND v.version = e.version
            WHERE e.contact_id = %s ORDER BY e.ended_at IS NOT NULL, e.entered_at DESC, e.id DESC LIMIT %s
            """,
            (contact_id, limit),
        ).fetchall()
