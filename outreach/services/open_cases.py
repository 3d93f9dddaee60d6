"""Opens recovery cases for what customers told programs and messages, and for batches that staff have confirmed."""

from dataclasses import dataclass
from datetime import datetime

from outreach.db.queries.case_batches import load_waiting_members, note_landings
from outreach.db.queries.discontent import Discontent, load_discontent
from outreach.db.queries.recovery import Landed, NewReport, land_reports, lock_cases
from outreach.db.queries.urgent_calls import UrgentCall, ask_for_calls
from outreach.db.session import Database
from outreach.domain.care.recovery import CaseSource, Landing
from outreach.domain.reason import Reason
from outreach.domain.rhythm.codes import Code

#: Reports landed in one transaction: short enough that a customer on the public page does not wait for it.
CHUNK = 2_000

_OPENED = (Landing.OPENS, Landing.REOPENS)


@dataclass(frozen=True, slots=True)
class OpenedCases:
    """What one call did: cases opened or opened again, and reports that joined open ones."""

    opened: int = 0
    joined: int = 0


def open_cases(*, db: Database, now: datetime) -> OpenedCases:
    """Looks at new complaints and bad answers, then at confirmed batches; a second call finds nothing left.

    A single customer is also put on the phone list; of a batch nobody is, because a thousand calls are no answer.
    """
    opened = joined = 0
    for step in (_from_discontent, _from_batches):
        while landed := step(db, now):
            opened += sum(one.landing in _OPENED for one in landed)
            joined += sum(one.landing is Landing.JOINS for one in landed)
    return OpenedCases(opened, joined)


def _from_discontent(db: Database, now: datetime) -> list[Landed]:
    with db.raw_transaction() as connection:
        lock_cases(connection)
        found = load_discontent(connection, now=now, limit=CHUNK)
        if not found:
            return []
        by_reference = {(one.contact_id, one.reference): one for one in found}
        reports = [NewReport(one.contact_id, one.reference, one.source, one.told) for one in found]
        landed = land_reports(connection, reports, now=now)
        calls = {
            one.report.contact_id: UrgentCall(
                one.report.contact_id,
                one.case_id,
                _reason(by_reference[one.report.contact_id, one.report.reference]),
            )
            for one in landed
            if one.landing in _OPENED and one.case_id is not None
        }
        ask_for_calls(connection, list(calls.values()), now=now)
        return landed


def _from_batches(db: Database, now: datetime) -> list[Landed]:
    with db.raw_transaction() as connection:
        lock_cases(connection)
        members = load_waiting_members(connection, limit=CHUNK)
        if not members:
            return []
        reports = [
            NewReport(
                one.contact_id,
                f"batch {one.batch_id}",
                CaseSource.BATCH,
                f"{one.title}: {one.words}",
                one.confirmed_by,
                one.batch_id,
            )
            for one in members
        ]
        landed = land_reports(connection, reports, now=now)
        note_landings(connection, landed)
        return landed


def _reason(one: Discontent) -> Reason:
    why = "a bad answer" if one.source is CaseSource.BAD_ANSWER else "a complaint"
    told = f"{why}: {one.told}" if one.told else why
    return Reason(Code.CALL_PROBLEM, {"due": one.at.date().isoformat(), "why": told})
