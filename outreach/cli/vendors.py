"""`outreach vendors`: stand-ins of SendGrid and Twilio on this machine; in the demo only."""

import logging
import signal
import threading
from collections.abc import Sequence
from contextlib import ExitStack
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import click

from outreach.bootstrap import Outreach, bootstrap
from outreach.cli.mailbox import store_for
from outreach.demo.vendors.accounts import Accounts
from outreach.demo.vendors.sendgrid import Kept, SendGridServer, running_sendgrid
from outreach.demo.vendors.twilio import TwilioServer, running_twilio
from outreach.demo.vendors.twilio_texts import KeptText
from outreach.domain.errors import NotReady
from outreach.domain.touch import Channel
from outreach.embedded.lifeline import watch_lifeline
from outreach.logs import set_up_logs
from outreach.providers.mailbox.server import Arrival
from outreach.settings import Mode

log = logging.getLogger(__name__)


@click.command()
def vendors() -> None:
    """Runs stand-ins of SendGrid and Twilio: they check each call against the contract and keep what it brings."""
    set_up_logs(part="vendors")
    watch_lifeline()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    outreach = bootstrap()
    settings = outreach.settings
    if settings.mode is not Mode.DEMO:
        raise NotReady("the vendors' stand-ins live in the demo only: start them with `outreach demo --vendors`")
    accounts, keep = Accounts(settings.secret_key.encode()), _Keeping(outreach)
    sendgrid = SendGridServer(api_key=accounts.api_key, key=accounts.signing_key, store=keep.mails)
    twilio = TwilioServer(
        account_sid=accounts.account_sid, auth_token=accounts.auth_token, store=keep.text, clock=outreach.clock.now
    )
    with ExitStack() as stack:
        for url in (
            stack.enter_context(running_sendgrid(sendgrid, urlsplit(settings.sendgrid_base_url).port or 0)),
            stack.enter_context(running_twilio(twilio, urlsplit(settings.twilio_base_url).port or 0)),
        ):
            log.info("listening on %s", url)
        stop.wait()
    outreach.close()


class _Keeping:
    """Puts what the stand-ins take in the mailbox, durable before they answer."""

    def __init__(self, outreach: Outreach) -> None:
        self._store = store_for(outreach)

    def mails(self, kept: Sequence[Kept]) -> None:
        """What one call brought."""
        self._store(
            [
                Arrival(
                    channel=Channel.EMAIL,
                    sender=one.sender,
                    recipient=one.recipient,
                    subject=one.subject,
                    touch_id=_touch_id(one.custom_args.get("message_id", "")),
                    language=one.headers.get("Content-Language", ""),
                    raw=one.as_mail(),
                    reference=one.reference,
                )
                for one in kept
            ]
        )

    def text(self, text: KeptText) -> None:
        """One text."""
        named = parse_qs(urlsplit(text.callback).query).get("m", [""])[0]
        self._store(
            [
                Arrival(
                    channel=Channel.SMS,
                    sender=text.sender,
                    recipient=text.recipient,
                    subject="",
                    touch_id=_touch_id(named),
                    language="",
                    raw=text.body.encode(),
                    reference=text.sid,
                )
            ]
        )


def _touch_id(named: str) -> UUID | None:
    try:
        return UUID(named)
    except ValueError:
        return None
