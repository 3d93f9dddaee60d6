"""`outreach readers`: the demo's simulated customers."""

import logging
import signal
import threading
from pathlib import Path

import click
import httpx

from outreach.bootstrap import bootstrap
from outreach.demo.carriers import reporter_for
from outreach.demo.readers import read_new_mail
from outreach.domain.errors import NotReady
from outreach.embedded.lifeline import watch_lifeline
from outreach.logs import set_up_logs
from outreach.settings import Mode

log = logging.getLogger(__name__)

#: Wall seconds between two looks into an empty mailbox.
PAUSE = 1.0


@click.command()
@click.option(
    "--unix-socket", type=click.Path(path_type=Path), help="Reach the web process here instead of at PUBLIC_BASE_URL."
)
def readers(unix_socket: Path | None) -> None:
    """Reads the mailbox as simulated customers; in the demo only."""
    set_up_logs(part="readers")
    watch_lifeline()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    outreach = bootstrap()
    if outreach.settings.mode is not Mode.DEMO:
        raise NotReady("simulated customers live in the demo only: start them with `outreach demo`")
    transport = httpx.HTTPTransport(uds=str(unix_socket) if unix_socket else None)
    with httpx.Client(transport=transport, base_url=outreach.settings.public_base_url, timeout=30) as client:
        while not stop.is_set():
            try:
                counts = read_new_mail(
                    db=outreach.db,
                    client=client,
                    now=outreach.clock.now(),
                    reporter=reporter_for(outreach.settings),
                )
            except httpx.HTTPError as error:
                log.warning("the web process does not take reports, trying again: %s", error)
                stop.wait(PAUSE)
                continue
            if counts.is_idle:
                stop.wait(PAUSE)
    outreach.close()
