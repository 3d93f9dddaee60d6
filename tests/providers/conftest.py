"""SMTP servers in threads: one that keeps what it gets, and many that misbehave in one way each."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from outreach.providers.dialling import TimeOuts
from outreach.providers.mailbox.server import HOST, Arrival, MailboxServer, running_mailbox

#: Short enough for a test of silence, long enough for a busy machine.
SHORT = TimeOuts(connect=5.0, command=5.0, body=5.0, dot=0.5)


@dataclass
class Inbox:
    """Where a mailbox server of a test keeps its arrivals."""

    arrivals: list[Arrival] = field(default_factory=list)
    port: int = 0

    def store(self, arrivals: Any) -> None:
        self.arrivals.extend(arrivals)


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    """A running mailbox server and what it got."""
    box = Inbox()
    with running_mailbox(MailboxServer(box.store, port=0)) as port:
        box.port = port
        yield box


@dataclass
class Behaviour:
    """An aiosmtpd handler that keeps what it accepts, and answers as told.

    Attributes:
        mail, rcpt, data: answers by address or for all; "" means yes.
        silent: never answers the final dot.
        cut_after_dot: cuts the connection instead of answering the final dot.
        cuts: how many messages `cut_after_dot` and `cut_in_body` still spoil; None for all.
    """

    mail: str = ""
    rcpt: Callable[[str], str] = field(default=lambda address: "")
    data: str = ""
    silent: bool = False
    cut_after_dot: bool = False
    cut_in_body: bool = False
    cuts: int | None = None
    kept: list[tuple[str | None, list[str], bytes, list[str]]] = field(default_factory=list)
    connections: int = 0
    tls: Any = None

    def spoils(self) -> bool:
        """Whether the present message is one to spoil."""
        if self.cuts is None:
            return True
        self.cuts -= 1
        return self.cuts >= 0

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.mail:
            return self.mail
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.rcpt(address)
        if not answer:
            envelope.rcpt_tos.append(address)
        return answer or "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.silent:
            await asyncio.sleep(3600)
        if self.cut_after_dot and self.spoils():
            server.transport.abort()
            await asyncio.sleep(3600)
        if self.data:
            return self.data
        self.kept.append(
            (envelope.mail_from, list(envelope.rcpt_tos), envelope.original_content or b"", list(envelope.mail_options))
        )
        return "250 2.0.0 OK: queued as ABC123"


class Cutting(SMTP):
    """Cuts the connection in the middle of the body when its handler says so."""

    def connection_made(self, transport: Any) -> None:
        self.event_handler.connections += 1
        super().connection_made(transport)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        if not self.event_handler.cut_in_body or not self.event_handler.spoils():
            await super().smtp_DATA(arg)
            return
        await self.push("354 go on")
        await self._reader.read(1000)
        self.transport.abort()
        await asyncio.sleep(3600)


@contextmanager
def running(behaviour: Behaviour, **options: Any) -> Iterator[int]:
    """A server with `behaviour`; hands out its port."""
    started = threading.Event()
    ports: list[int] = []
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()

    async def run() -> None:
        def protocol() -> Cutting:
            return Cutting(behaviour, enable_SMTPUTF8=True, hostname="test", tls_context=behaviour.tls, **options)

        server = await loop.create_server(protocol, HOST, 0)
        ports.append(server.sockets[0].getsockname()[1])
        started.set()
        await stop.wait()
        server.close()

    def thread() -> None:
        with asyncio.Runner(loop_factory=lambda: loop) as runner:
            runner.run(run())

    worker = threading.Thread(target=thread, daemon=True)
    worker.start()
    assert started.wait(10)
    try:
        yield ports[0]
    finally:
        loop.call_soon_threadsafe(stop.set)
        worker.join(10)
