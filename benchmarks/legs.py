"""The legs of the loop, each through the product's own service, and beside each the plain way of doing the same.

The legs build on one another (what was planned is delivered), so they run in the order of this file. The baselines
write into tables of the same shape and indices as the real ones (`bare_...`), so that they pay for the same disk.
"""

import smtplib
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from benchmarks.measure import Leg, Stopwatch
from outreach.bootstrap import ROOT, Outreach
from outreach.db.queries.content import load_brand, load_texts
from outreach.db.queries.planning import load_offers, lock_due_contacts
from outreach.db.queries.planning_table import load_planning_table
from outreach.demo.clockwork import FIRST_MORNING
from outreach.domain.content import Brand, EditionText, Recipient, chosen_locale
from outreach.domain.planning.almanac import Almanac
from outreach.domain.planning.decide import decide
from outreach.domain.rhythm.cadence import MATURES_AFTER_DAYS
from outreach.domain.touch import Channel
from outreach.providers.mailbox.server import HOST
from outreach.queueing.jobs import Job
from outreach.rendering.renderer import Renderer
from outreach.services.apply_events import apply_events
from outreach.services.deliver_chunk import deliver_chunk
from outreach.services.import_contacts import import_contacts
from outreach.services.mature_touches import mature_touches
from outreach.services.plan_touches import HORIZON, plan_touches
from outreach.services.record_visit import Visitor, record_visit

#: What each leg is compared with, in the order of the loop.
BASELINES = {
    "import": "INSERT row by row, one transaction",
    "plan": "the decisions alone, no database",
    "render": "a fresh renderer per message",
    "deliver": "smtplib, one connection, no ledger",
    "visits": "INSERT of the note, a commit each",
    "events": "COPY of the same rows",
    "mature": "one UPDATE of the same rows",
}
#: When everybody's first touch is due, as the import staggers them over days; a Monday at ten.
DECIDED_AT = FIRST_MORNING + timedelta(days=14, hours=5)
#: Hours of delivering, one look an hour, so that chunks are as full as the contacts' hours make them.
HOURS = 1 + HORIZON // timedelta(hours=1)
#: Messages rendered without compiled texts; each takes as long as hundreds with.
SAMPLE = 20
AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"


class Nobody:
    """A queue with nobody behind it: the legs run in this process."""

    def wake(self, job: Job, times: int = 1) -> None:
        """Wakes nobody."""


def run_legs(outreach: Outreach, contacts: Path) -> list[Leg]:
    """One run of all legs on a database with a pack and nothing else."""
    return [
        _import(outreach, contacts),
        _plan(outreach),
        _render(outreach),
        _deliver(outreach),
        _visits(outreach),
        _events(outreach),
        _mature(outreach),
    ]


def _import(outreach: Outreach, contacts: Path) -> Leg:
    ours, plain = Stopwatch(), Stopwatch()
    with ours:
        report = import_contacts(db=outreach.db, path=contacts, now=FIRST_MORNING)
    with outreach.db.raw_transaction() as connection:
        rows = _bare_copy_of(connection, "contacts")
    marks = ", ".join(["%s"] * len(rows[0]))
    with plain, outreach.db.raw_transaction() as connection:
        for row in rows:
            connection.execute(f"INSERT INTO bare_contacts VALUES ({marks})", row)
    return Leg("import", ours.timing(report.rows_read), plain.timing(len(rows)))


def _bare_copy_of(connection: psycopg.Connection, table: str) -> list[tuple[Any, ...]]:
    """Makes an empty table like `table` and hands back the rows that are to go into it."""
    connection.execute(f"CREATE TABLE bare_{table} (LIKE {table} INCLUDING ALL)")
    rows = connection.execute(f"SELECT * FROM {table}").fetchall()
    return [tuple(Jsonb(cell) if isinstance(cell, dict) else cell for cell in row) for row in rows]


def _plan(outreach: Outreach) -> Leg:
    ours, plain = Stopwatch(), Stopwatch()
    with outreach.db.raw_transaction() as connection:
        turns = lock_due_contacts(connection, now=DECIDED_AT, limit=1_000_000)
        table = load_planning_table(connection, turns, offers=load_offers(connection, now=DECIDED_AT), now=DECIDED_AT)
    almanac = Almanac.of(table.cohorts, now=DECIDED_AT)  # the days of the calendars are remembered from now on
    with plain:
        decisions = decide(table.contacts, table.offers, almanac, now=DECIDED_AT, horizon=HORIZON)
    with ours:
        planned = plan_touches(db=outreach.db, now=DECIDED_AT, limit=1_000_000)
    return Leg("plan", ours.timing(planned.looked_at), plain.timing(len(decisions.verdict)))


