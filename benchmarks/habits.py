"""Times the nightly look at habits: `python -m benchmarks.habits --contacts 1000000`.

Invented customers with about ten signals each, over five years, in the product's own tables; the same look that workers
make, chunk by chunk. Beside it, in the same run, the fixed rule "five months silent" as one statement over the same
signals, which is the least that anybody could do.
"""

import json
import resource
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from outreach.db.migrate import migrate
from outreach.db.session import Database, connect
from outreach.embedded.postgres import running_postgres
from outreach.services.score_habits import score_habits

NOW = datetime(2026, 9, 8, 3, 0, tzinfo=UTC)

_FILL = (
    """
    INSERT INTO industries (key, names, min_gap, target_gap, max_gap, calendar, calendar_version, updated_at)
    VALUES ('bakeries', '{"en": "Bakeries"}', 6, 14, 35,
            '{"hours": {"tue": ["09:30-11:30"]}, "holidays": "ignore", "seasons": []}', 1, %(now)s)
    """,
    """
    INSERT INTO contacts (external_id, email, industry_id, language, time_zone, created_at, updated_at)
    SELECT 'C' || n, '', i.id, 'en', 'Europe/London', %(now)s, %(now)s
    FROM generate_series(1, %(contacts)s) AS n, industries i
    """,
    # Each customer has a rate of its own, and half of them stopped at some day.
    """
    INSERT INTO signals (contact_id, kind, occurred_at, currency)
    SELECT c.id, (ARRAY['purchase', 'purchase', 'purchase', 'booking', 'visit', 'question'])[1 + (n + c.id) %% 6],
           %(now)s - interval '1 day' * (r.since + r.mean * (n + random())), ''
    FROM contacts c
    CROSS JOIN LATERAL (
        SELECT 15 + 150 * random() ^ 2 AS mean, CASE WHEN c.id %% 2 = 0 THEN 30 ELSE 300 * random() END AS since,
               c.id AS own) AS r
    CROSS JOIN LATERAL generate_series(1, 2 + (c.id * 7919 %% 17)::int) AS n
    """,
    "ANALYZE",
)
FIVE_MONTHS = """
    SELECT count(*) FROM (
        SELECT contact_id FROM signals WHERE kind IN ('purchase', 'booking')
        GROUP BY contact_id HAVING max(occurred_at) < %(now)s::timestamptz - interval '5 months') AS silent
"""


@dataclass(frozen=True, slots=True)
class Took:
    """What a look took.

    Attributes:
        fixed_seconds: the fixed rule. peak_mb: of this process.
    """

    contacts: int
    signals: int
    lines: int
    seconds: float
    fixed_seconds: float
    peak_mb: int


def measured(db: Database, *, contacts: int) -> Took:
    """Fills the database, looks once, and asks the fixed rule."""
    with db.raw_transaction() as connection:
        for statement in _FILL:
            connection.execute(statement, {"now": NOW, "contacts": contacts})
        row = connection.execute("SELECT count(*) FROM signals").fetchone()
    started = time.perf_counter()
    looked = score_habits(db=db, now=NOW)
    seconds = time.perf_counter() - started
    started = time.perf_counter()
    with db.raw_transaction() as connection:
        connection.execute(FIVE_MONTHS, {"now": NOW}).fetchone()
    fixed = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return Took(contacts, int(row[0]) if row else 0, looked.lines, seconds, fixed, peak)


@click.command()
@click.option("--contacts", default=100_000, show_default=True)
@click.option("--json", "as_json", is_flag=True)
def main(contacts: int, as_json: bool) -> None:
    """Prints what the look took."""
    with (
        TemporaryDirectory(prefix="outreach-bench-") as folder,
        running_postgres(Path(folder) / "pg", durable=False) as url,
    ):
        migrate(url)
        db = connect(url)
        took = measured(db, contacts=contacts)
        db.close()
    if as_json:
        click.echo(json.dumps(asdict(took)))
        return
    click.echo(
        f"{took.contacts:,} contacts, {took.signals:,} signals: {took.lines:,} habits in {took.seconds:.1f} s "
        f"({took.contacts / took.seconds:,.0f} contacts a second), peak {took.peak_mb} MB; "
        f"five months silent, one statement: {took.fixed_seconds:.1f} s"
    )


if __name__ == "__main__":
    main()
