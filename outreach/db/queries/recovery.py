"""Recovery cases: where reports go, and every step of a case.

Whoever opens or reopens cases holds one lock for all (`lock_cases`), so that a contact has one open case whoever
reports at once. The order of locks is: that one, contacts, touches, rhythms.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import psycopg
from psycopg.rows import dict_row

from outreach.db.queries.case_store import CASE, NewNote, StoredCase, store_cases, store_notes, stored_case
from outreach.db.queries.recovery_holds import hold_back
from outreach.domain.care.recovery import (
    CaseMove,
    CaseSource,
    CaseStep,
    Landing,
    landing,
    moved,
)
from outreach.domain.care.workdays import Deadlines, deadlines


@dataclass(frozen=True, slots=True)
class NewReport:
    """One word of discontent.

    Attributes:
        reference: names it; the same one of the same contact counts once.
        words: the customer's own, or of staff. by: e-mail address of staff, "" if nobody typed it.
    """

    contact_id: int
    reference: str
    source: CaseSource
    words: str = ""
    by: str = ""
    batch_id: int | None = None


@dataclass(frozen=True, slots=True)
class Landed:
    """Where a report went; `case_id` is None where it is of no case."""

    report: NewReport
    landing: Landing
    case_id: int | None


def lock_cases(connection: psycopg.Connection) -> None:
    """Waits for whoever opens cases; held until the transaction ends."""
    connection.execute("SELECT pg_advisory_xact_lock(hashtextextended('recovery cases', 0))")


STANDING = f"""
    SELECT n.place AS number, c.id AS of_contact, c.external_id = 'erased ' || c.id AS erased, c.time_zone,
           COALESCE(NULLIF(c.region, ''), c.country) AS place,
           EXISTS (SELECT FROM case_notes x WHERE x.contact_id = c.id AND x.reference = n.reference) AS known, k.*
    FROM unnest(%(contacts)s::bigint[], %(references)s::text[]) WITH ORDINALITY AS n(contact_id, reference, place)
    JOIN contacts c ON c.id = n.contact_id
    LEFT JOIN LATERAL (
        SELECT {CASE} FROM recovery_cases k WHERE k.contact_id = c.id
        ORDER BY k.closed_at DESC NULLS FIRST, k.id DESC LIMIT 1) AS k ON true
    ORDER BY n.place
"""  # noqa: S608 - a constant of this file


def land_reports(connection: psycopg.Connection, reports: Sequence[NewReport], *, now: datetime) -> list[Landed]:
    """Opens a case for each contact that reports, or adds to the open one, or reopens one that was closed lately.

    Where a case opens, what was going to be sent is taken back, except service and recovery. Reports of nobody we know
    are left out.
    """
    lock_cases(connection)
    rounds: list[list[NewReport]] = []
    seen: dict[int, int] = {}
    for report in reports:
        turn = seen.get(report.contact_id, 0)
        seen[report.contact_id] = turn + 1
        if turn == len(rounds):
            rounds.append([])
        rounds[turn].append(report)
    return [landed for some in rounds for landed in _land(connection, some, now=now)]


def _land(connection: psycopg.Connection, reports: Sequence[NewReport], *, now: datetime) -> list[Landed]:
    """As `land_reports`, for at most one report of a contact."""
    values = {"contacts": [one.contact_id for one in reports], "references": [one.reference for one in reports]}
    with connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(STANDING, values).fetchall()
    ways: list[tuple[NewReport, Landing, StoredCase | None]] = []
    fresh: dict[int, Deadlines] = {}
    for row in rows:
        report = reports[row["number"] - 1]
        stored = stored_case(row) if row["id"] is not None else None
        way = landing(
            erased=row["erased"],
            known=row["known"],
            is_open=stored is not None and not stored.case.over,
            closed_at=stored.case.closed_at if stored else None,
            ending=stored.case.ending if stored else None,
            now=now,
        )
        fresh[report.contact_id] = deadlines(now, zone=ZoneInfo(row["time_zone"]), place=row["place"])
        ways.append((report, way, stored))
    opening = [report for report, way, _ in ways if way is Landing.OPENS]
    opened = _insert(connection, opening, fresh, now=now)
    cases = {report.contact_id: stored.id for report, way, stored in ways if stored and way is not Landing.OPENS}
    cases |= opened
    again = {
        stored.id: moved(stored.case, CaseMove(CaseStep.REPORT, deadlines=fresh[report.contact_id]), now=now)
        for report, way, stored in ways
        if stored and way is Landing.REOPENS
    }
    store_cases(connection, again)
    told = [report for report, way, _ in ways if way in (Landing.OPENS, Landing.JOINS, Landing.REOPENS)]
    store_notes(
        connection,
        [NewNote(cases[r.contact_id], CaseStep.REPORT, r.by, r.words, r.reference) for r in told],
        now=now,
    )
    hold_back(
        connection,
        [report.contact_id for report, way, _ in ways if way in (Landing.OPENS, Landing.REOPENS)],
        now=now,
    )
    return [
        Landed(report, way, None if way is Landing.ERASED else cases.get(report.contact_id)) for report, way, _ in ways
    ]


def _insert(
    connection: psycopg.Connection, reports: Sequence[NewReport], due: Mapping[int, Deadlines], *, now: datetime
) -> dict[int, int]:
    """New cases; their numbers by contact."""
    if not reports:
        return {}
    rows = connection.execute(
        """
        INSERT INTO recovery_cases
            (contact_id, opened_at, since, reference, source, batch_id, words, state, answer_due_at, solve_due_at)
        SELECT n.contact_id, %(now)s, %(now)s, n.reference, n.source, n.batch_id, n.words, 'open', n.answer_by,
               n.solve_by
        FROM unnest(%(contacts)s::bigint[], %(references)s::text[], %(sources)s::text[], %(batches)s::int[],
                    %(words)s::text[], %(answer)s::timestamptz[], %(solve)s::timestamptz[])
             AS n(contact_id, reference, source, batch_id, words, answer_by, solve_by)
        ORDER BY n.contact_id
        RETURNING contact_id, id
        """,
        {
            "now": now,
            "contacts": [one.contact_id for one in reports],
            "references": [one.reference for one in reports],
            "sources": [one.source.value for one in reports],
            "batches": [one.batch_id for one in reports],
            "words": [one.words for one in reports],
            "answer": [due[one.contact_id].answer_by for one in reports],
            "solve": [due[one.contact_id].solve_by for one in reports],
        },
    )
    return dict(rows.fetchall())