def _render(outreach: Outreach) -> Leg:
    ours, plain = Stopwatch(), Stopwatch()
    brand, messages = _messages(outreach)
    renderer = outreach.renderer_for(brand)
    for text, recipient in {(text.edition_id, text.locale): (text, to) for text, to in messages}.values():
        renderer.mail(text, recipient, now=DECIDED_AT)  # compiles
    with ours:
        for text, recipient in messages:
            renderer.mail(text, recipient, now=DECIDED_AT)
    sample = messages[:: len(messages) // SAMPLE + 1]
    for text, recipient in sample:
        with plain:
            fresh = Renderer(
                brand, outreach.tokens, locales_dir=ROOT / "locales", templates_dir=ROOT / "templates" / "messages"
            )
            fresh.mail(text, recipient, now=DECIDED_AT)
    return Leg("render", ours.timing(len(messages)), plain.timing(len(sample)))


def _messages(outreach: Outreach) -> tuple[Brand, list[tuple[EditionText, Recipient]]]:
    """Every planned mail: its text in the contact's locale, and whom it is for."""
    with outreach.db.raw_transaction() as connection:
        rows = connection.execute(
            """
            SELECT t.edition_id, c.language,
                   t.id, c.email, c.first_name, c.last_name, c.company, i.key, c.customer_since
            FROM touches t JOIN contacts c ON c.id = t.contact_id JOIN industries i ON i.id = c.industry_id
            WHERE t.channel = 'email' AND t.state = 'planned' ORDER BY t.id
            """
        ).fetchall()
    with outreach.db.transaction() as session:
        brand = load_brand(session)
        texts = load_texts(session, sorted({row[0] for row in rows}))
    assert brand is not None
    messages = []
    for edition_id, language, *recipient in rows:
        locale = chosen_locale(language, texts[edition_id].keys(), brand.default_locale)
        assert locale is not None
        messages.append((texts[edition_id][locale], Recipient(*recipient)))
    return brand, messages


def _deliver(outreach: Outreach) -> Leg:
    ours, plain = Stopwatch(), Stopwatch()
    provider, sent = outreach.providers[Channel.EMAIL], 0
    with ours:
        for hour in range(HOURS):
            while (
                done := deliver_chunk(
                    db=outreach.db,
                    provider=provider,
                    renderer_for=outreach.renderer_for,
                    now=DECIDED_AT + timedelta(hours=hour),
                )
            ).claimed:
                sent += done.sent
    with outreach.db.raw_transaction() as connection:
        arrived = connection.execute(
            "SELECT sender, recipient, raw FROM mailbox_messages WHERE channel = 'email' ORDER BY id"
        ).fetchall()
    with plain, smtplib.SMTP(HOST, outreach.settings.mailbox_port, local_hostname="localhost") as smtp:
        for sender, recipient, raw in arrived:
            smtp.sendmail(sender, [recipient], raw)
    return Leg("deliver", ours.timing(sent), plain.timing(len(arrived)))


def _visits(outreach: Outreach) -> Leg:
    ours, plain = Stopwatch(), Stopwatch()
    with outreach.db.raw_transaction() as connection:
        read = connection.execute(
            "SELECT id, sent_at + interval '1 hour' FROM touches WHERE sent_at IS NOT NULL ORDER BY sent_at, id"
        ).fetchall()
    with ours:
        for touch_id, at in read:
            visitor = Visitor(user_agent=AGENT, address="192.0.2.7", arrived=at)
            record_visit(db=outreach.db, queue=Nobody(), touch_id=touch_id, link_id=None, visitor=visitor, now=at)
    with outreach.db.raw_transaction() as connection:
        notes = _bare_copy_of(connection, "raw_batches")
    marks = ", ".join(["%s"] * len(notes[0]))
    with psycopg.connect(outreach.settings.database_url or "", autocommit=True) as bare, plain:
        for note in notes:
            bare.execute(f"INSERT INTO bare_raw_batches VALUES ({marks})", note)
    return Leg("visits", ours.timing(len(read)), plain.timing(len(notes)))


def _events(outreach: Outreach) -> Leg:
    ours, plain = Stopwatch(), Stopwatch()
    with ours:
        applied = apply_events(db=outreach.db, readers=outreach.readers, now=DECIDED_AT + HORIZON, limit=1_000_000)
    with outreach.db.raw_transaction() as connection:
        rows = _bare_copy_of(connection, "events")
    with (
        plain,
        outreach.db.raw_transaction() as connection,
        connection.cursor().copy("COPY bare_events FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row(row)
    return Leg("events", ours.timing(sum(sum(of.values()) for of in applied.events.values())), plain.timing(len(rows)))


def _mature(outreach: Outreach) -> Leg:
    ours, plain = Stopwatch(), Stopwatch()
    with outreach.db.raw_transaction() as connection:
        _bare_copy_of(connection, "touches")
        connection.execute("INSERT INTO bare_touches SELECT * FROM touches WHERE state = 'sent' AND matured_at IS NULL")
    later = DECIDED_AT + HORIZON + timedelta(days=MATURES_AFTER_DAYS)
    with plain, outreach.db.raw_transaction() as connection:
        updated = connection.execute("UPDATE bare_touches SET matured_at = %s", (later,)).rowcount
    with ours:
        matured = mature_touches(db=outreach.db, now=later, limit=1_000_000)
    return Leg("mature", ours.timing(matured.touches), plain.timing(updated))
