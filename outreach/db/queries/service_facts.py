"""What is known of services: read out of signals and contact columns, or written down by staff; each once."""

from dataclasses import dataclass
from datetime import date, datetime

import psycopg
from psycopg.rows import class_row

from outreach.db.queries.households import wake_households
from outreach.domain.care.due_services.facts import FactKind, FactSource
from outreach.domain.care.due_services.service import BOOKED_BY, DONE_BY, REFERENCE_MARK
from outreach.domain.rhythm.codes import Code

#: Signals told lately are looked at with every tick; whatever that misses is found with the first look of the day.
LATELY = "15 minutes"

_FROM_SIGNALS = """
    INSERT INTO service_facts (service_id, household_id, contact_id, kind, source, on_day, signal_id, noted_at)
    SELECT s.id, m.household_id, g.contact_id, CASE WHEN g.kind = ANY(%(booked)s) THEN 'booked' ELSE 'done' END,
           'signal', (g.occurred_at AT TIME ZONE c.time_zone)::date, g.id, %(now)s
    FROM signals g
    JOIN services s ON s.key = split_part(g.reference, %(mark)s, 1)
    JOIN contacts c ON c.id = g.contact_id
    JOIN household_members m ON m.contact_id = g.contact_id
    WHERE strpos(g.reference, ':') > 0 AND (g.kind = ANY(%(booked)s) OR g.kind = ANY(%(done)s)) AND {which}
      AND NOT EXISTS (SELECT FROM service_facts f WHERE f.signal_id = g.id AND f.service_id = s.id)
    ORDER BY g.occurred_at, g.id
    ON CONFLICT DO NOTHING
    RETURNING household_id
"""
#: A day that was corrected is corrected here; one that stays stays with the place it was told of.
_FROM_ATTRIBUTES = r"""
    WITH told AS (
        SELECT s.id AS service_id, m.household_id, c.id AS contact_id, btrim(c.attributes->>s.last_attribute) AS day
        FROM services s JOIN contacts c ON c.attributes ? s.last_attribute
        JOIN household_members m ON m.contact_id = c.id
        WHERE s.last_attribute <> ''
    ), days AS (
        -- A CASE, since conditions may be tried in any order; 30 February is no day.
        SELECT t.service_id, t.household_id, t.contact_id, CASE
            WHEN t.day ~ '^(19|20)\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$' THEN (SELECT CASE
                WHEN right(t.day, 2)::int <= extract(day FROM x.month + interval '1 month - 1 day') THEN t.day::date END
                FROM (SELECT (left(t.day, 7) || '-01')::date AS month) AS x) END AS on_day
        FROM told t
    ), gone AS (
        DELETE FROM service_facts f WHERE f.source = 'attribute' AND NOT EXISTS (
            SELECT FROM days d
            WHERE d.contact_id = f.contact_id AND d.service_id = f.service_id AND d.on_day <= %(latest)s)
        RETURNING f.household_id
    ), noted AS (
        INSERT INTO service_facts AS f (service_id, household_id, contact_id, kind, source, on_day, noted_at)
        SELECT d.service_id, d.household_id, d.contact_id, 'done', 'attribute', d.on_day, %(now)s
        FROM days d WHERE d.on_day <= %(latest)s ORDER BY d.contact_id, d.service_id
        ON CONFLICT (contact_id, service_id) WHERE source = 'attribute'
        DO UPDATE SET on_day = excluded.on_day, household_id = excluded.household_id, noted_at = excluded.noted_at
        WHERE f.on_day <> excluded.on_day
        RETURNING f.household_id)
    SELECT household_id FROM noted UNION SELECT household_id FROM gone
"""


def note_signals(connection: psycopg.Connection, *, everything: bool, now: datetime) -> int:
    """Reads bookings and visits out of signals that name a service; says how many are new.

    Args:
        everything: look at all signals ever told, not only at those told lately (by the database's clock).
    """
    which = "true" if everything else f"g.recorded_at > clock_timestamp() - interval '{LATELY}'"
    values = {
        "mark": REFERENCE_MARK,
        "booked": [kind.value for kind in BOOKED_BY],
        "done": [kind.value for kind in DONE_BY],
        "now": now,
    }
    rows = connection.execute(_FROM_SIGNALS.format(which=which), values).fetchall()
    wake_households(connection, [household_id for (household_id,) in rows], now=now)
    return len(rows)


