"""Times the rhythm: `python -m benchmarks.rhythm`: a day of planning for many contacts, a tick, a forecast.

The contacts are made by the database itself. Every line stands beside the plain way of doing the same in the same run:
the slow planner of the tests, which decides for one contact after the other.
"""

import json
import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress, TaskID
from rich.table import Table

from benchmarks.plain_planner import plain_rate
from outreach.db.migrate import migrate
from outreach.db.queries.planning import load_offers
from outreach.db.queries.planning_table import load_planning_table
from outreach.db.session import Database, connect
from outreach.domain.planning.almanac import Almanac
from outreach.domain.planning.decide import decide
from outreach.embedded.postgres import running_postgres
from outreach.services.forecast_touches import forecast_touches
from outreach.services.plan_touches import CHUNK, HORIZON, plan_touches

#: A Tuesday morning.
NOW = datetime(2026, 9, 8, 4, 0, tzinfo=UTC)

ZONES = (
    *("Europe/London", "Europe/Berlin", "America/New_York", "America/Los_Angeles", "Asia/Shanghai"),
    *("Asia/Kolkata", "Australia/Sydney", "America/Sao_Paulo"),
)
COUNTRIES = ("GB", "DE", "US", "US", "CN", "IN", "AU", "BR")

INDUSTRIES = 6

HOURS = {day: ["09:00-12:00", "14:00-17:30"] for day in ("mon", "tue", "wed", "thu", "fri")}
CALENDAR = {
    "hours": HOURS,
    "holidays": "closed",
    "seasons": [
        {"key": "summer", "stance": "quiet", "from": "07-20", "to": "08-20"},
        {"key": "new-year", "stance": "closed", "from": "12-22", "to": "01-03"},
        {"key": "autumn", "stance": "peak", "from": "10-01", "to": "11-15"},
    ],
}

MAKE = (
    """
    INSERT INTO industries (key, names, min_gap, target_gap, max_gap, calendar, updated_at)
    SELECT 'industry-' || n, '{"en": "Industry"}', 6, 14, 35, %(calendar)s::jsonb, %(now)s
    FROM generate_series(1, %(industries)s) AS n
    """,
    """
    INSERT INTO contacts (external_id, email, phone, first_name, industry_id, language, time_zone, country,
                          customer_since, may_email, may_sms, created_at, updated_at)
    SELECT 'C' || n, 'c' || n || '@example.com', '+4477' || lpad(n::text, 8, '0'), 'Anna',
           1 + n %% %(industries)s, 'en', (%(zones)s::text[])[1 + n %% 8], (%(countries)s::text[])[1 + n %% 8],
           date '2020-01-01' + (n %% 2000)::int, true, n %% 3 = 0, %(now)s, %(now)s
    FROM generate_series(1, %(contacts)s) AS n
    """,
    # Everybody was touched within their gap, and some of it lies in each hour of the past.
    """
    INSERT INTO rhythms (contact_id, gap, started_at, last_touch_at, next_due_at, look_at, waiting_code, updated_at)
    SELECT id, 14, %(now)s - interval '400 days', at, at + interval '14 days', %(now)s, '', %(now)s
    FROM (SELECT id, %(now)s - interval '14 days' * (abs(hashint8(id)) / 2147483648.0) AS at FROM contacts) AS c
    """,
    """
    INSERT INTO campaigns (key, name, purpose, touch_class, channel, priority, rule, updated_at)
    VALUES ('tips', 'Weekly tips', 'p', 'relationship', 'email', 40, 'series', %(now)s),
           ('letters', 'Newsletter', 'p', 'relationship', 'email', 60, 'issue', %(now)s),
           ('texts', 'Texts', 'p', 'relationship', 'sms', 30, 'issue', %(now)s),
           ('offers', 'Offers', 'p', 'promotion', 'email', 50, 'issue', %(now)s),
           ('checks', 'Check-in', 'p', 'care', 'email', 50, 'anniversary', %(now)s)
    """,
    "UPDATE campaigns SET every_months = 6, window_days = 30 WHERE key = 'checks'",
    """
    INSERT INTO editions (campaign_id, key, position, opens_on, closes_on, updated_at)
    SELECT c.id, c.key || '-' || n, n,
           CASE WHEN c.rule = 'issue' THEN date '2026-07-01' + 14 * n ELSE date '2026-01-01' END,
           CASE WHEN c.rule = 'issue' THEN date '2026-07-01' + 14 * n + 27 ELSE date '2028-12-31' END, %(now)s
    FROM campaigns c, generate_series(1, 36) AS n WHERE c.rule <> 'anniversary' OR n <= 6
    """,
    # Two touches each that still count against the caps.
    """
    INSERT INTO touches (id, contact_id, campaign_id, edition_id, channel, touch_class, state, decided_at, send_at,
                         reason_code, reason_numbers, reason, gap, sent_at, matured_at)
    SELECT gen_random_uuid(), r.contact_id, e.campaign_id, e.id, 'email', 'relationship', 'sent', at, at,
           'due.rhythm', '{}', '', 14, at, at
    FROM rhythms r CROSS JOIN (VALUES (1), (2)) AS v(n)
    CROSS JOIN LATERAL (SELECT r.last_touch_at - (v.n - 1) * interval '14 days' AS at) AS when_
    JOIN editions e ON e.key = 'tips-' || v.n
    """,
    "ANALYZE",
)


