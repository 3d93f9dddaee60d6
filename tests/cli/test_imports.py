"""`outreach apply` and `outreach import` as a person types them."""

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select

from outreach.cli import main
from outreach.db.models.contacts import Contact
from outreach.db.models.content import Campaign
from outreach.db.models.signals import Signal
from outreach.db.session import Database
from tests.small_pack import edit, write_small_pack

CONTACTS = """\
Nr;E-Mail;industry;language;time_zone;consent_email
C1;anna@example.com;shops;de;Europe/Berlin;ja
C2;nobody;shops;de;Europe/Berlin;
"""

pytestmark = pytest.mark.usefixtures("stores")


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return write_small_pack(tmp_path / "small")


def typed(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def test_a_pack_and_two_tables_are_taken_in(db: Database, pack: Path, tmp_path: Path) -> None:
    applied = typed("apply", pack)
    assert applied.exit_code == 0, applied.output
    assert "added: campaign newsletter, frost" in applied.output
    assert "Nothing differs" in typed("apply", pack).output
    contacts = tmp_path / "contacts.csv"
    contacts.write_text(CONTACTS)
    refused = tmp_path / "refused.csv"
    mapping = ("--map", "Nr=external_id", "--map", "e-mail=email")
    imported = typed("import", "contacts", contacts, *mapping, "--refused", refused)
    assert imported.exit_code == 0, imported.output
    assert "2 rows read: 1 new contacts, 0 changed, 0 the same; 1 consents given, 0 withdrawn." in imported.output
    assert "contacts.csv, line 3, email: 'nobody': is no e-mail address" in imported.output
    (row,) = csv.DictReader(refused.read_text(encoding="utf-8-sig").splitlines())
    assert (row["row"], row["external_id"]) == ("3", "C2")
    assert row["what is wrong"].startswith("email: is no e-mail address")
    signals = tmp_path / "signals.csv"
    signals.write_text("external_id,kind,occurred_at\nC1,visit,2026-01-05\n")
    assert "1 rows read: 1 new signals, 0 known already." in typed("import", "signals", signals).output
    with db.transaction() as session:
        assert session.scalars(select(Contact.external_id)).all() == ["C1"]
        assert session.scalar(select(func.count()).select_from(Signal)) == 1


def test_a_faulty_pack_ends_with_code_2_one_line_per_fault_and_nothing_applied(db: Database, pack: Path) -> None:
    edit(pack / "pack.yaml", "industries: [shops]", "industries: [cafes]")
    edit(pack / "editions/frost/first.en.md", "Frost", "{{ contact.shoe }}")
    result = typed("apply", pack)
    assert result.exit_code == 2
    first, second = result.output.strip().splitlines()
    assert first == (
        "pack.yaml, line 30, campaigns[0].industries[0]: 'cafes': there is no such industry. Use one of shops."
    )
    assert second.startswith("editions/frost/first.en.md, line 3, column 1: '{{ contact.shoe }}': ")
    with db.transaction() as session:
        assert session.scalars(select(Campaign)).all() == []


def test_a_file_that_is_no_table_ends_with_code_2_and_a_sentence(pack: Path, tmp_path: Path) -> None:
    typed("apply", pack)
    workbook = tmp_path / "contacts.xlsx"
    workbook.write_bytes(b"PK\x03\x04\0\0")
    for file, sentence in ((workbook, "this is an Excel workbook"), (tmp_path / "none.csv", "there is no such file")):
        result = typed("import", "contacts", file)
        assert result.exit_code == 2
        assert sentence in result.output
        assert "Traceback" not in result.output


def test_a_mapping_that_is_none_is_explained(tmp_path: Path) -> None:
    result = typed("import", "contacts", tmp_path / "contacts.csv", "--map", "Nr")
    assert result.exit_code == 2
    assert "--map: 'Nr': is not THEIRS=OURS" in result.output


def test_a_folder_for_refused_rows_that_is_not_there_is_told_before_anything_is_imported(
    db: Database, pack: Path, tmp_path: Path
) -> None:
    typed("apply", pack)
    (tmp_path / "contacts.csv").write_text(CONTACTS.replace("Nr", "external_id"))
    result = typed("import", "contacts", tmp_path / "contacts.csv", "--refused", tmp_path / "none" / "refused.csv")
    assert result.exit_code == 2
    assert "there is no such folder" in result.output
    with db.transaction() as session:
        assert session.scalars(select(Contact)).all() == []
