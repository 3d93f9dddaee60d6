"""Writes back what a look at households comes to: rounds, the next look, calls that are settled."""

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import UTC, date, datetime, time

import psycopg

from outreach.domain.care.due_services.household import Look
from outreach.domain.care.due_services.rounds import Round
from outreach.domain.care.due_services.service import Holder
from outreach.domain.reason import Reason
from outreach.domain.rhythm.codes import Code

_COLUMNS = """
    id bigint, service_id int, household_id bigint, contact_id bigint, state text, due_on date, opened_on date,
    attempts int, told boolean, asked_on date, asked_id bigint, cause text, listed_on date, booked_on date,
    ended_on date, ended_as text
"""
_BEGIN = f"""
    INSERT INTO service_rounds (service_id, household_id, contact_id, state, due_on, opened_on, attempts, told,
                                asked_on, asked_id, cause, listed_on, booked_on, ended_on, ended_as)
    SELECT service_id, household_id, contact_id, state, due_on, opened_on, attempts, told, asked_on, asked_id, cause,
           listed_on, booked_on, ended_on, ended_as
    FROM json_to_recordset(%s::json) AS n({_COLUMNS})
"""  # noqa: S608 - built of constants
_MOVE = f"""
    UPDATE service_rounds r SET state = n.state, due_on = n.due_on, attempts = n.attempts, told = n.told,
           asked_on = n.asked_on, asked_id = n.asked_id, cause = n.cause, listed_on = n.listed_on,
           booked_on = n.booked_on, ended_on = n.ended_on, ended_as = n.ended_as
    FROM json_to_recordset(%s::json) AS n({_COLUMNS}) WHERE r.id = n.id
"""  # noqa: S608 - built of constants


def store_looks(connection: psycopg.Connection, looks: Mapping[int, Look], *, holders: Mapping[int, Holder]) -> None:
    """Writes rounds and the days of the next looks, by household.

    Args:
        holders: of every service.
    """
    rounds = [(household_id, one) for household_id, look in looks.items() for one in look.rounds]
    new = [_row(one, holders[one.service_id]) for _, one in rounds if not one.id]
    if new:
        connection.execute(_BEGIN, (json.dumps(new),))
    moved = [_row(one, holders.get(one.service_id, Holder.PLACE)) for _, one in rounds if one.id]
    if moved:
        connection.execute(_MOVE, (json.dumps(moved),))
    connection.execute(
        """
        UPDATE households h SET messages = h.messages + n.messages, look_at = n.look_at
        FROM unnest(%s::bigint[], %s::int[], %s::timestamptz[]) AS n(id, messages, look_at) WHERE h.id = n.id
        """,
        (
            list(looks),
            [len(look.messages) for look in looks.values()],
            [datetime.combine(look.next_on, time(), UTC) for look in looks.values()],
        ),
    )


def _row(round: Round, holder: Holder) -> dict[str, object]:
    values = asdict(round)
    whose = values.pop("holder")
    owner = {"household_id": None, "contact_id": whose} if holder is Holder.PERSON else {"household_id": whose}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in (values | owner).items()}


def extend_service_calls(connection: psycopg.Connection, reasons: Mapping[int, Reason]) -> int:
    """Lets open calls about services say what else is due, by contact; says how many there are."""
    return connection.execute(
        """
        UPDATE tasks k SET reason_numbers = n.numbers
        FROM unnest(%s::bigint[], %s::jsonb[]) AS n(contact_id, numbers)
        WHERE k.contact_id = n.contact_id AND k.kind = 'call' AND k.closed_at IS NULL AND k.reason_code = %s
        """,
        (
            list(reasons),
            [json.dumps(dict(reason.numbers)) for reason in reasons.values()],
            Code.CALL_SERVICE_DUE.value,
        ),
    ).rowcount


def close_service_calls(connection: psycopg.Connection, contact_ids: Collection[int], *, now: datetime) -> int:
    """Closes open calls about services that are settled; says how many."""
    return connection.execute(
        """
        UPDATE tasks SET closed_at = %s, outcome = 'not_needed', not_before = NULL
        WHERE contact_id = ANY(%s) AND kind = 'call' AND closed_at IS NULL AND reason_code = %s
        """,
        (now, sorted(contact_ids), Code.CALL_SERVICE_DUE.value),
    ).rowcount
