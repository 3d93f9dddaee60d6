"""The built-in mailbox: an SMTP server on this machine only that keeps what it receives and sends nothing on.

It stores before it says 250, so what it accepted is there after any kill, and what is not there it never accepted.
"""

import asyncio
import logging
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr
from uuid import UUID

from aiosmtpd.smtp import SMTP, Envelope, Session

from outreach.domain.errors import NotReady
from outreach.domain.touch import Channel
from outreach.providers.mailbox.send import MESSAGE_HEADER, SMS_DOMAIN

log = logging.getLogger(__name__)

HOST = "127.0.0.1"
SIZE_LIMIT = 10 * 1024 * 1024
#: Local parts that begin so are addresses of people who left; they are refused as a real server would.
GONE = "gone."
#: Seconds that messages being stored get to finish when the server is told to stop.
STOP_PATIENCE = 1.5
_STORING_THREADS = 4


@dataclass(frozen=True, slots=True)
class Arrival:
    """One mail or text for one recipient.

    Attributes:
        sender: envelope sender of a mail, or the number or name a text says it is from.
        recipient: bare address, or number with its plus.
        touch_id: read from X-Outreach-Message; None if it is missing or is none of ours.
        language: Content-Language, "" if it says none.
        raw: the mail as received, or the words of a text in UTF-8.
        reference: what a vendor's stand-in calls it, "" for what came here straight.
    """

    channel: Channel
    sender: str
    recipient: str
    subject: str
    touch_id: UUID | None
    language: str
    raw: bytes
    reference: str = ""


#: Keeps the arrivals of one envelope, all or none, and returns once they are durable.
Store = Callable[[Sequence[Arrival]], None]


class MailboxServer:
    """Listens on 127.0.0.1; `start` and `stop` inside one event loop."""

    def __init__(self, store: Store, *, port: int, delay_seconds: float = 0.0) -> None:
        """Prepares a server.

        Args:
            port: 0 takes any free one.
            delay_seconds: how long each message is held up, half before it is stored and half after, so that a test can
                kill either side at either moment. A sender that is gone before the storing has sent nothing.
        """
        self.store = store
        self.port = port
        self.delay_seconds = delay_seconds
        self.stopping = False
        self._storing = 0
        self._threads = ThreadPoolExecutor(_STORING_THREADS, thread_name_prefix="mailbox")
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Listens; `port` then says where.

        Raises:
            NotReady: if the port is taken.
        """
        loop = asyncio.get_running_loop()
        try:
            self._server = await loop.create_server(self._protocol, HOST, self.port)
        except OSError as error:
            raise NotReady(
                f"the mailbox cannot listen on {HOST}:{self.port} ({error.strerror}): "
                "set OUTREACH_MAILBOX_PORT to a free port"
            ) from error
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Takes no more mail, and waits for what is being stored."""
        self.stopping = True
        if self._server is not None:
            self._server.close()
        patience = STOP_PATIENCE
        while self._storing and patience > 0:
            await asyncio.sleep(0.02)
            patience -= 0.02
        self._threads.shutdown(wait=True)

    def _protocol(self) -> SMTP:
        return SMTP(self, data_size_limit=SIZE_LIMIT, enable_SMTPUTF8=True, hostname="localhost", ident="mailbox")

    async def handle_MAIL(  # noqa: N802 - aiosmtpd finds it by this name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Takes any sender, until we are stopping."""
        if self.stopping:
            return "421 4.3.2 the mailbox is stopping"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd finds it by this name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Takes any recipient but those who left."""
        if address.lower().startswith(GONE):
            return "550 5.1.1 no such person here"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd finds it by this name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Stores, then accepts; a store that fails makes the sender try again later."""
        self._storing += 1
        try:
            await asyncio.sleep(self.delay_seconds / 2)
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(self._threads, self._keep, envelope)
            await asyncio.sleep(self.delay_seconds / 2)
        except Exception:
            log.exception("a message could not be stored; its sender was asked to try again")
            return "451 4.3.0 could not be stored; try again"
        finally:
            self._storing -= 1
        return "250 2.0.0 stored"

    def _keep(self, envelope: Envelope) -> None:
        self.store(read_arrivals(envelope.original_content or b"", envelope.mail_from or "", envelope.rcpt_tos))


def read_arrivals(raw: bytes, sender: str, recipients: Sequence[str]) -> list[Arrival]:
    """What arrived, one for each recipient; mail to the SMS domain is a text again."""
    head = message_from_bytes(raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n", EmailMessage, policy=policy.default)
    touch_id = _touch_id(str(head.get(MESSAGE_HEADER, "")))
    arrivals = []
    for recipient in recipients:
        local, _, domain = recipient.rpartition("@")
        if domain.lower() == SMS_DOMAIN:
            text = message_from_bytes(raw, EmailMessage, policy=policy.default)
            arrivals.append(
                Arrival(
                    channel=Channel.SMS,
                    sender=parseaddr(str(text.get("From", "")))[0],
                    recipient=f"+{local}",
                    subject="",
                    touch_id=touch_id,
                    language="",
                    raw=text.get_content().encode(),
                )
            )
        else:
            arrivals.append(
                Arrival(
                    channel=Channel.EMAIL,
                    sender=sender,
                    recipient=recipient,
                    subject=str(head.get("Subject", "")),
                    touch_id=touch_id,
                    language=str(head.get("Content-Language", "")).strip(),
                    raw=raw,
                )
            )
    return arrivals


def _touch_id(text: str) -> UUID | None:
    try:
        return UUID(text.strip())
    except ValueError:
        return None


def serve_mailbox(server: MailboxServer, *, ready: Callable[[int], None]) -> None:
    """Runs the server until SIGTERM or SIGINT, then finishes what is being stored; `ready` hears the port.

    Raises:
        NotReady: if the port is taken.
    """

    async def run() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        await server.start()
        ready(server.port)
        await stop.wait()
        await server.stop()

    asyncio.run(run())


@contextmanager
def running_mailbox(server: MailboxServer) -> Iterator[int]:
    """The server in a thread of this process; hands out its port.

    Raises:
        NotReady: if the port is taken.
    """
    started = threading.Event()
    faults: list[NotReady] = []
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()

    async def run() -> None:
        try:
            await server.start()
        except NotReady as error:
            faults.append(error)
            return
        finally:
            started.set()
        await stop.wait()
        await server.stop()

    def thread() -> None:
        with asyncio.Runner(loop_factory=lambda: loop) as runner:
            runner.run(run())

    worker = threading.Thread(target=thread, name="mailbox", daemon=True)
    worker.start()
    started.wait()
    if faults:
        worker.join()
        raise faults[0]
    try:
        yield server.port
    finally:
        loop.call_soon_threadsafe(stop.set)
        worker.join()
