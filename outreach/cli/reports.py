"""`outreach reports`: a door on this machine for mail that came back, by SMTP or LMTP."""

import logging
from functools import partial

import click

from outreach.bootstrap import bootstrap
from outreach.domain.errors import BadInput, Fault
from outreach.embedded.lifeline import watch_lifeline
from outreach.logs import set_up_logs
from outreach.providers.smtp.listener import Door, ReportListener, serve_reports
from outreach.providers.smtp.reports import SOURCE
from outreach.providers.smtp.verp import ReturnPath
from outreach.services.receive_events import receive_events

log = logging.getLogger(__name__)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Where it listens.")
@click.option("--port", default=8027, show_default=True, type=click.IntRange(1, 65535))
@click.option("--lmtp", is_flag=True, help="Speak LMTP, as Postfix's local delivery does, instead of SMTP.")
def reports(host: str, port: int, lmtp: bool) -> None:
    """Takes mail that came back to our return paths, stores it, and sends nothing."""
    set_up_logs(part="reports")
    watch_lifeline()
    outreach = bootstrap()
    settings = outreach.settings
    if not settings.return_path_domain:
        mend = "Set the domain whose mail your server hands over here."
        raise BadInput(
            [Fault("environment", "there are no return paths without it", mend, column="RETURN_PATH_DOMAIN")]
        )
    store = partial(receive_events, db=outreach.db, queue=outreach.queue, source=SOURCE)
    listener = ReportListener(
        lambda body: store(body=body, now=outreach.clock.now()),
        door=Door(host, port, lmtp=lmtp),
        return_path=ReturnPath(settings.return_path_domain, [settings.secret_key.encode()]),
    )
    serve_reports(listener, ready=lambda at: log.info("listening on %s:%s", host, at))
    outreach.close()
