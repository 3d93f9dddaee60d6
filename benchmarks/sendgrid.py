"""Times the SendGrid path: `python -m benchmarks.sendgrid`: personalised newsletters as calls, against a stub.

The stub is a process of its own that answers 202 to whatever it is sent, at once. Counted is the CPU of our process
alone: putting together what is each message's own, writing the calls, sending them, reading the answers; not making
up the recipients, and with the program itself out of the garbage collector's rounds, as in a worker. Beside it, in
the same run and to the same stub, the plain ways: the SDK's objects and client, a thousand messages in a call, with the
values made beforehand; and the same a call for each.
"""

import gc
import json
import multiprocessing
import socket
import socketserver
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from multiprocessing.connection import Connection

import click
from rich.console import Console
from rich.table import Table
from sendgrid import SendGridAPIClient
from sendgrid.helpers.mail import (
    Content,
    CustomArg,
    Email,
    Header,
    Mail,
    Personalization,
    ReplyTo,
    Subject,
    Substitution,
    To,
)

from benchmarks.rendering import a_newsletter, a_recipient, a_renderer
from outreach.domain.content import EditionText, Recipient
from outreach.providers.base import Outcome, Outgoing
from outreach.providers.sendgrid.calls import MESSAGE_ID, MOST_MAILS
from outreach.providers.sendgrid.send import SendGridProvider
from outreach.rendering.renderer import Renderer

KEY = "SG.of-a-benchmark"
_ANSWER = b"HTTP/1.1 202 Accepted\r\nX-Message-Id: stub\r\nContent-Length: 0\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Line:
    """One way of sending.

    Attributes:
        calls: how many requests it took.
        cpu_us: microseconds of our CPU for each message. seconds: on the wall, for all.
        ratio: how many times our own way's CPU it takes.
    """

    what: str
    messages: int
    calls: int
    cpu_us: float
    seconds: float
    ratio: float = 1.0


class _Stub(socketserver.StreamRequestHandler):
    """Reads a request by its Content-Length and says 202, until the caller hangs up."""

    calls = 0

    def handle(self) -> None:
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while line := self.rfile.readline():
            length = 0
            while line.strip():
                name, _, value = line.partition(b":")
                length = int(value) if name.lower() == b"content-length" else length
                line = self.rfile.readline()
            self.rfile.read(length)
            type(self).calls += 1
            self.wfile.write(_ANSWER)


def _serve(pipe: Connection) -> None:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Stub) as server:
        server.daemon_threads = True
        pipe.send(server.server_address[1])
        server.timeout = 0.05
        while True:
            server.handle_request()
            while pipe.poll():
                if pipe.recv() == "stop":
                    return
                pipe.send(_Stub.calls)


@dataclass(frozen=True, slots=True)
class Stub:
    """The stub, seen from here."""

    url: str
    pipe: Connection

    def calls(self) -> int:
        """How many requests it has answered."""
        self.pipe.send("calls")
        return int(self.pipe.recv())


