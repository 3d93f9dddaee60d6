"""`outreach events`: what came back, looked at again."""

from datetime import UTC, datetime

import click
from rich.console import Console
from rich.table import Table

from outreach.bootstrap import bootstrap
from outreach.services.judge_anew import JudgedAnew, judge_anew


@click.group()
def events() -> None:
    """What came back, looked at again."""


@events.command()
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), required=True, help="First day, like 2026-10-01 (UTC).")
def judge(since: datetime) -> None:
    """Judges opens and clicks anew by today's rules: by a person, by a machine, or unsure. Prints what changed."""
    outreach = bootstrap()
    try:
        done = judge_anew(db=outreach.db, since=since.replace(tzinfo=UTC), now=outreach.clock.now())
    finally:
        outreach.close()
    _show(done)


def _show(done: JudgedAnew) -> None:
    console = Console(highlight=False)
    console.print(f"{done.visits:,} opens and clicks of {done.messages:,} messages judged.")
    if done.patterns:
        console.print(f"{done.patterns:,} visitors turned out to visit most mail to a domain within seconds.")
    if not done.changed:
        console.print("Nobody turned into somebody else.")
    else:
        table = Table("Before", "Now", "Opens and clicks", box=None, pad_edge=False)
        for (before, after), count in done.changed.items():
            table.add_row(before.value, after.value, f"{count:,}")
        console.print(table)
    console.print(f"{done.reweighed:,} with new evidence only; {done.cadences:,} gaps moved.")
