"""`outreach mailbox`: the built-in mailbox, an SMTP server on this machine."""

import logging
from collections.abc import Sequence

import click

from outreach.bootstrap import Outreach, bootstrap
from outreach.db.queries.mailbox import NewMail, store_mail
from outreach.embedded.lifeline import watch_lifeline
from outreach.logs import set_up_logs
from outreach.providers.mailbox.server import HOST, Arrival, MailboxServer, Store, serve_mailbox

log = logging.getLogger(__name__)


@click.command()
def mailbox() -> None:
    """Runs the mailbox: keeps what it is sent and sends nothing on."""
    set_up_logs(part="mailbox")
    watch_lifeline()
    outreach = bootstrap()
    settings = outreach.settings
    server = MailboxServer(
        store_for(outreach), port=settings.mailbox_port, delay_seconds=settings.mailbox_delay_ms / 1000
    )
    serve_mailbox(server, ready=lambda port: log.info("listening on %s:%s", HOST, port))
    outreach.close()


def store_for(outreach: Outreach) -> Store:
    """Keeps arrivals in the database, stamped with business time; durable once it returns."""

    def store(arrivals: Sequence[Arrival]) -> None:
        received_at = outreach.clock.now()
        mails = [
            NewMail(
                received_at=received_at,
                channel=one.channel.value,
                sender=_storable(one.sender),
                recipient=_storable(one.recipient),
                subject=_storable(one.subject),
                touch_id=one.touch_id,
                language=_storable(one.language),
                raw=one.raw,
                reference=one.reference,
            )
            for one in arrivals
        ]
        with outreach.db.transaction() as session:
            store_mail(session, mails)

    return store


def _storable(text: str) -> str:
    """Header text as PostgreSQL takes it: without NUL and without halves of surrogate pairs."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()
