"""Simulated readers at work on a real mailbox, towards a real web server on a port or a Unix socket."""

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID, uuid4

import httpx
import pytest

from outreach.db.queries.mailbox import NewMail, store_mail, unread_mail
from outreach.db.session import Database
from outreach.demo.reader_fates import APPLE_PROXY
from outreach.demo.readers import WEBHOOK, MailboxReporter, ReaderCounts, read_new_mail
from outreach.providers.base import Posting
from outreach.providers.mailbox.webhook import MailboxReports
from tests.factories import NOW

BASE = "http://127.0.0.1:8025"
SECRET = b"secret"
LATER = NOW + timedelta(days=3)
FORM = b'<form method="post" action="/u/act"><input type="hidden" name="kept" value="yes"></form>'


@dataclass
class Heard:
    """Requests that a test's web server got, and how it answers."""

    requests: list[tuple[str, str, str, bytes]] = field(default_factory=list)
    batches: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    status: int = 200
    webhook_status: int = 204

    def paths(self, method: str) -> list[str]:
        return [path for verb, path, _, _ in self.requests if verb == method]

    def reports(self) -> list[dict[str, Any]]:
        return [row for _, body in self.batches for row in json.loads(body)]


class Handler(BaseHTTPRequestHandler):
    """Notes everything; the page behind /u/ is a form."""

    heard: ClassVar[Heard]
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._note("GET", b"")
        self._answer(self.heard.status, FORM if self.path.startswith("/u/") else b"x")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == WEBHOOK:
            self.heard.batches.append((dict(self.headers), body))
            self._answer(self.heard.webhook_status, b"")
        else:
            self._note("POST", body)
            self._answer(self.heard.status, b"done")

    def _note(self, method: str, body: bytes) -> None:
        self.heard.requests.append((method, self.path, self.headers.get("User-Agent", ""), body))

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def address_string(self) -> str:
        return "test"

    def log_message(self, *_: object) -> None:
        return


