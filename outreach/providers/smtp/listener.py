"""A door for reports: a mail server on this machine hands them over by SMTP or LMTP (RFC 2033).

It stores before it says 250. It takes only mail to return paths that we signed, so that it is no use to spammers and no
letter box for strangers, and it sends nothing.
"""

import asyncio
import logging
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

from outreach.domain.errors import NotReady
from outreach.providers.letters import LARGEST_MAIL
from outreach.providers.smtp.verp import ReturnPath

log = logging.getLogger(__name__)

#: Seconds a client may be silent.
PATIENCE = 60.0
#: Recipients of one mail; a report has one.
MOST_RECIPIENTS = 10
_STORING_THREADS = 4

#: Keeps a mail, with the address it came to in its head, and returns once it is durable.
Keep = Callable[[bytes], None]


@dataclass(frozen=True, slots=True)
class Door:
    """Where the listener stands.

    Attributes:
        host, port: of a TCP socket; port 0 takes any free one.
        lmtp: whether it speaks LMTP instead of SMTP.
    """

    host: str = "127.0.0.1"
    port: int = 0
    lmtp: bool = False


class ReportListener:
    """Listens at a door; `start` and `stop` inside one event loop."""

    def __init__(self, keep: Keep, *, door: Door, return_path: ReturnPath) -> None:
        self.keep = keep
        self.door = door
        self.return_path = return_path
        self.port = door.port
        self._threads = ThreadPoolExecutor(_STORING_THREADS, thread_name_prefix="reports")
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Listens; `port` then says where.

        Raises:
            NotReady: if the port is taken.
        """
        try:
            self._server = await asyncio.get_running_loop().create_server(self._protocol, self.door.host, self.port)
        except OSError as error:
            raise NotReady(f"no reports can be taken at {self.door.host}:{self.port}: {error.strerror}") from error
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Takes no more mail, and waits for what is being stored."""
        if self._server is not None:
            self._server.close()
        await asyncio.to_thread(self._threads.shutdown, wait=True)

    def _protocol(self) -> SMTP:
        kind = LMTP if self.door.lmtp else SMTP
        return kind(
            self,
            data_size_limit=LARGEST_MAIL,
            enable_SMTPUTF8=True,
            hostname=self.return_path.domain,
            ident="reports",
            timeout=PATIENCE,
        )

    async def handle_RCPT(  # noqa: N802 - aiosmtpd finds it by this name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Takes return paths of ours and nobody else."""
        if self.return_path.read(address) is None:
            return "550 5.1.1 no such address here"
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 too many recipients"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd finds it by this name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Stores, then accepts; a store that fails makes the sender try again later."""
        try:
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(self._threads, self._keep, envelope)
            answer = "250 2.0.0 stored"
        except Exception:
            log.exception("a report could not be stored; its sender was asked to try again")
            answer = "451 4.3.0 could not be stored; try again"
        # LMTP wants an answer for each recipient (RFC 2033 4.2), and we store for all or none.
        return "\r\n".join([answer] * (len(envelope.rcpt_tos) if self.door.lmtp else 1))

    def _keep(self, envelope: Envelope) -> None:
        raw = envelope.original_content or b""
        for address in envelope.rcpt_tos:
            self.keep(b"Delivered-To: " + address.encode() + b"\r\n" + raw)


def serve_reports(listener: ReportListener, *, ready: Callable[[int], None]) -> None:
    """Runs the listener until SIGTERM or SIGINT, then finishes what is being stored; `ready` hears the port.

    Raises:
        NotReady: if the port is taken.
    """

    async def run() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        await listener.start()
        ready(listener.port)
        await stop.wait()
        await listener.stop()

    with suppress(KeyboardInterrupt):
        asyncio.run(run())
