"""The promise of the product: killed in the middle of a send, it loses nothing and doubles nothing."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import psycopg
import pytest

from tests.journeys.product import Demo, eventually

#: A slow mailbox, so that the kill falls into the middle of a batch: each message takes this long.
SLOW = {"OUTREACH_MAILBOX_DELAY_MS": "60"}


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    running = Demo(tmp_path / "data", tmp_path / "demo.log")
    yield running
    if running.process and running.process.poll() is None:
        running.kill()
    eventually("everything of the demo is gone", lambda: not running.leftovers())


def in_state(url: str, *states: str) -> set[UUID]:
    with psycopg.connect(url) as connection:
        return {row[0] for row in connection.execute("SELECT id FROM touches WHERE state = ANY(%s)", (list(states),))}


def arrivals(url: str) -> dict[UUID, int]:
    with psycopg.connect(url) as connection:
        return dict(
            connection.execute(
                "SELECT touch_id, count(*) FROM mailbox_messages WHERE touch_id IS NOT NULL GROUP BY 1"
            ).fetchall()
        )


def test_a_kill_in_the_middle_of_a_send_loses_no_message_and_doubles_none(demo: Demo) -> None:
    demo.start(**SLOW)
    url = demo.database_url()
    eventually("a batch is under way", lambda: len(arrivals(url)) > 5 and bool(in_state(url, "sending")))
    in_flight = in_state(url, "claimed", "sending")
    demo.kill()
    eventually("the servers and all processes are gone", lambda: not demo.leftovers())

    demo.start()
    url = demo.database_url()
    eventually("what was in flight has left", lambda: in_flight <= in_state(url, "sent", "failed"))
    more = len(arrivals(url)) + 20
    eventually("the product goes on sending", lambda: len(arrivals(url)) > more)
    sent, counts = in_state(url, "sent"), arrivals(url)
    assert demo.stop() == 0
    assert in_flight
    assert max(counts.values()) == 1
    assert sent <= set(counts)
