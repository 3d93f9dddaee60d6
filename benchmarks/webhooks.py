"""Times what providers report: `python -m benchmarks.webhooks`: taking events in over HTTP, and applying them.

Eight clients post signed batches of a hundred events each, three tenths of them twice, over kept connections to the
product's own web process (gunicorn, the real route, the real reader). A batch counts once it is answered, and it is
answered once it is flushed to disk. Then the batches are applied, by one worker and by two at once. Beside it, in the
same run, the plain way: one INSERT for each event, by a client that already knows what it means.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from uuid import UUID

import click
from rich.console import Console
from rich.table import Table

from outreach.cli.ports import any_free_port
from outreach.db.migrate import migrate
from outreach.db.session import Database, connect
from outreach.embedded.postgres import running_postgres
from outreach.embedded.valkey import running_valkey
from outreach.providers.mailbox.webhook import MailboxReports, sign
from outreach.services.apply_events import apply_events

NOW = datetime(2026, 9, 8, 9, 30, tzinfo=UTC)
SECRET = "a secret of a benchmark"
HOST = "127.0.0.1"
CLIENTS = 8
BATCH = 100
DOUBLED = 0.3
#: Seconds that the web process gets to answer.
PATIENCE = 30.0
#: Of a thousand events, roughly what a good list's provider reports.
WORDS = {"delivered": 880, "deferred": 60, "bounced": 45, "replied": 8, "unsubscribed": 5, "complained": 2}
CODES = ("5.1.1", "5.2.2", "4.4.7", "5.7.1")
#: Plain INSERTs that are timed.
PLAIN = 2_000

_FILL = (
    """
    INSERT INTO industries (key, names, min_gap, target_gap, max_gap, calendar, calendar_version, updated_at)
    VALUES ('bakeries', '{"en": "Bakeries"}', 6, 14, 35, '{"holidays": "ignore", "seasons": []}', 1, %(now)s)
    """,
    """
    INSERT INTO campaigns (key, name, purpose, touch_class, channel, priority, rule, updated_at)
    VALUES ('letters', 'Newsletter', 'p', 'relationship', 'email', 60, 'issue', %(now)s)
    """,
    """
    INSERT INTO editions (campaign_id, key, position, opens_on, closes_on, updated_at)
    SELECT id, 'september', 1, date '2026-09-01', date '2026-09-30', %(now)s FROM campaigns
    """,
    """
    INSERT INTO contacts (external_id, email, industry_id, language, time_zone, may_email, created_at, updated_at)
    SELECT 'C' || n, 'c' || n || '@example.com', i.id, 'en', 'Europe/London', true, %(now)s, %(now)s
    FROM generate_series(1, %(contacts)s) AS n, industries i
    """,
    """
    INSERT INTO rhythms (contact_id, gap, started_at, last_touch_at, next_due_at, look_at, waiting_code, updated_at)
    SELECT id, 14, %(sent)s, %(sent)s, %(sent)s + interval '14 days', %(sent)s + interval '14 days', '', %(now)s
    FROM contacts
    """,
    """
    INSERT INTO touches (id, contact_id, campaign_id, edition_id, channel, touch_class, state, decided_at, send_at,
                         reason_code, reason_numbers, reason, gap, sent_at, locale, address, provider)
    SELECT gen_random_uuid(), c.id, e.campaign_id, e.id, 'email', 'relationship', 'sent', %(sent)s, %(sent)s,
           'due.rhythm', '{}', '', 14, %(sent)s, 'en', c.email, 'mailbox'
    FROM contacts c, editions e
    """,
    "ANALYZE",
)


@dataclass(frozen=True, slots=True)
class Line:
    """One measurement.

    Attributes:
        what: in words. events: how many. seconds: on the wall.
        slow_ms: milliseconds within which 99 of 100 posts were answered; None where nothing is posted.
        ratio: our rate as a multiple of the plain way's; None for the plain way itself.
    """

    what: str
    events: int
    seconds: float
    slow_ms: float | None = None
    ratio: float | None = None

    @property
    def rate(self) -> float:
        """Events a second."""
        return self.events / self.seconds


@click.command()
@click.option("--events", default=200_000, show_default=True, type=click.IntRange(min=1_000), help="Events posted.")
@click.option("--contacts", default=20_000, show_default=True, type=click.IntRange(min=10), help="A message each.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
def main(events: int, contacts: int, as_json: bool) -> None:
    """Times taking events in over HTTP, durably, and applying them."""
    with TemporaryDirectory(prefix="outreach-bench-") as name:
        folder = Path(name).resolve()
        folder.chmod(0o711)  # run by root, the server is another user, who must be let through
        with running_postgres(folder / "postgres") as url, running_valkey(folder / "valkey") as redis_url:
            lines = _run(url, redis_url, events=events, contacts=contacts)
    if as_json:
        click.echo(json.dumps([asdict(line) | {"rate": line.rate} for line in lines], indent=2))
        return
    table = Table()
    for column in ("what", "events", "seconds", "events/s", "p99 ms", "ratio"):
        table.add_column(column, justify="left" if column == "what" else "right", no_wrap=True)
    for line in lines:
        slow = "" if line.slow_ms is None else f"{line.slow_ms:.1f}"
        ratio = "" if line.ratio is None else f"{line.ratio:.3g}"
        table.add_row(line.what, f"{line.events:,}", f"{line.seconds:.2f}", f"{line.rate:,.0f}", slow, ratio)
    Console(width=120).print(table)


def _run(url: str, redis_url: str, *, events: int, contacts: int) -> list[Line]:
    migrate(url)
    db = connect(url)
    touches = _filled(db, contacts)
    bodies = _bodies(touches, events, Random(7))
    taken = _taking_in(bodies[: len(bodies) // 2], url=url, redis_url=redis_url)
    alone = _applying(db, url, workers=1)
    again = _taking_in(bodies[len(bodies) // 2 :], url=url, redis_url=redis_url)
    both = _applying(db, url, workers=2)
    plain = _plainly(db, touches)
    db.close()
    lines = [taken, again, alone, both]
    return [Line(one.what, one.events, one.seconds, one.slow_ms, one.rate / plain.rate) for one in lines] + [plain]


def _filled(db: Database, contacts: int) -> list[UUID]:
    """The messages of a fresh base, one for each contact."""
    values = {"now": NOW, "sent": NOW - timedelta(days=2), "contacts": contacts}
    with db.raw_transaction() as connection:
        for statement in _FILL:
            connection.execute(statement, values)
        return [row[0] for row in connection.execute("SELECT id FROM touches")]


def _bodies(touches: Sequence[UUID], events: int, random: Random) -> list[bytes]:
    """Batches of events in no order; three tenths stand in two of them."""
    distinct = round(events / (1 + DOUBLED))
    words = random.choices(list(WORDS), list(WORDS.values()), k=distinct)
    items = []
    for number, word in enumerate(words):
        item = {
            "event": word,
            "message_id": str(random.choice(touches)),
            "timestamp": int(NOW.timestamp()) - random.randrange(86_400),
            "id": f"{number:012}",
        }
        items.append(item | ({"code": random.choice(CODES), "reason": "a server said no"} if word == "bounced" else {}))
    items += random.sample(items, events - distinct)
    random.shuffle(items)
    return [json.dumps(items[start : start + BATCH]).encode() for start in range(0, len(items), BATCH)]


def _taking_in(bodies: Sequence[bytes], *, url: str, redis_url: str) -> Line:
    """Posts all batches and waits for each answer; anything but 204 ends the benchmark."""
    port = any_free_port()
    environment = {"DATABASE_URL": url, "REDIS_URL": redis_url, "SECRET_KEY": SECRET, "OUTREACH_ENV": "development"}
    command = [sys.executable, "-m", "outreach", "web", "--bind", f"{HOST}:{port}"]
    web = subprocess.Popen(command, env=os.environ | environment)
    try:
        _wait_for(port)
        posts = [_post(body, port) for body in bodies]
        began = time.perf_counter()
        with ThreadPoolExecutor(CLIENTS) as clients:
            shares = [posts[place::CLIENTS] for place in range(CLIENTS)]
            waits = sorted(wait for share in clients.map(_client, [port] * CLIENTS, shares) for wait in share)
        seconds = time.perf_counter() - began
    finally:
        web.send_signal(signal.SIGTERM)
        web.wait(PATIENCE)
    slow = waits[int(len(waits) * 0.99)] * 1000
    return Line(f"taking in, {CLIENTS} clients, batches of {BATCH}", len(bodies) * BATCH, seconds, slow)


def _wait_for(port: int) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            with socket.create_connection((HOST, port)) as link:
                link.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                if b" 200 " in link.recv(100):
                    return
        except OSError:
            pass
        if time.monotonic() > until:
            raise TimeoutError("the web process does not answer")
        time.sleep(0.1)


def _post(body: bytes, port: int) -> bytes:
    headers = {
        "Host": f"{HOST}:{port}",
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        **sign(body, secret=SECRET.encode(), timestamp=int(NOW.timestamp())),
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"POST /webhooks/mailbox HTTP/1.1\r\n{head}\r\n".encode() + body


def _client(port: int, posts: Sequence[bytes]) -> list[float]:
    """Posts one after the other over a kept connection, a new one where the server closes it; seconds for each."""
    waits = []
    link = None
    for post in posts:
        began = time.perf_counter()
        link = link or socket.create_connection((HOST, port))
        link.sendall(post)
        answer = b""
        while b"\r\n\r\n" not in answer:
            piece = link.recv(4096)
            if not piece:
                raise ConnectionError("the web process hung up")
            answer += piece
        if not answer.startswith(b"HTTP/1.1 204"):
            raise RuntimeError(answer.decode("latin-1"))
        waits.append(time.perf_counter() - began)
        if b"connection: close" in answer.lower():
            link.close()
            link = None
    if link is not None:
        link.close()
    return waits


def _apply(url: str) -> int:
    """Applies until nothing waits; how many events that were, doubles among them."""
    db, done = connect(url), 0
    readers = {"mailbox": MailboxReports(SECRET.encode())}
    while (applied := apply_events(db=db, readers=readers, now=NOW + timedelta(hours=1))).batches:
        done += sum(count for by_actor in applied.events.values() for count in by_actor.values()) + applied.doubles
    db.close()
    return done


def _applying(db: Database, url: str, *, workers: int) -> Line:
    with get_context("spawn").Pool(workers) as pool:
        pool.map(len, [""] * workers)  # so that starting and importing are over
        began = time.perf_counter()
        events = sum(pool.map(_apply, [url] * workers))
        seconds = time.perf_counter() - began
    with db.raw_transaction() as connection:
        left = connection.execute("SELECT count(*) FROM raw_batches WHERE applied_at IS NULL OR fault <> ''").fetchone()
    if left != (0,):
        raise AssertionError(f"batches left or faulty: {left}")
    return Line(f"applying, {workers} worker{'s' * (workers > 1)}", events, seconds)


def _plainly(db: Database, touches: Sequence[UUID]) -> Line:
    """One INSERT and COMMIT for each event, over one connection."""
    began = time.perf_counter()
    with db.engine.connect() as connection:
        driver = connection.connection.driver_connection
        for number in range(PLAIN):
            driver.execute(
                "INSERT INTO events (key, touch_id, type, actor, occurred_at, recorded_at, data) "
                "VALUES (%s, %s, 'delivered', 'machine', %s, %s, '{}')",
                (f"plain {number}", touches[number % len(touches)], NOW, NOW),
            )
            driver.commit()
    return Line("plain: an INSERT and a COMMIT each", PLAIN, time.perf_counter() - began)


if __name__ == "__main__":
    main()
