"""Recovery cases as rows: read under a lock, written back after a step, with a line in their story."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
from psycopg.rows import dict_row

from outreach.domain.care.recovery import Case, CaseEnding, CaseState, CaseStep, Deadline
from outreach.domain.care.workdays import Deadlines, deadlines

#: The columns of a case.
CASE = """
    k.id, k.contact_id, k.state, k.since, k.owner, k.answer_due_at, k.solve_due_at, k.answered_at, k.escalated,
    k.offered, k.chosen, k.closed_at, k.ending, k.cool_off_days
"""


@dataclass(frozen=True, slots=True)
class StoredCase:
    """A case with its number; the zone and place are its contact's."""

    id: int
    contact_id: int
    case: Case
    zone: ZoneInfo
    place: str

    def fresh_deadlines(self, now: datetime) -> Deadlines:
        """Those of a case that opens now."""
        return deadlines(now, zone=self.zone, place=self.place)


LOAD = f"""
    SELECT {CASE}, c.time_zone, COALESCE(NULLIF(c.region, ''), c.country) AS place
    FROM recovery_cases k JOIN contacts c ON c.id = k.contact_id
    WHERE k.id = ANY(%s) ORDER BY k.id FOR NO KEY UPDATE OF k
"""  # noqa: S608 - a constant of this file


def lock_stored(connection: psycopg.Connection, case_ids: Collection[int]) -> list[StoredCase]:
    """The cases with these numbers, locked until the transaction ends."""
    with connection.cursor(row_factory=dict_row) as cursor:
        return [stored_case(row) for row in cursor.execute(LOAD, (list(case_ids),)).fetchall()]


def open_case_of(connection: psycopg.Connection, contact_id: int) -> int | None:
    """The number of the contact's open case, if there is one."""
    row = connection.execute(
        "SELECT id FROM recovery_cases WHERE contact_id = %s AND closed_at IS NULL", (contact_id,)
    ).fetchone()
    return int(row[0]) if row else None


def is_erased(connection: psycopg.Connection, contact_id: int) -> bool | None:
    """Whether everything of the contact was erased; None if there is no such contact."""
    row = connection.execute(
        "SELECT external_id = 'erased ' || id FROM contacts WHERE id = %s", (contact_id,)
    ).fetchone()
    return bool(row[0]) if row else None


def stored_case(value: Mapping[str, Any]) -> StoredCase:
    """The case in a row with the columns of `CASE` and its contact's zone and place."""
    zone, place = str(value["time_zone"]), str(value["place"])
    since, answer_by, solve_by = value["since"], value["answer_due_at"], value["solve_due_at"]
    answered, closed = value["answered_at"], value["closed_at"]
    return StoredCase(
        id=value["id"],
        contact_id=value["contact_id"],
        case=Case(
            state=CaseState(value["state"]),
            since=since,
            deadlines=Deadlines(answer_by, solve_by),
            owner=value["owner"],
            answered_at=answered,
            escalated=frozenset(Deadline(word) for word in value["escalated"]),
            offered=tuple(value["offered"]),
            chosen=value["chosen"],
            closed_at=closed,
            ending=CaseEnding(value["ending"]) if value["ending"] else None,
            cool_off_days=value["cool_off_days"],
        ),
        zone=ZoneInfo(zone),
        place=place,
    )


def store_cases(connection: psycopg.Connection, cases: Mapping[int, Case]) -> None:
    """Writes cases (by number) as they stand after their steps."""
    if not cases:
        return
    rows = [
        {
            "id": number,
            "state": case.state.value,
            "since": case.since.isoformat(),
            "owner": case.owner,
            "answer_by": case.deadlines.answer_by.isoformat(),
            "solve_by": case.deadlines.solve_by.isoformat(),
            "answered_at": case.answered_at.isoformat() if case.answered_at else None,
            "escalated": sorted(word.value for word in case.escalated),
            "offered": list(case.offered),
            "chosen": case.chosen,
            "closed_at": case.closed_at.isoformat() if case.closed_at else None,
            "ending": case.ending.value if case.ending else "",
            "cool_off_days": case.cool_off_days,
        }
        for number, case in sorted(cases.items())
    ]
    connection.execute(
        """
        UPDATE recovery_cases k SET
            state = n.state, since = n.since, owner = n.owner, answer_due_at = n.answer_by, solve_due_at = n.solve_by,
            answered_at = n.answered_at, escalated = n.escalated, offered = n.offered, chosen = n.chosen,
            closed_at = n.closed_at, ending = n.ending, cool_off_days = n.cool_off_days,
            closed_by = CASE WHEN n.closed_at IS NULL THEN '' ELSE k.closed_by END,
            note = CASE WHEN n.closed_at IS NULL THEN '' ELSE k.note END
        FROM json_to_recordset(%s::json) AS n(
            id bigint, state text, since timestamptz, owner text, answer_by timestamptz, solve_by timestamptz,
            answered_at timestamptz, escalated jsonb, offered jsonb, chosen text, closed_at timestamptz,
            ending text, cool_off_days int)
        WHERE k.id = n.id
        """,
        (json.dumps(rows),),
    )


def sign_closing(connection: psycopg.Connection, case_ids: Collection[int], *, by: str, note: str) -> None:
    """Writes who closed cases, and what was done."""
    connection.execute(
        "UPDATE recovery_cases SET closed_by = %s, note = %s WHERE id = ANY(%s)", (by, note, list(case_ids))
    )


@dataclass(frozen=True, slots=True)
class NewNote:
    """A line of a case's story; `reference` names a report."""

    case_id: int
    step: CaseStep
    by: str = ""
    words: str = ""
    reference: str = ""


def store_notes(connection: psycopg.Connection, notes: Sequence[NewNote], *, now: datetime) -> None:
    """Adds lines to the stories of cases."""
    if not notes:
        return
    connection.execute(
        """
        INSERT INTO case_notes (case_id, contact_id, at, step, by, words, reference)
        SELECT k.id, k.contact_id, %(now)s, n.step, n.by, n.words, n.reference
        FROM unnest(%(cases)s::bigint[], %(steps)s::text[], %(by)s::text[], %(words)s::text[], %(references)s::text[])
             WITH ORDINALITY AS n(case_id, step, by, words, reference, place)
        JOIN recovery_cases k ON k.id = n.case_id ORDER BY n.place
        """,
        {
            "now": now,
            "cases": [one.case_id for one in notes],
            "steps": [one.step.value for one in notes],
            "by": [one.by for one in notes],
            "words": [one.words for one in notes],
            "references": [one.reference for one in notes],
        },
    )
