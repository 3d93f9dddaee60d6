"""`outreach consent`: proof from the shell."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from outreach.cli import main
from outreach.db.queries.consent import ConsentWord, record_consent
from outreach.db.session import Database
from outreach.domain.touch import Channel
from tests.factories import NOW, a_contact


@pytest.fixture
def run(database_url: str, valkey_url: str, db: Database, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("REDIS_URL", valkey_url)
    with db.transaction() as session:
        contact = a_contact(session, external_id="HH-1", may_sms=False)
    word = ConsentWord(contact, Channel.SMS, True, "web form", NOW, wording="Text me.", language="en", origin="paper")
    with db.raw_transaction() as connection:
        record_consent(connection, word, now=NOW)
    return CliRunner()


def test_it_shows_what_a_contact_said_and_that_the_chain_holds(run: CliRunner) -> None:
    shown = run.invoke(main, ["consent", "show", "HH-1"])
    assert shown.exit_code == 0
    assert "sms: yes (consent)  web form" in shown.output
    assert "words: Text me." in shown.output
    assert "from: paper" in shown.output
    assert shown.output.endswith("The chain holds.\n")


def test_it_writes_the_proof_as_a_document(run: CliRunner, tmp_path: Path) -> None:
    file = tmp_path / "proof.json"
    assert run.invoke(main, ["consent", "export", "HH-1", "--out", str(file)]).exit_code == 0
    told = json.loads(file.read_text(encoding="utf-8"))
    assert (told["contact"], told["chain_holds"], len(told["lines"])) == ("HH-1", True, 3)


def test_it_names_the_line_that_somebody_changed(run: CliRunner, db: Database) -> None:
    assert "3 lines, all as they were written." in run.invoke(main, ["consent", "verify"]).output
    with db.raw_transaction() as connection:
        connection.execute("SET LOCAL session_replication_role = replica")
        connection.execute("UPDATE consent_records SET granted = true WHERE NOT granted")
    found = run.invoke(main, ["consent", "verify"])
    assert found.exit_code != 0
    assert "contact HH-1: its words were changed" in found.output + str(found.exception)


def test_a_contact_that_does_not_exist_is_named(run: CliRunner) -> None:
    refused = run.invoke(main, ["consent", "show", "HH-2"])
    assert refused.exit_code != 0
    assert "HH-2" in refused.output + str(refused.exception)
