"""`outreach plan`: decides now for every contact whose turn it is, as the ticks do."""

import click

from outreach.bootstrap import bootstrap
from outreach.services.plan_touches import plan_touches


@click.command()
def plan() -> None:
    """Looks at every contact whose turn it is, plans its next touch, and says how many."""
    outreach = bootstrap()
    try:
        done = plan_touches(db=outreach.db, now=outreach.clock.now())
    finally:
        outreach.close()
    click.echo(f"{done.looked_at:,} contacts looked at, {done.touches:,} touches planned.")
