"""The command line itself: what it knows, and how it says no."""

from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from outreach import cli
from outreach.cli import COMMANDS, main
from outreach.domain.errors import BadInput, Fault, NotReady


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_found_and_explains_itself(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    answer = CliRunner().invoke(main, [name, "--help"])
    assert answer.exit_code == 0
    assert "Usage:" in answer.output


def command_that_raises(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    @click.command()
    def plan() -> None:
        raise error

    monkeypatch.setattr(cli.Commands, "get_command", lambda *_: plan)


def test_bad_input_ends_with_code_2_and_every_fault_on_a_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    faults = [Fault("a.csv", "is empty", "Fill it.", line=number) for number in (3, 7)]
    command_that_raises(BadInput(faults), monkeypatch)
    answer = CliRunner().invoke(main, ["plan"])
    assert answer.exit_code == 2
    assert answer.stderr.splitlines() == ["a.csv, line 3: is empty. Fill it.", "a.csv, line 7: is empty. Fill it."]
    assert answer.stdout == ""


def test_a_missing_part_ends_with_code_1_and_a_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    command_that_raises(NotReady("Set DATABASE_URL."), monkeypatch)
    answer = CliRunner().invoke(main, ["plan"])
    assert answer.exit_code == 1
    assert answer.stderr == "Set DATABASE_URL.\n"


def test_nonsense_in_the_environment_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    answer = CliRunner().invoke(main, ["plan"], env={"OUTREACH_WORKERS": "many", "DATABASE_URL": "mysql://x"})
    assert answer.exit_code == 2
    assert "OUTREACH_WORKERS: 'many'" in answer.stderr
    assert "DATABASE_URL: 'mysql://x'" in answer.stderr
