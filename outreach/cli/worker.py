"""`outreach worker` and `outreach cron`: the worker pool and the ticks."""

import click

from outreach.bootstrap import bootstrap
from outreach.embedded.lifeline import watch_lifeline
from outreach.logs import set_up_logs
from outreach.queueing.processes import run_pool, run_ticks


@click.command()
def worker() -> None:
    """Runs the pool of worker processes."""
    set_up_logs(part="pool")
    watch_lifeline()
    outreach = bootstrap()
    run_pool(outreach.queue, workers=outreach.settings.workers)


@click.command()
def cron() -> None:
    """Ticks: asks every few seconds whether there is work."""
    set_up_logs(part="cron")
    watch_lifeline()
    run_ticks(bootstrap().queue)
