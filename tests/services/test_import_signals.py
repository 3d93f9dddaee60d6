"""Importing signals: what customers did, once."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from outreach.db.models.imports import Import
from outreach.db.models.signals import Signal
from outreach.db.session import Database
from outreach.demo.population import BROKEN_SIGNALS, HABITS, write_contacts, write_signals
from outreach.domain.errors import BadInput
from outreach.services.import_contacts import import_contacts
from outreach.services.import_signals import import_signals
from tests.factories import NOW, a_business, a_contact, an_industry

ROWS = """\
external_id;kind;occurred_at;amount;currency;reference
C1;purchase;2026-05-31T09:30:00+02:00;129.50;GBP;INV-7
C1;visit;2026-06-01;;;
C9;visit;2026-06-01;;;
C1;telepathy;2026-06-01;;;
C1;visit;2026-06-02;;;;more
C1;visit;2026-06-01;;;
"""


@pytest.fixture
def signals(db: Database, tmp_path: Path) -> Path:
    """A file of signals of the contact C1, with a stranger, a bad kind, a long row and a doubled row."""
    with db.transaction() as session:
        a_contact(session, external_id="C1")
    path = tmp_path / "signals.csv"
    path.write_text(ROWS, encoding="utf-8")
    return path


def test_good_rows_land_once_and_bad_rows_are_named(db: Database, signals: Path) -> None:
    report = import_signals(db=db, path=signals, now=NOW)
    assert (report.rows_read, report.new, report.same) == (6, 2, 1)
    assert [(fault.line, fault.column, fault.value) for fault in report.faults] == [
        (4, "external_id", "C9"),
        (5, "kind", "telepathy"),
        (6, "", "1 more"),
    ]
    with db.transaction() as session:
        purchase = session.scalars(select(Signal).where(Signal.kind == "purchase")).one()
        brought = session.scalars(select(Import)).one()
    assert (purchase.amount, purchase.currency, purchase.reference) == (129.5, "GBP", "INV-7")
    assert purchase.occurred_at.isoformat() == "2026-05-31T07:30:00+00:00"
    assert (brought.kind, brought.rows_landed, brought.rows_refused) == ("signals", 3, 3)


def test_the_same_file_twice_adds_nothing(db: Database, signals: Path) -> None:
    import_signals(db=db, path=signals, now=NOW)
    report = import_signals(db=db, path=signals, now=NOW)
    assert (report.new, report.same) == (0, 3)
    with db.transaction() as session:
        assert session.scalar(select(func.count()).select_from(Signal)) == 2


def test_a_file_that_cannot_be_used_leaves_nothing_behind(db: Database, tmp_path: Path) -> None:
    path = tmp_path / "signals.csv"
    path.write_text("external_id,kind\nC1,visit\n")
    with pytest.raises(BadInput, match=r"signals\.csv, line 1, column occurred_at: the column is missing"):
        import_signals(db=db, path=path, now=NOW)
    with db.transaction() as session:
        assert session.scalars(select(Import)).all() == []


def test_what_the_invented_customers_did_lands_but_for_the_broken_rows(db: Database, tmp_path: Path) -> None:
    with db.transaction() as session:
        a_business(session)
        for key in HABITS:
            an_industry(session, key)
    write_contacts(tmp_path / "contacts.csv", today=date(2026, 9, 7), rows=300)
    write_signals(tmp_path / "signals.csv", today=date(2026, 9, 7), rows=300)
    import_contacts(db=db, path=tmp_path / "contacts.csv", now=NOW)
    told: list[tuple[int, int]] = []
    report = import_signals(
        db=db, path=tmp_path / "signals.csv", now=NOW, progress=lambda done, total: told.append((done, total))
    )
    assert len({cell.row for cell in report.refused}) == len(BROKEN_SIGNALS)
    assert report.new == report.rows_read - len(BROKEN_SIGNALS) > 1_000
    assert told[-1] == (report.rows_read, report.rows_read)


CONTACT = """\
external_id,email,industry,language,time_zone,country
C9,ada@example.org,restaurants,en,Europe/London,GB
"""


def test_signals_of_a_stranger_become_its_own_once_it_is_imported(db: Database, signals: Path, tmp_path: Path) -> None:
    with db.transaction() as session:
        a_business(session)
    import_signals(db=db, path=signals, now=NOW)
    contacts = tmp_path / "contacts.csv"
    contacts.write_text(CONTACT)
    for _ in range(2):
        import_contacts(db=db, path=contacts, now=NOW)
    with db.raw_transaction() as connection:
        told = connection.execute(
            "SELECT s.kind, s.occurred_at::date::text FROM signals s JOIN contacts c ON c.id = s.contact_id "
            "WHERE c.external_id = 'C9' ORDER BY s.id"
        ).fetchall()
        left = connection.execute("SELECT count(*) FROM waiting_signals").fetchone()
    assert (told, left) == ([("visit", "2026-06-01")], (0,))


def test_one_reference_is_one_signal_however_often_and_in_whatever_order_it_comes(db: Database, tmp_path: Path) -> None:
    with db.transaction() as session:
        a_contact(session, external_id="C1")
    lines = ["C1,purchase,2026-05-03,10,INV-3", "C1,purchase,2026-05-01,5,INV-1", "C1,purchase,2026-05-02,7,INV-1"]
    for number, order in enumerate((lines, lines[::-1])):
        path = tmp_path / f"signals{number}.csv"
        path.write_text("\n".join(["external_id,kind,occurred_at,amount,reference", *order]))
        report = import_signals(db=db, path=path, now=NOW)
        assert [(fault.column, fault.value) for fault in report.faults] == [("reference", "INV-1")]
    with db.transaction() as session:
        kept = session.execute(select(Signal.reference, Signal.amount).order_by(Signal.reference)).all()
    assert [tuple(one) for one in kept] == [("INV-1", 5.0), ("INV-3", 10.0)]