@contextmanager
def running_stub() -> Iterator[Stub]:
    """A stub in a process of its own."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs,), daemon=True)
    process.start()
    try:
        yield Stub(f"http://127.0.0.1:{ours.recv()}", ours)
    finally:
        ours.send("stop")
        process.join(5)


@click.command()
@click.option("--messages", default=100_000, show_default=True, type=click.IntRange(min=1), help="Messages of our way.")
@click.option("--plain", default=5_000, show_default=True, type=click.IntRange(min=1), help="Messages of a plain way.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
def main(messages: int, plain: int, as_json: bool) -> None:
    """Sends personalised newsletters to a stub of SendGrid: calls and CPU for each, beside the SDK's own ways."""
    renderer, text = a_renderer(), a_newsletter("en")
    with running_stub() as stub:
        _ours(stub, renderer, text, range(MOST_MAILS))  # compiled and connected
        gc.collect()
        gc.freeze()
        ours = _timed("our way: parts, JSON, kept connection", stub, renderer, text, messages)
        batched = _plain(
            "plain: the SDK's objects and client, 1,000 a call", stub, _some(renderer, text, plain), MOST_MAILS
        )
        single = _plain("plain: the same, a call for each", stub, _some(renderer, text, max(1, plain // 10)), 1)
    lines = [ours] + [
        Line(one.what, one.messages, one.calls, one.cpu_us, one.seconds, one.cpu_us / ours.cpu_us)
        for one in (batched, single)
    ]
    if as_json:
        click.echo(json.dumps([asdict(line) for line in lines], indent=2))
        return
    table = Table()
    for column in ("what", "messages", "calls", "CPU us/message", "seconds", "ratio"):
        table.add_column(column, justify="left" if column == "what" else "right", no_wrap=True)
    for line in lines:
        numbers = (f"{line.cpu_us:,.1f}", f"{line.seconds:.2f}", f"{line.ratio:.1f}")
        table.add_row(line.what, f"{line.messages:,}", f"{line.calls:,}", *numbers)
    Console(width=120).print(table)


def _timed(what: str, stub: Stub, renderer: Renderer, text: EditionText, messages: int) -> Line:
    before = stub.calls()
    cpu, seconds = _ours(stub, renderer, text, range(MOST_MAILS, MOST_MAILS + messages))
    return Line(what, messages, stub.calls() - before, cpu / messages * 1e6, seconds)


def _ours(stub: Stub, renderer: Renderer, text: EditionText, numbers: range) -> tuple[float, float]:
    """Sends to recipients of these numbers; seconds of CPU and on the wall."""
    provider = SendGridProvider(KEY, base_url=stub.url)
    cpu = seconds = 0.0
    for start in range(numbers.start, numbers.stop, MOST_MAILS):
        people = [a_recipient(number) for number in range(start, min(start + MOST_MAILS, numbers.stop))]
        began, cpu_began = time.perf_counter(), time.process_time()
        batch = _written(renderer, text, people)
        with provider.open() as line:
            receipts = list(line.send(batch))
        cpu, seconds = cpu + time.process_time() - cpu_began, seconds + time.perf_counter() - began
        if len(receipts) != len(batch) or any(one.outcome is not Outcome.SENT for one in receipts):
            raise AssertionError("the stub accepts everything")
    provider.close()
    return cpu, seconds


def _written(renderer: Renderer, text: EditionText, people: Sequence[Recipient]) -> list[Outgoing]:
    sender = renderer.brand.sender_email
    return [
        Outgoing(person.touch_id, sender, person.address, b"", text.locale, renderer.parts(text, person))
        for person in people
    ]


def _some(renderer: Renderer, text: EditionText, count: int) -> list[Outgoing]:
    return _written(renderer, text, [a_recipient(number) for number in range(count)])


def _plain(what: str, stub: Stub, batch: Sequence[Outgoing], at_once: int) -> Line:
    account = SendGridAPIClient(KEY, host=stub.url)
    before, began, cpu = stub.calls(), time.perf_counter(), time.process_time()
    for start in range(0, len(batch), at_once):
        account.send(_as_mail(batch[start : start + at_once]))
    cpu, seconds = time.process_time() - cpu, time.perf_counter() - began
    return Line(what, len(batch), stub.calls() - before, cpu / len(batch) * 1e6, seconds)


def _as_mail(batch: Sequence[Outgoing]) -> Mail:
    """The same call, put together from the SDK's objects."""
    mail = Mail()
    for one in batch:
        if one.parts is None:
            raise AssertionError("every message of this benchmark is in parts")
        person = Personalization()
        person.add_to(To(one.recipient))
        person.subject = Subject(one.parts.subject).get()
        for name, value in {**one.parts.headers, **one.parts.shared.headers}.items():
            person.add_header(Header(name, value))
        for tag, value in zip(one.parts.shared.tags, one.parts.values, strict=True):
            person.add_substitution(Substitution(tag, value))
        person.add_custom_arg(CustomArg(MESSAGE_ID, str(one.touch_id)))
        mail.add_personalization(person)
        shared = one.parts.shared
    mail.from_email = Email(shared.sender_email, shared.sender_name)
    mail.reply_to = ReplyTo(shared.reply_to)
    mail.add_content(Content("text/plain", shared.text))
    mail.add_content(Content("text/html", shared.html))
    return mail


if __name__ == "__main__":
    main()
