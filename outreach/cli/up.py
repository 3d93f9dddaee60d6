"""`outreach up`: everything from one command, with embedded stores where none are named."""

import os
import signal
from contextlib import suppress

import click

from outreach.bootstrap import bootstrap
from outreach.cli.answering import wait_until_answering
from outreach.cli.ports import HOST, check_port
from outreach.cli.processes import CRON, MAILBOX, POOL, Part, running_processes, web_part
from outreach.cli.progress import StepProgress
from outreach.cli.stopping import Stopping, stop_with_parent, stoppable
from outreach.cli.stores import running_stores, taken_data_dir
from outreach.db.migrate import migrate
from outreach.services.settle_unknown import settle_unknown
from outreach.settings import DEFAULT_PORT, Settings


@click.command()
@click.option(
    "--port", default=DEFAULT_PORT, show_default=True, type=click.IntRange(1, 65535), help="Of the web pages."
)
@click.option(
    "--stop-with-parent", "with_parent", is_flag=True, help="Stop when the program that started us ends, too."
)
def up(port: int, with_parent: bool) -> None:
    """Starts the product: stores, web, workers, ticks and, where it is used, the mailbox."""
    environ = {"PUBLIC_BASE_URL": f"http://{HOST}:{port}", **os.environ}
    settings = Settings.from_env(environ)
    if with_parent:
        stop_with_parent()
    with suppress(Stopping), stoppable():
        _run(settings, environ, port)


def _run(settings: Settings, environ: dict[str, str], port: int) -> None:
    parts = needed_parts(settings, f"{HOST}:{port}")
    with StepProgress() as progress, taken_data_dir(settings, say=progress.say) as data_dir:
        check_port(port, mend="Use another one: outreach up --port {free}.")
        if MAILBOX in parts:
            check_port(settings.mailbox_port, mend="Use another one: OUTREACH_MAILBOX_PORT={free} outreach up.")
        progress("Starting the stores")
        with running_stores(settings, data_dir) as stores:
            progress("Bringing the database up to date")
            migrate(stores.settings.database_url or "")
            if stores.has_embedded_database:
                _recover(stores.settings)
            progress("Starting the processes")
            with running_processes(parts, stores, environ=environ, logs=None):
                wait_until_answering(port=port)
                stores.announce(settings.public_base_url)
                progress.close()
                progress.say(f"Outreach runs at {settings.public_base_url}; Ctrl-C stops it.")
                wait_for_stop()


def _recover(settings: Settings) -> None:
    """Takes back what workers of the last start held: the database is ours alone, so none of them can be alive."""
    outreach = bootstrap(settings)
    try:
        now, providers = outreach.clock.now(), outreach.all_providers
        settle_unknown(db=outreach.db, providers=providers, now=now, all_workers_dead=True)
    finally:
        outreach.close()


def needed_parts(settings: Settings, bind: str) -> list[Part]:
    """The processes that these settings need."""
    return [web_part(bind), POOL, CRON, *([MAILBOX] if settings.uses_mailbox else [])]


def wait_for_stop() -> None:
    """Sleeps until a signal raises `Stopping`."""
    while True:
        signal.pause()