def note_attributes(connection: psycopg.Connection, *, now: datetime) -> int:
    """Reads the days out of the contact columns that services name; says how many households it concerns."""
    rows = connection.execute(_FROM_ATTRIBUTES, {"now": now, "latest": now.date()}).fetchall()
    wake_households(connection, [household_id for (household_id,) in rows], now=now)
    return len(rows)


_FROM_CALLS = """
    INSERT INTO service_facts (service_id, household_id, contact_id, kind, source, on_day, noted_at, noted_by)
    SELECT r.service_id, m.household_id, COALESCE(r.contact_id, k.contact_id), 'booked', 'staff', k.closed_at::date,
           %(now)s, k.closed_by
    FROM service_rounds r
    JOIN tasks k ON k.contact_id = r.asked_id AND k.reason_code = %(code)s AND k.outcome = 'booked'
     AND k.closed_at::date >= r.listed_on
    JOIN household_members m ON m.contact_id = COALESCE(r.contact_id, k.contact_id)
    WHERE r.state = 'listed' AND (r.household_id IS NULL OR r.household_id = m.household_id)
    ORDER BY r.id
    ON CONFLICT DO NOTHING
    RETURNING household_id
"""


def note_calls(connection: psycopg.Connection, *, now: datetime) -> int:
    """Takes calls about services that ended in a booking as bookings of all they were about; says how many are new."""
    rows = connection.execute(_FROM_CALLS, {"now": now, "code": Code.CALL_SERVICE_DUE.value}).fetchall()
    wake_households(connection, [household_id for (household_id,) in rows], now=now)
    return len(rows)


@dataclass(frozen=True, slots=True)
class NewFact:
    """What staff write down of a service of a contact."""

    service_id: int
    household_id: int
    contact_id: int
    kind: FactKind
    on: date
    by: str


def add_fact(connection: psycopg.Connection, fact: NewFact, *, now: datetime) -> int | None:
    """Writes a fact down and has its household looked at; its id, None if it stands there already."""
    row = connection.execute(
        """
        INSERT INTO service_facts (service_id, household_id, contact_id, kind, source, on_day, noted_at, noted_by)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING RETURNING id
        """,
        (
            *(fact.service_id, fact.household_id, fact.contact_id, fact.kind.value, FactSource.STAFF.value),
            *(fact.on, now, fact.by),
        ),
    ).fetchone()
    wake_households(connection, [fact.household_id], now=now)
    return int(row[0]) if row else None


def remove_fact(connection: psycopg.Connection, fact_id: int, *, contact_id: int, now: datetime) -> bool:
    """Takes back what staff wrote down for a contact; whether there was anything to take back."""
    row = connection.execute(
        "DELETE FROM service_facts WHERE id = %s AND contact_id = %s AND source = 'staff' RETURNING household_id",
        (fact_id, contact_id),
    ).fetchone()
    if row:
        wake_households(connection, [row[0]], now=now)
    return row is not None


@dataclass(frozen=True, slots=True)
class FactLine:
    """A fact as pages tell it; `reference` is that of its signal."""

    id: int
    service_id: int
    household_id: int
    contact_id: int | None
    kind: str
    source: str
    on_day: date
    noted_by: str
    reference: str
    first_name: str


def load_fact_lines(connection: psycopg.Connection, household_id: int) -> list[FactLine]:
    """What is known of a household's services and those of its members, newest first."""
    with connection.cursor(row_factory=class_row(FactLine)) as cursor:
        return cursor.execute(
            """
            SELECT f.id, f.service_id, f.household_id, f.contact_id, f.kind, f.source, f.on_day, f.noted_by,
                   COALESCE(g.reference, '') AS reference, COALESCE(c.first_name, '') AS first_name
            FROM service_facts f LEFT JOIN signals g ON g.id = f.signal_id LEFT JOIN contacts c ON c.id = f.contact_id
            WHERE f.household_id = %(id)s
               OR f.contact_id IN (SELECT contact_id FROM household_members WHERE household_id = %(id)s)
            ORDER BY f.on_day DESC, f.id DESC
            """,
            {"id": household_id},
        ).fetchall()
