"""What the loop did, counted from the ledger; and what is left to do at an instant."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg


def _pairs(connection: psycopg.Connection, query: str) -> dict[str, int]:
    return {str(key): int(count) for key, count in connection.execute(query)}


def _nested(connection: psycopg.Connection, query: str) -> dict[str, dict[str, int]]:
    table: dict[str, dict[str, int]] = {}
    for outer, inner, count in connection.execute(query):
        table.setdefault(str(outer), {})[str(inner)] = int(count)
    return table


def imported_rows(connection: psycopg.Connection) -> dict[str, dict[str, int]]:
    """Rows landed and refused over all imports, by kind."""
    rows = connection.execute(
        "SELECT kind, sum(rows_landed)::int, sum(rows_refused)::int FROM imports GROUP BY kind ORDER BY kind"
    )
    return {kind: {"landed": landed, "refused": refused} for kind, landed, refused in rows}


def contacts_by_industry(connection: psycopg.Connection) -> dict[str, int]:
    """Contacts per industry key."""
    return _pairs(
        connection,
        """
        SELECT i.key, count(c.id) FROM industries i LEFT JOIN contacts c ON c.industry_id = i.id
        GROUP BY 1 ORDER BY 1
        """,
    )


def contacts_by_language(connection: psycopg.Connection) -> dict[str, int]:
    """Contacts per language."""
    return _pairs(connection, "SELECT language, count(*) FROM contacts GROUP BY 1 ORDER BY 1")


def touches_by_channel_and_class(connection: psycopg.Connection) -> dict[str, dict[str, int]]:
    """Touches ever planned, per channel and class."""
    return _nested(connection, "SELECT channel, touch_class, count(*) FROM touches GROUP BY 1, 2 ORDER BY 1, 2")


def touches_by_state(connection: psycopg.Connection) -> dict[str, int]:
    """Touches per state."""
    return _pairs(connection, "SELECT state, count(*) FROM touches GROUP BY 1 ORDER BY 1")


def sent_by_locale(connection: psycopg.Connection) -> dict[str, int]:
    """Messages that left, per locale they were written in."""
    return _pairs(connection, "SELECT locale, count(*) FROM touches WHERE sent_at IS NOT NULL GROUP BY 1 ORDER BY 1")


def sent_by_channel(connection: psycopg.Connection) -> dict[str, int]:
    """Messages that left, per channel."""
    return _pairs(connection, "SELECT channel, count(*) FROM touches WHERE sent_at IS NOT NULL GROUP BY 1 ORDER BY 1")


def events_by_type_and_actor(connection: psycopg.Connection) -> dict[str, dict[str, int]]:
    """Events applied, per type and who did it."""
    return _nested(connection, "SELECT type, actor, count(*) FROM events GROUP BY 1, 2 ORDER BY 1, 2")


@dataclass(frozen=True, slots=True)
class CadenceMoves:
    """How many contacts' gaps moved, how often, and the latest sentence of each kind of reason."""

    contacts: int
    changes: int
    examples: tuple[str, ...]


def cadence_moves(connection: psycopg.Connection, *, examples: int) -> CadenceMoves:
    """The moves of all cadences, with up to `examples` sentences, of different reasons where there are."""
    row = connection.execute("SELECT count(DISTINCT contact_id), count(*) FROM cadence_changes").fetchone()
    assert row is not None
    sentences = connection.execute(
        """
        SELECT reason FROM (
            SELECT reason, row_number() OVER (PARTITION BY reason_code ORDER BY id DESC) AS rank, id
            FROM cadence_changes) AS ranked
        ORDER BY rank, id DESC LIMIT %s
        """,
        (examples,),
    ).fetchall()
    return CadenceMoves(row[0], row[1], tuple(sentence for (sentence,) in sentences))


def messages_arrived_twice(connection: psycopg.Connection) -> int:
    """Touches that the mailbox holds more than once. Anything but 0 is a broken promise."""
    row = connection.execute(
        """
        SELECT count(*) FROM (
            SELECT touch_id FROM mailbox_messages WHERE touch_id IS NOT NULL
            GROUP BY touch_id HAVING count(*) > 1) AS doubled
        """
    ).fetchone()
    assert row is not None
    return int(row[0])


@dataclass(frozen=True, slots=True)
class Unfinished:
    """What is left to do at an instant: contacts to look at; messages due, under way, in doubt; batches to read."""

    looks: int
    due: int
    moving: int
    doubtful: int
    batches: int

    def __bool__(self) -> bool:
        return any((self.looks, self.due, self.moving, self.doubtful, self.batches))


def unfinished(connection: psycopg.Connection, *, now: datetime) -> Unfinished:
    """What the workers still have to do for everything up to `now` to be done."""
    values: dict[str, Any] = {"now": now}
    row = connection.execute(
        """
        SELECT (SELECT count(*) FROM rhythms WHERE look_at <= %(now)s),
               (SELECT count(*) FROM touches WHERE state IN ('planned', 'retry_wait') AND send_at <= %(now)s),
               (SELECT count(*) FROM touches WHERE state IN ('claimed', 'sending')),
               (SELECT count(*) FROM touches WHERE state = 'unknown'),
               (SELECT count(*) FROM raw_batches WHERE applied_at IS NULL)
        """,
        values,
    ).fetchone()
    assert row is not None
    return Unfinished(*row)


@dataclass(frozen=True, slots=True)
class Imbalance:
    """Reachable contacts that are silent past the maximum gap, and contacts written to within the minimum gap."""

    famine: int
    feast: int


def balance(connection: psycopg.Connection, *, now: datetime) -> Imbalance:
    """Who is in famine or feast at `now`. Service and recovery are owed, not wanted: they make no feast."""
    row = connection.execute(
        """
        WITH gaps AS (
            SELECT t.contact_id, t.touch_class, t.sent_at,
                   t.sent_at - lag(t.sent_at) OVER (PARTITION BY t.contact_id ORDER BY t.sent_at) AS gap
            FROM touches t WHERE t.sent_at > %(now)s - interval '90 days')
        SELECT (SELECT count(*) FROM rhythms r JOIN contacts c ON c.id = r.contact_id
                JOIN industries i ON i.id = c.industry_id
                WHERE (c.may_email OR c.may_sms)
                  AND COALESCE(r.last_touch_at, r.started_at) + i.max_gap * interval '1 day' < %(now)s),
               (SELECT count(DISTINCT g.contact_id) FROM gaps g JOIN contacts c ON c.id = g.contact_id
                JOIN industries i ON i.id = c.industry_id
                WHERE g.touch_class NOT IN ('service', 'recovery') AND g.gap < i.min_gap * interval '1 day')
        """,
        {"now": now},
    ).fetchone()
    assert row is not None
    return Imbalance(*row)