class SocketServer(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True


@contextmanager
def serving(server: socketserver.BaseServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def heard() -> Heard:
    Handler.heard = Heard()
    return Handler.heard


@pytest.fixture
def client(heard: Heard, tmp_path: Path) -> Iterator[httpx.Client]:
    """Reaches the test's web server through a Unix socket, under the address that stands in the mails."""
    path = str(tmp_path / "web.sock")
    with (
        serving(SocketServer(path, Handler)),
        httpx.Client(transport=httpx.HTTPTransport(uds=path), base_url=BASE, timeout=10) as one,
    ):
        yield one


def mail(number: int, *, received_at: Any = NOW, touch_id: UUID | None = None) -> NewMail:
    """A mail that names its own touch in all its addresses."""
    touch_id = touch_id or uuid4()
    links = "".join(f'<a href="{BASE}/c/{touch_id}-{link}">x</a>' for link in range(3))
    raw = (
        f"List-Unsubscribe: <{BASE}/u/{touch_id}>\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
        f'{links}<img src="{BASE}/o/{touch_id}.gif">\r\n'
    )
    return NewMail(
        received_at=received_at,
        channel="email",
        sender="b@hearth.example",
        recipient=f"a{number}@example.com",
        subject="Frost",
        touch_id=touch_id,
        language="en",
        raw=raw.encode(),
    )


def keep(db: Database, *mails: NewMail) -> None:
    with db.transaction() as session:
        store_mail(session, mails)


def read(db: Database, client: httpx.Client, now: Any = NOW, limit: int = 2000) -> ReaderCounts:
    return read_new_mail(db=db, client=client, now=now, reporter=MailboxReporter(SECRET), limit=limit)


def test_every_arrival_is_reported_once_in_signed_batches_about_its_own_touch(
    db: Database, client: httpx.Client, heard: Heard
) -> None:
    mails = [mail(number) for number in range(600)]
    keep(db, *mails)
    counts = read(db, client)
    assert counts.read == 600
    assert len(heard.batches) == 2
    reader = MailboxReports(SECRET)
    for headers, body in heard.batches:
        assert reader.is_genuine(Posting(headers, body))
    events = [event for _, body in heard.batches for event in reader.events(body, NOW)]
    assert {event.touch_id for event in events} == {one.touch_id for one in mails}
    assert len({event.key for event in events}) == len(events) == sum(counts.reports.values())
    assert read(db, client, NOW).is_idle


def test_proxies_and_gateways_act_at_once_and_unsubscribe_nobody(
    db: Database, client: httpx.Client, heard: Heard
) -> None:
    keep(db, *(mail(number) for number in range(200)))
    counts = read(db, client)
    assert counts.actions["scan"] > 5
    assert counts.actions["visit"] == sum(agent == APPLE_PROXY for _, _, agent, _ in heard.requests) > 30
    assert sum(path.startswith("/u/") for path in heard.paths("GET")) == counts.actions["scan"]
    assert heard.paths("POST") == []
    assert counts.refused == 0


def test_people_act_when_their_hour_has_come(db: Database, client: httpx.Client, heard: Heard) -> None:
    keep(db, *(mail(number) for number in range(200)))
    first = read(db, client)
    assert first.planned > 60
    before = len(heard.requests)
    second = read(db, client, NOW + timedelta(hours=4))
    third = read(db, client, LATER)
    done = [sum(counts.actions.values()) + sum(counts.reports.values()) for counts in (second, third)]
    assert min(done) > 10
    assert sum(done) == first.planned
    assert len(heard.requests) > before
    assert read(db, client, LATER).is_idle


def test_a_few_leave_by_the_form_or_by_one_click(db: Database, client: httpx.Client, heard: Heard) -> None:
    keep(db, *(mail(number, received_at=NOW - timedelta(days=3)) for number in range(1500)))
    counts = read(db, client)
    assert min(counts.actions["leave"], counts.actions["one_click"]) > 0
    posts = [(path, body) for method, path, _, body in heard.requests if method == "POST"]
    assert sum(path == "/u/act" and body == b"kept=yes" for path, body in posts) == counts.actions["leave"]
    assert sum(body == b"List-Unsubscribe=One-Click" for _, body in posts) == counts.actions["one_click"]


def test_nothing_is_recorded_while_the_webhook_is_refused(db: Database, client: httpx.Client, heard: Heard) -> None:
    keep(db, *(mail(number) for number in range(3)))
    heard.webhook_status = 503
    with pytest.raises(httpx.HTTPStatusError):
        read(db, client)
    with db.transaction() as session:
        assert len(unread_mail(session, limit=10)) == 3
    heard.webhook_status = 204
    assert read(db, client).read == 3
    first, second = heard.batches
    assert json.loads(first[1]) == json.loads(second[1])


def test_refused_visits_are_counted_and_not_made_again(db: Database, client: httpx.Client, heard: Heard) -> None:
    keep(db, *(mail(number, received_at=NOW - timedelta(days=3)) for number in range(50)))
    heard.status = 500
    counts = read(db, client)
    assert counts.refused >= counts.actions["visit"] > 0
    assert read(db, client).is_idle


def test_a_pass_takes_no_more_than_its_limit(db: Database, client: httpx.Client) -> None:
    keep(db, *(mail(number) for number in range(30)))
    assert [read(db, client, limit=20).read for _ in range(3)] == [20, 10, 0]


def test_mail_that_is_none_of_ours_is_left_alone(db: Database, client: httpx.Client, heard: Heard) -> None:
    stranger = mail(1)
    keep(db, NewMail(**{name: getattr(stranger, name) for name in NewMail.__slots__} | {"touch_id": None}))
    counts = read(db, client)
    assert (counts.read, counts.reports, heard.requests) == (1, {}, [])


def test_a_text_is_reported_and_its_link_followed(db: Database, client: httpx.Client, heard: Heard) -> None:
    texts = [
        NewMail(
            received_at=NOW,
            channel="sms",
            sender="Hearth",
            recipient=f"+44770{number:07}",
            subject="",
            touch_id=uuid4(),
            language="",
            raw=f"Sweep? {BASE}/c/{number}".encode(),
        )
        for number in range(60)
    ]
    keep(db, *texts)
    read(db, client)
    assert {report["event"] for report in heard.reports()} == {"delivered"}
    read(db, client, LATER)
    assert heard.paths("GET")
    assert all(path.startswith("/c/") for path in heard.paths("GET"))


def test_a_port_does_as_well_as_a_socket(db: Database, heard: Heard) -> None:
    keep(db, mail(1))
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    with serving(server), httpx.Client(base_url=f"http://127.0.0.1:{server.server_port}", timeout=10) as one:
        read(db, one)
    assert [report["event"] for report in heard.reports()] in (["delivered"], ["deferred"])


def test_addresses_of_another_server_are_never_visited(db: Database, heard: Heard) -> None:
    keep(db, *(mail(number, received_at=NOW - timedelta(days=3)) for number in range(50)))
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    with serving(server), httpx.Client(base_url=f"http://127.0.0.1:{server.server_port}", timeout=10) as one:
        counts = read(db, one)
    assert counts.reports["delivered"] > 40
    assert (counts.actions, heard.requests) == ({}, [])
