"""The whole loop without a person: steps the demo's clock through some weeks and counts what the real parts did.

Workers, web process, mailbox and stores are the ones the product runs with; only the clock is led by the hand, so that
two weeks pass in little more than a minute, and the customers are simulated, as everywhere in the demo.
"""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from outreach.bootstrap import Outreach
from outreach.clock import WallClock
from outreach.db.queries import tallies
from outreach.db.queries.tallies import Unfinished
from outreach.demo.carriers import reporter_for
from outreach.demo.clockwork import FIRST_MORNING, step_clock
from outreach.demo.readers import read_new_mail
from outreach.domain.errors import NotReady
from outreach.queueing.jobs import Job

#: Business time between two looks at what is due; short enough that no hour of anybody's is missed.
STEP = timedelta(minutes=30)
#: Wall seconds a step may take before the check calls the loop stuck.
PATIENCE = 120.0
#: Wall seconds between two questions to the database while a step is under way.
POLL = 0.02
#: Wall seconds after which a wake-up counts as lost and is given again.
WAKE_AGAIN = 1.0


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What the ledger says after the check; every number is counted there."""

    simulated_days: int
    wall_seconds: float
    contacts_imported: int
    contacts_refused: int
    signals_imported: int
    industries: dict[str, int]
    locales: dict[str, int]
    touches_planned: dict[str, dict[str, int]]
    touches_by_state: dict[str, int]
    messages_sent: dict[str, int]
    messages_sent_by_channel: dict[str, int]
    messages_arrived_twice: int
    events_applied: dict[str, dict[str, int]]
    contacts_with_changed_cadence: int
    cadence_changes: int
    cadence_examples: tuple[str, ...]
    contacts_in_famine: int
    contacts_in_feast: int
    complaints: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The result as plain values."""
        return asdict(self)


def run_check(outreach: Outreach, *, web_socket: Path, days: int, report: Callable[[str], None]) -> CheckResult:
    """Runs `days` days of business time and counts.

    Args:
        web_socket: the unix socket on which the product's web process listens.
        report: told in a line what happens, for people who watch.

    Raises:
        NotReady: if the loop gets stuck; the message says at what.
    """
    began = time.monotonic()
    transport = httpx.HTTPTransport(uds=str(web_socket), retries=3)
    with httpx.Client(transport=transport, base_url=outreach.settings.public_base_url, timeout=30) as client:
        now, end = FIRST_MORNING, FIRST_MORNING + timedelta(days=days)
        while now < end:
            _live_through(outreach, client, now)
            if now.hour == FIRST_MORNING.hour and now.minute == 0:
                report(f"{now:%A %d %B %Y}: {_progress(outreach)}")
            now += STEP
    return _count(outreach, now=now, days=days, wall_seconds=time.monotonic() - began)


def _live_through(outreach: Outreach, client: httpx.Client, now: datetime) -> None:
    """One step: everything due up to `now` is planned, sent, read by the simulated customers, and learnt from."""
    step_clock(outreach.db, to=now, wall=WallClock().now())
    if now.minute == 0 and now.hour == 0:
        outreach.queue.wake(Job.MATURE)
    _until_done(outreach, now)
    counts = read_new_mail(db=outreach.db, client=client, now=now, reporter=reporter_for(outreach.settings))
    if any(asdict(counts).values()):
        _until_done(outreach, now)


def _until_done(outreach: Outreach, now: datetime) -> None:
    began = woken = time.monotonic()
    left = _unfinished(outreach, now)
    _wake(outreach, left)
    while left:
        time.sleep(POLL)
        before, left = left, _unfinished(outreach, now)
        if left and (left != before or time.monotonic() - woken > WAKE_AGAIN) and not outreach.queue.waiting():
            _wake(outreach, left)
            woken = time.monotonic()
        if time.monotonic() - began > PATIENCE:
            raise NotReady(f"the loop is stuck at {now:%Y-%m-%d %H:%M} of the demo's time: {left}")


def _unfinished(outreach: Outreach, now: datetime) -> Unfinished:
    with outreach.db.raw_transaction() as connection:
        return tallies.unfinished(connection, now=now)


def _wake(outreach: Outreach, left: Unfinished) -> None:
    for amount, job in (
        (left.batches, Job.APPLY_EVENTS),
        (left.looks, Job.PLAN),
        (left.due, Job.DISPATCH),
        (left.doubtful, Job.SETTLE),
    ):
        if amount:
            outreach.queue.wake(job)


def _progress(outreach: Outreach) -> str:
    with outreach.db.raw_transaction() as connection:
        states = tallies.touches_by_state(connection)
    return ", ".join(f"{count} {state}" for state, count in states.items()) or "nothing planned yet"


def _count(outreach: Outreach, *, now: datetime, days: int, wall_seconds: float) -> CheckResult:
    with outreach.db.raw_transaction() as connection:
        imports = tallies.imported_rows(connection)
        moves = tallies.cadence_moves(connection, examples=3)
        balance = tallies.balance(connection, now=now)
        result = CheckResult(
            simulated_days=days,
            wall_seconds=round(wall_seconds, 1),
            contacts_imported=imports["contacts"]["landed"],
            contacts_refused=imports["contacts"]["refused"],
            signals_imported=imports["signals"]["landed"],
            industries=tallies.contacts_by_industry(connection),
            locales=tallies.contacts_by_language(connection),
            touches_planned=tallies.touches_by_channel_and_class(connection),
            touches_by_state=tallies.touches_by_state(connection),
            messages_sent=tallies.sent_by_locale(connection),
            messages_sent_by_channel=tallies.sent_by_channel(connection),
            messages_arrived_twice=tallies.messages_arrived_twice(connection),
            events_applied=tallies.events_by_type_and_actor(connection),
            contacts_with_changed_cadence=moves.contacts,
            cadence_changes=moves.changes,
            cadence_examples=moves.examples,
            contacts_in_famine=balance.famine,
            contacts_in_feast=balance.feast,
        )
    result.complaints.extend(_complaints(result))
    return result


def _complaints(result: CheckResult) -> list[str]:
    """A readable reason for every leg that did nothing or broke its promise."""
    human = sum(actors.get("human", 0) for actors in result.events_applied.values())
    machine = sum(actors.get("machine", 0) for actors in result.events_applied.values())
    silent = sorted(set(result.locales) - set(result.messages_sent))
    expectations = [
        (result.contacts_imported, "import: no contact landed"),
        (result.signals_imported, "import: no signal landed"),
        (result.contacts_refused, "import: no broken row was named, though the file has some"),
        (result.touches_planned, "planner: no touch was planned"),
        (result.messages_sent_by_channel.get("email"), "delivery: no mail left"),
        (result.messages_sent_by_channel.get("sms"), "delivery: no text left"),
        (not silent, f"rendering: no message was written in {', '.join(silent)}"),
        (human, "events: nothing a person did came back"),
        (machine, "events: nothing a machine did came back"),
        (result.cadence_changes, "cadence: no gap moved"),
        (not result.messages_arrived_twice, f"delivery: {result.messages_arrived_twice} messages arrived twice"),
        (not result.contacts_in_feast, f"planner: {result.contacts_in_feast} contacts hear from us too often"),
    ]
    return [complaint for holds, complaint in expectations if not holds]
