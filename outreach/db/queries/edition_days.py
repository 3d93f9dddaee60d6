"""The days of editions: for their calendar, for moving them, and for putting a series in order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import psycopg
from psycopg.rows import class_row

from outreach.db.queries.take_back import TakeBack, take_back_planned
from outreach.domain.reason import Reason
from outreach.domain.rhythm.codes import Code
from outreach.domain.rhythm.explain import day


@dataclass(frozen=True, slots=True)
class EditionDays:
    """When an edition is open.

    Attributes:
        state: draft | review | published.
        begun: whether anything of it has left, or is leaving.
        planned: touches that wait for their instant.
    """

    id: int
    key: str
    title: str
    state: str
    opens_on: date
    closes_on: date
    position: int
    round: int
    campaign_id: int
    campaign_name: str
    rule: str
    channel: str
    begun: bool
    planned: int

    @property
    def name(self) -> str:
        """What staff call it."""
        return self.title or self.key


@dataclass(frozen=True, slots=True)
class RecurringCampaign:
    """An active campaign with the rule of its editions and the days on which those open that it has."""

    id: int
    name: str
    recurrence: str
    opens: list[date]


_COLUMNS = """
    e.id, e.key, e.title, e.state, e.opens_on, e.closes_on, e.position, e.round, c.id AS campaign_id,
    c.name AS campaign_name, c.rule, c.channel,
    EXISTS (SELECT FROM touches t WHERE t.edition_id = e.id AND t.state NOT IN ('planned', 'claimed', 'skipped'))
        AS begun,
    (SELECT count(*) FROM touches t WHERE t.edition_id = e.id AND t.state = 'planned')::int AS planned
"""
SPAN = f"""
    SELECT {_COLUMNS} FROM editions e JOIN campaigns c ON c.id = e.campaign_id
    WHERE c.active AND e.opens_on <= %(last)s AND e.closes_on >= %(first)s
    ORDER BY c.id, e.opens_on, e.position, e.id
"""  # noqa: S608 - constants of this file
ONE = f"""
    SELECT {_COLUMNS} FROM editions e JOIN campaigns c ON c.id = e.campaign_id WHERE e.id = %s
"""  # noqa: S608 - constants of this file
SERIES = f"""
    SELECT {_COLUMNS} FROM editions e JOIN campaigns c ON c.id = e.campaign_id
    WHERE c.id = %s ORDER BY e.round, e.position, e.id
"""  # noqa: S608 - constants of this file
RECURRING = """
    SELECT c.id, c.name, c.recurrence,
           ARRAY(SELECT e.opens_on FROM editions e WHERE e.campaign_id = c.id ORDER BY e.opens_on) AS opens
    FROM campaigns c WHERE c.active AND c.recurrence <> '' ORDER BY c.id
"""
#: A day is the contact's own.
OUTSIDE = """
    SELECT t.id, t.send_at, k.name
    FROM touches t JOIN contacts c ON c.id = t.contact_id JOIN campaigns k ON k.id = t.campaign_id
    WHERE t.edition_id = %(edition)s AND t.state = 'planned'
      AND (t.send_at AT TIME ZONE c.time_zone)::date NOT BETWEEN %(opens_on)s AND %(closes_on)s
    ORDER BY t.id
"""


def load_edition_days(connection: psycopg.Connection, *, first: date, last: date) -> list[EditionDays]:
    """The editions of active campaigns that are open on any day from `first` to `last`, campaign by campaign."""
    with connection.cursor(row_factory=class_row(EditionDays)) as cursor:
        return cursor.execute(SPAN, {"first": first, "last": last}).fetchall()


def load_days_of(connection: psycopg.Connection, edition_id: int) -> EditionDays | None:
    """The days of one edition, None if there is no such."""
    with connection.cursor(row_factory=class_row(EditionDays)) as cursor:
        return cursor.execute(ONE, (edition_id,)).fetchone()


def load_series(connection: psycopg.Connection, campaign_id: int) -> list[EditionDays]:
    """All editions of a campaign in the order in which a contact gets them."""
    with connection.cursor(row_factory=class_row(EditionDays)) as cursor:
        return cursor.execute(SERIES, (campaign_id,)).fetchall()


def load_recurring(connection: psycopg.Connection) -> list[RecurringCampaign]:
    """The active campaigns whose editions follow a rule."""
    with connection.cursor(row_factory=class_row(RecurringCampaign)) as cursor:
        return cursor.execute(RECURRING).fetchall()


def load_recurrence(connection: psycopg.Connection, campaign_id: int) -> RecurringCampaign | None:
    """The rule of one campaign, which may be "", and its days; None if there is no such campaign."""
    statement = RECURRING.replace("c.active AND c.recurrence <> ''", "c.id = %s")
    with connection.cursor(row_factory=class_row(RecurringCampaign)) as cursor:
        return cursor.execute(statement, (campaign_id,)).fetchone()


def store_recurrence(connection: psycopg.Connection, campaign_id: int, rule: str, *, now: datetime) -> bool:
    """Writes the rule of a campaign; whether that changed anything."""
    statement = "UPDATE campaigns SET recurrence = %s, updated_at = %s WHERE id = %s AND recurrence <> %s"
    return connection.execute(statement, (rule, now, campaign_id, rule)).rowcount > 0


def lock_series(connection: psycopg.Connection, campaign_id: int) -> None:
    """Lets nobody else move, order or lengthen this campaign's editions until the transaction ends."""
    connection.execute("SELECT FROM campaigns WHERE id = %s FOR NO KEY UPDATE", (campaign_id,))


def store_days(
    connection: psycopg.Connection, edition_id: int, *, opens_on: date, closes_on: date, now: datetime
) -> None:
    """Moves an edition; a pack leaves its days alone from now on."""
    connection.execute(
        "UPDATE editions SET opens_on = %s, closes_on = %s, edited_at = %s, updated_at = %s WHERE id = %s",
        (opens_on, closes_on, now, now, edition_id),
    )


def store_order(connection: psycopg.Connection, positions: Sequence[tuple[int, int]], *, now: datetime) -> None:
    """Writes positions, given as pairs of edition id and position; a pack leaves them alone from now on."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE editions SET position = %s, edited_at = %s, updated_at = %s WHERE id = %s AND position <> %s",
            [(position, now, now, edition_id, position) for edition_id, position in positions],
        )


def planned_outside(
    connection: psycopg.Connection, edition_id: int, *, opens_on: date, closes_on: date
) -> dict[UUID, TakeBack]:
    """What is planned of an edition for days on which it would not be open, with why it is taken back."""
    values = {"edition": edition_id, "opens_on": opens_on, "closes_on": closes_on}
    why = f"its edition is open from {day(opens_on.isoformat())} to {day(closes_on.isoformat())} now"
    return {
        touch_id: TakeBack(
            touch_id,
            Reason(Code.TAKEN_BACK, {"campaign": campaign, "why": why, "send_at": send_at.isoformat()}),
        )
        for touch_id, send_at, campaign in connection.execute(OUTSIDE, values)
    }


def take_back_outside(
    connection: psycopg.Connection, edition_id: int, *, opens_on: date, closes_on: date, now: datetime
) -> int:
    """Takes that back, and says how many touches it were; what a worker has claimed is checked once more by itself."""
    takes = planned_outside(connection, edition_id, opens_on=opens_on, closes_on=closes_on)
    return len(take_back_planned(connection, list(takes.values()), now=now)) if takes else 0
