"""Times the legs of the loop on a PostgreSQL and a mailbox of its own: `python -m benchmarks.loop`.

Every run has a fresh database on a server that flushes to disk as in production. The legs run in this process; the
database and the mailbox are processes of their own, so CPU per item is the product's alone.
"""

import json
import os
import smtplib
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import click
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from benchmarks.legs import BASELINES, run_legs
from benchmarks.measure import Leg, print_table, summed_up
from outreach.bootstrap import bootstrap
from outreach.cli.ports import any_free_port
from outreach.db.migrate import migrate
from outreach.db.session import as_sqlalchemy_url
from outreach.demo.clockwork import FIRST_MORNING
from outreach.demo.population import write_contacts
from outreach.demo.setup import PACK
from outreach.domain.errors import NotReady
from outreach.embedded.postgres import running_postgres
from outreach.providers.mailbox.server import HOST
from outreach.services.apply_pack import apply_pack
from outreach.settings import Settings

#: Seconds the mailbox gets to answer.
PATIENCE = 30.0


@click.command()
@click.option("--contacts", default=2_000, show_default=True, type=click.IntRange(min=50), help="Rows of the import.")
@click.option("--repeats", default=3, show_default=True, type=click.IntRange(min=1), help="Runs; medians are shown.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
def main(contacts: int, repeats: int, as_json: bool) -> None:
    """Times each leg of the loop beside a plain baseline of the same run."""
    with tempfile.TemporaryDirectory(prefix="outreach-bench-") as name:
        folder = Path(name).resolve()
        folder.chmod(0o711)  # run by root, the server is another user, who must be let through
        table = folder / "contacts.csv"
        write_contacts(table, today=FIRST_MORNING.date(), rows=contacts)
        with running_postgres(folder) as url:
            lines = summed_up([_run(url, number, table) for number in range(repeats)], BASELINES)
    if as_json:
        click.echo(json.dumps([asdict(line) for line in lines], indent=2))
    else:
        print_table(lines)


def _run(server: str, number: int, contacts: Path) -> list[Leg]:
    """All legs once, on a database of their own."""
    engine = create_engine(as_sqlalchemy_url(server), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE run_{number}"))
    engine.dispose()
    address = make_url(server).set(database=f"run_{number}").render_as_string(hide_password=False)
    migrate(address)
    environ = {
        **os.environ,
        "OUTREACH_ENV": "development",
        "DATABASE_URL": address,
        "REDIS_URL": "redis://127.0.0.1:1",  # never asked: nobody is woken
        "EMAIL_PROVIDER": "mailbox",
        "OUTREACH_MAILBOX_PORT": str(any_free_port()),
        "OUTREACH_MAILBOX_DELAY_MS": "0",
    }
    settings = Settings.from_env(environ)
    outreach = bootstrap(settings)
    try:
        apply_pack(db=outreach.db, folder=PACK, now=FIRST_MORNING)
        with _mailbox(settings.mailbox_port, environ):
            return run_legs(outreach, contacts)
    finally:
        outreach.close()


@contextmanager
def _mailbox(port: int, environ: dict[str, str]) -> Iterator[None]:
    """The product's mailbox in a process of its own."""
    process = subprocess.Popen([sys.executable, "-m", "outreach", "mailbox"], env=environ)
    try:
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                smtplib.SMTP(HOST, port, local_hostname="localhost").quit()
                break
            except OSError:
                if time.monotonic() > deadline or process.poll() is not None:
                    raise NotReady(f"the mailbox does not answer on port {port}") from None
                time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    main()