@dataclass(frozen=True, slots=True)
class Line:
    """One measurement.

    Attributes:
        what: in words. items: how many contacts, or contact-days. seconds: on the wall.
        plain_rate: items a second of the plain planner, 0 where there is no such thing. ratio: our rate over it.
    """

    what: str
    items: int
    seconds: float
    plain_rate: float = 0.0

    @property
    def rate(self) -> float:
        """Items a second."""
        return self.items / self.seconds

    @property
    def ratio(self) -> float:
        """Our rate as a multiple of the plain planner's."""
        return self.rate / self.plain_rate if self.plain_rate else 0.0


@click.command()
@click.option("--contacts", default=1_000_000, show_default=True, type=click.IntRange(min=1_000))
@click.option("--forecast-contacts", default=100_000, show_default=True, type=click.IntRange(min=100))
@click.option("--days", default=365, show_default=True, type=click.IntRange(min=1), help="Of the forecast.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
def main(contacts: int, forecast_contacts: int, days: int, as_json: bool) -> None:
    """Times planning, deciding and forecasting."""
    with tempfile.TemporaryDirectory(prefix="outreach-bench-") as name:
        folder = Path(name).resolve()
        folder.chmod(0o711)  # run by root, the server is another user, who must be let through
        with running_postgres(folder) as url:
            with _base(url, contacts) as db:
                lines = [*_deciding(db, contacts), *_planning(db, contacts)]
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            with _base(url, forecast_contacts, "forecast") as db:
                lines += _forecasting(db, forecast_contacts, days)
    if as_json:
        told = [{**asdict(line), "rate": line.rate, "ratio": line.ratio} for line in lines]
        click.echo(json.dumps({"lines": told, "peak_mb_of_planning": peak}, indent=2))
    else:
        _print(lines, peak)


@contextmanager
def _base(server: str, contacts: int, name: str = "rhythm") -> Iterator[Database]:
    """A database with so many contacts."""
    admin = connect(server)
    with admin.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    address = admin.engine.url.set(drivername="postgresql", database=name).render_as_string(hide_password=False)
    admin.close()
    migrate(address)
    db = connect(address)
    values = {
        "now": NOW,
        "contacts": contacts,
        "industries": INDUSTRIES,
        "calendar": json.dumps(CALENDAR),
        "zones": list(ZONES),
        "countries": list(COUNTRIES),
    }
    with db.raw_transaction() as connection:
        for statement in MAKE:
            connection.execute(statement, values if "%" in statement else None)
    try:
        yield db
    finally:
        db.close()


def _deciding(db: Database, contacts: int) -> list[Line]:
    """The decisions alone, loaded chunk by chunk as the planner does; loading is not counted."""
    deciding = loading = 0.0
    for start in range(1, contacts + 1, CHUNK):
        began = time.perf_counter()
        with db.raw_transaction() as connection:
            ids = list(range(start, min(start + CHUNK, contacts + 1)))
            table = load_planning_table(connection, ids, offers=load_offers(connection, now=NOW), now=NOW)
        almanac = Almanac.of(table.cohorts, now=NOW)
        middle = time.perf_counter()
        decide(table.contacts, table.offers, almanac, now=NOW, horizon=HORIZON)
        loading += middle - began
        deciding += time.perf_counter() - middle
    plain = plain_rate(db, now=NOW, horizon=HORIZON)
    return [Line("decide", contacts, deciding, plain), Line("load", contacts, loading)]


def _planning(db: Database, contacts: int) -> list[Line]:
    """A whole day's planning, everybody looked at; then a tick at which only few are due."""
    began = time.perf_counter()
    done = plan_touches(db=db, now=NOW, limit=contacts + CHUNK)
    whole = Line("plan everybody, read and write", done.looked_at, time.perf_counter() - began)
    lines = [whole]
    for share in (100, 10):
        few = contacts // 10 // share
        with db.raw_transaction() as connection:
            connection.execute("UPDATE rhythms SET look_at = %s WHERE contact_id <= %s", (NOW, few))
        began = time.perf_counter()
        done = plan_touches(db=db, now=NOW, limit=contacts)
        lines.append(Line(f"a tick with {few:,} due", done.looked_at, time.perf_counter() - began))
    return lines


def _forecasting(db: Database, contacts: int, days: int) -> list[Line]:
    """The same forecast for half of it and for all of it, so that a line that bends is seen."""
    lines = []
    for part in (days // 2, days):
        with Progress(console=Console(stderr=True)) as bar:
            told = partial(_tell, bar, bar.add_task(f"forecast {part} days", total=None))
            began = time.perf_counter()
            forecast_touches(db=db, now=NOW, days=part, progress=told)
        lines.append(Line(f"forecast {part} days, {contacts:,} contacts", contacts * part, time.perf_counter() - began))
    return lines


def _tell(bar: Progress, task: TaskID, done: int, total: int) -> None:
    bar.update(task, completed=done, total=total)


def _print(lines: list[Line], peak: float) -> None:
    table = Table()
    for column in ("what", "items", "seconds", "items/s", "plain items/s", "ratio"):
        table.add_column(column, justify="left" if column == "what" else "right", no_wrap=True)
    for line in lines:
        plain = (f"{line.plain_rate:,.0f}", f"{line.ratio:,.0f}") if line.plain_rate else ("", "")
        table.add_row(line.what, f"{line.items:,}", f"{line.seconds:.2f}", f"{line.rate:,.0f}", *plain)
    console = Console(width=120)
    console.print(table)
    console.print(f"Memory of this process while planning: at most {peak:.0f} MB.")


if __name__ == "__main__":
    main()
