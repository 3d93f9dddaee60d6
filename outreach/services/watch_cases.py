"""Watches over open recovery cases: writes into them what was done elsewhere, and tells the boss of what waits."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import psycopg

from outreach.db.queries.case_apologies import load_sent_apologies
from outreach.db.queries.case_store import NewNote, StoredCase, lock_stored, store_cases, store_notes
from outreach.db.queries.case_watch import load_bosses, load_clicked_remedies, load_heard, load_overdue, with_a_voice
from outreach.db.queries.recovery import lock_cases
from outreach.db.queries.urgent_calls import UrgentCall, ask_for_calls
from outreach.db.session import Database
from outreach.domain.care.recovery import Case, CaseMove, CaseStep, Deadline, missed, moved
from outreach.domain.reason import Reason
from outreach.domain.rhythm.codes import Code

#: Cases looked at in one transaction.
CHUNK = 1_000

_UNTOLD = "A call or a visit, without a note."
_LATE = {Deadline.ANSWER: "has no answer yet", Deadline.SOLUTION: "is not solved yet"}


@dataclass(frozen=True, slots=True)
class Watched:
    """What one call did: cases answered elsewhere, remedies chosen by a click, cases put before the boss."""

    answered: int = 0
    chosen: int = 0
    escalated: int = 0


def watch_cases(*, db: Database, now: datetime) -> Watched:
    """Looks at all open cases, in chunks; a second call right after finds nothing new."""
    apologies = _all(db, now, _apologies)
    heard = _all(db, now, _heard)
    return Watched(apologies + heard, _all(db, now, _clicked), _all(db, now, _overdue))


def _all(db: Database, now: datetime, step: Callable[[psycopg.Connection, datetime], int]) -> int:
    """Takes `step` over the next cases until none is left."""
    total = 0
    while True:
        with db.raw_transaction() as connection:
            lock_cases(connection)
            done = step(connection, now)
        total += done
        if done < CHUNK:
            return total


def _apologies(connection: psycopg.Connection, now: datetime) -> int:
    sent = load_sent_apologies(connection, limit=CHUNK)
    open_ones = _open(connection, [one.case_id for one in sent])
    moves = {one.case_id: (CaseMove(CaseStep.APOLOGY_SENT), "", f"apology {one.touch_id}") for one in sent}
    return _move(connection, open_ones, moves, now=now)


def _heard(connection: psycopg.Connection, now: datetime) -> int:
    found = load_heard(connection, now=now, limit=CHUNK)
    open_ones = _open(connection, [one.case_id for one in found])
    moves = {
        one.case_id: (CaseMove(CaseStep.LISTEN, by=one.by, words=one.words or _UNTOLD), one.words or _UNTOLD, "")
        for one in found
        if one.case_id in open_ones and open_ones[one.case_id].case.answered_at is None
    }
    return _move(connection, open_ones, moves, now=now)


def _clicked(connection: psycopg.Connection, now: datetime) -> int:
    found = load_clicked_remedies(connection, limit=CHUNK)
    open_ones = _open(connection, [one.case_id for one in found])
    moves = {
        one.case_id: (CaseMove(CaseStep.CHOOSE, remedies=(one.remedy,)), one.remedy, "")
        for one in found
        if one.case_id in open_ones and open_ones[one.case_id].case.chosen != one.remedy
    }
    return _move(connection, open_ones, moves, now=now)


def _overdue(connection: psycopg.Connection, now: datetime) -> int:
    """Once for each deadline of each opening: a mark on the case, a line in its story, and a call for the boss."""
    open_ones = _open(connection, load_overdue(connection, now=now, limit=CHUNK))
    bosses = ", ".join(load_bosses(connection))
    late = {number: passed for number, one in open_ones.items() if (passed := missed(one.case, now=now))}
    moves = {
        number: (CaseMove(CaseStep.ESCALATE, missed=passed), ", ".join(sorted(passed)), "")
        for number, passed in late.items()
    }
    done = _move(connection, open_ones, moves, now=now)
    # Of a batch only who has said something is called: thousands of calls would hide the others.
    called = sorted(with_a_voice(connection, late))
    calls = [
        UrgentCall(open_ones[number].contact_id, number, _reason(open_ones[number], late[number], bosses))
        for number in called
    ]
    ask_for_calls(connection, calls, now=now)
    return done


def _reason(stored: StoredCase, passed: frozenset[Deadline], bosses: str) -> Reason:
    worst = Deadline.SOLUTION if Deadline.SOLUTION in passed else Deadline.ANSWER
    due = stored.case.deadlines.solve_by if worst is Deadline.SOLUTION else stored.case.deadlines.answer_by
    numbers = {
        "boss": bosses or "the boss",
        "opened": stored.case.since.astimezone(stored.zone).date().isoformat(),
        "why": _LATE[worst],
        "due": due.astimezone(stored.zone).date().isoformat(),
    }
    return Reason(Code.CALL_ESCALATED, numbers)


def _open(connection: psycopg.Connection, numbers: list[int]) -> dict[int, StoredCase]:
    """Those of these cases that are open, locked."""
    return {one.id: one for one in lock_stored(connection, numbers) if not one.case.over} if numbers else {}


def _move(
    connection: psycopg.Connection,
    cases: Mapping[int, StoredCase],
    moves: Mapping[int, tuple[CaseMove, str, str]],
    *,
    now: datetime,
) -> int:
    """Takes a step of each case, and writes it down: move, words of the story, reference."""
    after: dict[int, Case] = {}
    notes = []
    for number, (move, words, reference) in moves.items():
        if number in cases:
            after[number] = moved(cases[number].case, move, now=now)
            notes.append(NewNote(number, move.step, move.by, words, reference))
    store_cases(connection, after)
    store_notes(connection, notes, now=now)
    return len(after)
