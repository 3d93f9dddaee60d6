"""`outreach mailbox` as a process of its own, on a real database, up to being killed."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

from outreach.db.queries.mailbox import doubled_touches, list_mail, seen_touches
from outreach.db.session import Database
from outreach.domain.touch import Channel
from outreach.providers.base import Outcome, Outgoing, Provider, Witness
from outreach.providers.registry import Ways, build_routes


@contextmanager
def running_command(
    database_url: str, valkey_url: str, *, delay_ms: int
) -> Iterator[tuple["subprocess.Popen[bytes]", int]]:
    """The command, listening; hands out its process and port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {
        "DATABASE_URL": database_url,
        "REDIS_URL": valkey_url,
        "OUTREACH_ENV": "development",
        "OUTREACH_MAILBOX_PORT": str(port),
        "OUTREACH_MAILBOX_DELAY_MS": str(delay_ms),
    }
    process = subprocess.Popen([sys.executable, "-m", "outreach", "mailbox"], env=environment)
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=5).close()
                break
            except OSError:
                time.sleep(0.05)
        yield process, port
    finally:
        process.kill()
        process.wait()


def provider_for(db: Database, port: int) -> Provider:
    ways = Ways(port, lambda ids: seen_touches(db, ids))
    return build_routes(ways, email={"mailbox": 1.0}, sms={"mailbox": 1.0})[Channel.EMAIL].first


def mail() -> Outgoing:
    touch_id = uuid4()
    head = f"Subject: Frost\r\nContent-Language: cy\r\nX-Outreach-Message: {touch_id}\r\n\r\nHello\r\n"
    return Outgoing(touch_id=touch_id, sender="b@hearth.example", recipient="anna@example.com", data=head.encode())


def test_what_it_accepts_is_in_the_database(db: Database, database_url: str, valkey_url: str) -> None:
    message = mail()
    with running_command(database_url, valkey_url, delay_ms=0) as (_, port), provider_for(db, port).open() as line:
        [receipt] = list(line.send([message]))
        assert receipt.outcome is Outcome.SENT
        with db.transaction() as session:
            [kept] = list_mail(session)
    assert (kept.touch_id, kept.subject, kept.language) == (message.touch_id, "Frost", "cy")


def test_a_kill_in_the_middle_loses_nothing_it_accepted_and_the_witness_settles_the_rest(
    db: Database, database_url: str, valkey_url: str
) -> None:
    batch = [mail() for _ in range(8)]
    with running_command(database_url, valkey_url, delay_ms=200) as (process, port):
        provider = provider_for(db, port)
        receipts = []
        with provider.open() as line:
            for receipt in line.send(batch):
                receipts.append(receipt)
                if len(receipts) == 3:
                    process.kill()
    assert isinstance(provider, Witness)
    seen = provider.has_seen([one.touch_id for one in batch])
    outcomes = {receipt.touch_id: receipt.outcome for receipt in receipts}
    assert len(outcomes) == len(batch)
    assert {one for one, outcome in outcomes.items() if outcome is Outcome.SENT} <= seen
    assert seen <= {one for one, outcome in outcomes.items() if outcome in (Outcome.SENT, Outcome.UNKNOWN)}
    assert Outcome.RETRY in outcomes.values()
    with db.transaction() as session:
        assert doubled_touches(session) == {}
