"""The whole loop on a PostgreSQL and a Valkey that the product did not start itself."""

import json

import psycopg

from tests.journeys.product import run_check

DAYS = 4


def test_the_loop_runs_on_external_servers_by_two_variables_alone(database_url: str, valkey_url: str) -> None:
    done = run_check(days=DAYS, environ={"DATABASE_URL": database_url, "REDIS_URL": valkey_url})
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    with psycopg.connect(database_url) as connection:
        contacts = connection.execute("SELECT count(*) FROM contacts").fetchone()
        sent = connection.execute("SELECT count(*) FROM touches WHERE sent_at IS NOT NULL").fetchone()
    assert contacts == (result["contacts_imported"],)
    assert sent == (sum(result["messages_sent"].values()),)
    assert set(result["messages_sent"]) == {"en", "cy", "zh-Hans", "es", "fr", "de", "ar"}
    assert result["messages_arrived_twice"] == 0
    assert len(result["cadence_examples"]) == 3
    assert result["complaints"] == []
