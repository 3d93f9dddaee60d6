"""Stated wishes and a contact's own band: where they are written, and the lines that tell of them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

import psycopg
from psycopg.rows import class_row

from outreach.domain.events import Actor
from outreach.domain.reason import Reason
from outreach.domain.rhythm.explain import sentence
from outreach.domain.wishes import WishKind


@dataclass(frozen=True, slots=True)
class StandingWishes:
    """What a contact's rhythm is bound to, the rhythm locked.

    Attributes:
        gap: in days, as it stands.
        min_gap, max_gap: of the industry. own_min_gap, own_max_gap: the contact's own where staff set one.
        floor_gap: days of a wish to hear less often that is in force, else None.
        floor_since: when that was asked for last.
        paused_until: a pause that is not over, else None.
        more_often: the longest gap that the contact's last wish set and that still holds, else None;
            before_that: the contact's own longest gap that it replaced, None for the industry's.
    """

    contact_id: int
    gap: float
    min_gap: float
    max_gap: float
    own_min_gap: float | None
    own_max_gap: float | None
    floor_gap: float | None
    floor_since: datetime | None
    paused_until: datetime | None
    last_touch_at: datetime | None
    time_zone: str
    more_often: float | None
    before_that: float | None

    @property
    def longest_gap(self) -> float:
        """The longest gap in force."""
        return max(self.own_max_gap or self.max_gap, self.own_min_gap or self.min_gap)


STANDING = """
    SELECT r.contact_id, r.gap, i.min_gap, i.max_gap, r.own_min_gap, r.own_max_gap, r.last_touch_at, c.time_zone,
           CASE WHEN r.floor_gap_until > %(now)s THEN r.floor_gap END AS floor_gap,
           CASE WHEN r.paused_until > %(now)s THEN r.paused_until END AS paused_until,
           (SELECT max(v.occurred_at) FROM events v
            WHERE v.contact_id = r.contact_id AND v.type = 'less_often') AS floor_since,
           CASE WHEN w.max_gap = r.own_max_gap THEN w.max_gap END AS more_often, w.before AS before_that
    FROM rhythms r JOIN contacts c ON c.id = r.contact_id JOIN industries i ON i.id = c.industry_id
    LEFT JOIN LATERAL (
        SELECT (v.data->>'max_gap')::float AS max_gap, (v.data->>'before')::float AS before FROM events v
        WHERE v.contact_id = r.contact_id AND v.type IN ('more_often', 'less_often', 'usual_rhythm')
        ORDER BY v.id DESC LIMIT 1) AS w ON true
    WHERE r.contact_id = %(contact)s
"""


def lock_wishes(connection: psycopg.Connection, contact_id: int, *, now: datetime) -> StandingWishes | None:
    """What the contact wished for so far, its rhythm locked until the transaction ends; None if there is no such."""
    # The lock first and the rest after it, so that what another just wrote is seen.
    connection.execute("SELECT FROM rhythms WHERE contact_id = %s FOR NO KEY UPDATE", (contact_id,))
    with connection.cursor(row_factory=class_row(StandingWishes)) as cursor:
        return cursor.execute(STANDING, {"contact": contact_id, "now": now}).fetchone()


def store_floor(
    connection: psycopg.Connection, contact_id: int, *, floor_gap: float | None, until: datetime | None
) -> None:
    """No gap below so many days until an instant; None for both ends the wish."""
    connection.execute(
        "UPDATE rhythms SET floor_gap = %s, floor_gap_until = %s WHERE contact_id = %s", (floor_gap, until, contact_id)
    )


def store_pause(connection: psycopg.Connection, contact_id: int, *, until: datetime | None) -> None:
    """Nothing ordinary before an instant; None ends the pause."""
    connection.execute("UPDATE rhythms SET paused_until = %s WHERE contact_id = %s", (until, contact_id))


def store_own_band(
    connection: psycopg.Connection, contact_id: int, *, min_gap: float | None, max_gap: float | None
) -> None:
    """The contact's own band in days; None follows the industry."""
    connection.execute(
        "UPDATE rhythms SET own_min_gap = %s, own_max_gap = %s WHERE contact_id = %s", (min_gap, max_gap, contact_id)
    )


def look_soon(connection: psycopg.Connection, contact_id: int, *, now: datetime) -> None:
    """Lets the planner look at the contact at its next tick."""
    connection.execute("UPDATE rhythms SET look_at = %s WHERE contact_id = %s", (now, contact_id))


def note_wish(
    connection: psycopg.Connection,
    contact_id: int,
    kind: WishKind,
    *,
    source: str,
    touch_id: UUID | None,
    now: datetime,
    numbers: Mapping[str, float] | None = None,
) -> None:
    """A line among the contact's events.

    Args:
        source: where it was said: "unsubscribe page", "mair@hearth.example".
        touch_id: the message whose page it was said on.
        numbers: what it changed, in days, to be found when it is taken back.
    """
    told = {name: str(number) for name, number in (numbers or {}).items()}
    connection.execute(
        """
        INSERT INTO events (key, touch_id, contact_id, type, actor, occurred_at, recorded_at, data)
        VALUES (%(key)s, %(touch)s, %(contact)s, %(type)s, %(actor)s, %(now)s, %(now)s, %(data)s)
        """,
        {
            "key": f"wish {uuid4()}",
            "touch": touch_id,
            "contact": contact_id,
            "type": kind.value,
            "actor": Actor.HUMAN.value,
            "now": now,
            "data": json.dumps({"source": source, **told}),
        },
    )


def note_same_gap(
    connection: psycopg.Connection, contact_id: int, *, gap: float, reason: Reason, now: datetime
) -> None:
    """A line in the log of the contact's gap that explains why it stays as it is."""
    connection.execute(
        """
        INSERT INTO cadence_changes (contact_id, changed_at, gap_before, gap_after, reason_code, reason_numbers, reason)
        VALUES (%(contact)s, %(now)s, %(gap)s, %(gap)s, %(code)s, %(numbers)s, %(reason)s)
        """,
        {
            "contact": contact_id,
            "now": now,
            "gap": gap,
            "code": reason.code,
            "numbers": json.dumps(dict(reason.numbers)),
            "reason": sentence(reason),
        },
    )
