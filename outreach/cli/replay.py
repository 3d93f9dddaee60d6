"""`outreach replay`: the real planner, driven through a stretch of time on a copy of the ledger."""

import json
from datetime import UTC, datetime

import click
from rich.console import Console
from rich.table import Table

from outreach.bootstrap import bootstrap
from outreach.cli.progress import StepProgress
from outreach.services.mature_touches import mature_touches
from outreach.services.plan_touches import plan_touches
from outreach.services.replay_plan import Replay, replay_plan

#: More contacts or ticks than any tick of a replay has.
EVERYTHING = 10_000_000


@click.command()
@click.option("--from", "start", type=click.DateTime(["%Y-%m-%d"]), required=True, help="First day, like 2026-10-01.")
@click.option("--to", "end", type=click.DateTime(["%Y-%m-%d"]), required=True, help="The day after the last.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as one JSON object.")
def replay(start: datetime, end: datetime, as_json: bool) -> None:
    """Replays what the planner does in a stretch of time, past or to come, if nobody answers.

    The ledger is copied as it was on the first day and left alone; nothing is sent.
    """
    outreach = bootstrap()
    try:
        with StepProgress() as progress:
            done = replay_plan(
                db=outreach.db,
                start=start.replace(tzinfo=UTC),
                end=end.replace(tzinfo=UTC),
                now=outreach.clock.now(),
                mature=lambda stage, at: mature_touches(db=stage, now=at, limit=EVERYTHING),
                plan=lambda stage, at: plan_touches(db=stage, now=at, limit=EVERYTHING),
                progress=progress("Replaying"),
            )
    finally:
        outreach.close()
    if as_json:
        days = {day.isoformat(): count for day, count in sorted(done.by_day().items())}
        click.echo(json.dumps({"touches": len(done.touches), "days": days}, indent=2))
    else:
        _show(done)


def _show(done: Replay) -> None:
    console = Console(highlight=False)
    console.print(f"{len(done.touches):,} touches, if nobody had answered.")
    table = Table("Day", "Replayed", "Really left", box=None, pad_edge=False)
    replayed = done.by_day()
    for day in sorted({*replayed, *done.really}):
        table.add_row(day.isoformat(), f"{replayed[day]:,}", f"{done.really.get(day, 0):,}" if done.really else "")
    console.print(table)
