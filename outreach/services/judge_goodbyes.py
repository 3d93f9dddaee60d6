"""Looks once a day why customers left: those whose silence has become unusual, and those of whom somebody said so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

import psycopg

from outreach.db.queries.daily_jobs import first_run_of
from outreach.db.queries.goodbyes import (
    NewGoodbye,
    end_for_who_came_back,
    load_records,
    load_traces,
    load_who_said,
    store_verdicts,
    without_case,
)
from outreach.db.queries.habits import HabitLine, load_unusual, load_valued
from outreach.db.queries.recovery import NewReport, land_reports
from outreach.db.queries.tasks import open_call_tasks
from outreach.db.queries.urgent_calls import UrgentCall, ask_for_calls
from outreach.db.session import Database
from outreach.domain.care.goodbyes import Goodbye, Verdict, verdict
from outreach.domain.care.recovery import CaseSource
from outreach.domain.reason import Reason
from outreach.domain.rhythm.codes import Code
from outreach.domain.rhythm.explain import sentence

#: Contacts judged in one transaction.
CHUNK = 5_000
#: Words of the last days are looked at, so that a day without a look loses none.
LOOKS_BACK = timedelta(days=7)
#: A case within so long was the answer to what went wrong.
ANSWERED_WITHIN = timedelta(days=365)
#: Circumstances are a question to ask within so many days.
CALL_WITHIN = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class JudgedGoodbyes:
    """What one call did: goodbyes that ended because customers came back, new ones, calls, recovery cases."""

    came_back: int
    new: int
    calls: int
    cases: int


def judge_goodbyes(*, db: Database, now: datetime) -> JudgedGoodbyes | None:
    """Judges everybody who may have left, once a (UTC) day of business time; None if that was done.

    Who finished and who lost the habit is left to journeys (they enter by goodbyes). Whom we failed and never answered
    gets a recovery case. Circumstances are a guess, so a call asks, and so it does for the most valued of those who
    lost the habit.
    Nobody who is held out is called.
    """
    with db.raw_transaction() as connection:
        if not first_run_of(connection, "judge_goodbyes", now.astimezone(UTC).date()):
            return None
        came_back = end_for_who_came_back(connection, now=now)
        records = load_records(connection)
        silent: dict[int, datetime | None] = {
            contact_id: datetime.combine(day, time(12), UTC) for contact_id, day in load_unusual(connection)
        }
        for contact_id in load_who_said(connection, since=now - LOOKS_BACK):
            silent.setdefault(contact_id, None)
    people = sorted(silent)
    new = calls = cases = 0
    for start in range(0, len(people), CHUNK):
        chunk = {contact_id: silent[contact_id] for contact_id in people[start : start + CHUNK]}
        with db.raw_transaction() as connection:
            found = [(traces.contact_id, verdict(traces, records=records)) for traces in load_traces(connection, chunk)]
            verdicts = {contact_id: one for contact_id, one in found if one is not None}
            fresh = store_verdicts(connection, list(verdicts.items()), now=now)
            reached = [one for one in fresh if not one.held_out]
            habits = load_valued(connection, [one.contact_id for one in reached if one.goodbye is Goodbye.HABIT_LOST])
            why = {contact_id: _fades(line, now) for contact_id, line in habits.items()} | {
                one.contact_id: _question(verdicts[one.contact_id])
                for one in reached
                if one.goodbye is Goodbye.CIRCUMSTANCES
            }
            tasks = [(contact_id, reason, now + CALL_WITHIN) for contact_id, reason in sorted(why.items())]
            sources = {one.contact_id: f"goodbye {one.id}" for one in reached}
            calls += open_call_tasks(connection, tasks, now=now, sources=sources)
            failed = [one.contact_id for one in fresh if one.goodbye is Goodbye.WE_FAILED]
            cases += _open_cases(connection, {one: verdicts[one] for one in failed}, fresh, now=now)
            new += len(fresh)
    return JudgedGoodbyes(came_back, new, calls, cases)


def _open_cases(
    connection: psycopg.Connection, failed: Mapping[int, Verdict], fresh: Sequence[NewGoodbye], *, now: datetime
) -> int:
    """Recovery cases for those whom we failed, with a call; how many. Who had one since then was answered already."""
    numbers = {one.contact_id: one.id for one in fresh}
    unanswered = without_case(connection, list(failed), since=now - ANSWERED_WITHIN)
    reports = [
        NewReport(contact_id, f"goodbye {numbers[contact_id]}", CaseSource.LEFT, sentence(failed[contact_id].reason))
        for contact_id in unanswered
    ]
    landed = land_reports(connection, reports, now=now) if reports else []
    asked = [
        UrgentCall(
            one.report.contact_id,
            one.case_id,
            Reason(Code.CALL_PROBLEM, {"due": now.date().isoformat(), "why": one.report.words}),
        )
        for one in landed
        if one.case_id is not None
    ]
    ask_for_calls(connection, asked, now=now)
    return len(asked)


def _fades(line: HabitLine, now: datetime) -> Reason:
    return Reason(Code.CALL_FADING, {"why": sentence(line.reason(today=now.date()))})


def _question(found: Verdict) -> Reason:
    numbers = {"began": found.since.date().isoformat(), "why": sentence(found.reason)}
    return Reason(Code.CALL_CIRCUMSTANCES, numbers)
