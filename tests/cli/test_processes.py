"""Our processes are begun again when they die, given up with a reason, and stopped in order."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from outreach.cli import processes
from outreach.cli.processes import Part, Processes
from outreach.cli.stopping import Stopping, stoppable

#: A stand-in for the `outreach` package: `python -m outreach lives|dies|deaf FILE` writes what happens into FILE.
STAND_IN = """
import os, signal, sys, time
def note(word):
    with open(sys.argv[2], "a") as file:
        file.write(f"{word} {os.getpid()}\\n")
def end(*_):
    note("told")
    if sys.argv[1] != "deaf":
        sys.exit(0)
signal.signal(signal.SIGTERM, end)
note("began")
if sys.argv[1] == "dies":
    sys.exit("no such luck")
time.sleep(600)
"""


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "outreach").mkdir()
    (tmp_path / "outreach" / "__init__.py").touch()
    (tmp_path / "outreach" / "__main__.py").write_text(STAND_IN)
    return {**os.environ, "PYTHONPATH": str(tmp_path), "PYTHONSAFEPATH": "1"}


def lines(file: Path) -> list[str]:
    return file.read_text().splitlines() if file.exists() else []


def wait_for(condition: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)


def test_a_process_that_dies_is_begun_again(tmp_path: Path, environment: dict[str, str]) -> None:
    note = tmp_path / "note"
    ours = Processes(environment, [], logs=tmp_path / "log")
    ours.start([Part("one", ["lives", str(note)], stage=1)])
    try:
        wait_for(lambda: len(lines(note)) == 1)
        os.kill(int(lines(note)[0].split()[1]), signal.SIGKILL)
        wait_for(lambda: len(lines(note)) == 2)
    finally:
        ours.stop()
    assert [line.split()[0] for line in lines(note)] == ["began", "began", "told"]
    assert not ours.failure


def test_one_that_keeps_dying_is_given_up_with_its_last_words(
    tmp_path: Path, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "FIRST_PAUSE", 0.01)
    note = tmp_path / "note"
    ours = Processes(environment, [], logs=tmp_path / "log")
    told_to_stop = False
    try:
        with stoppable():
            ours.start([Part("one", ["dies", str(note)], stage=1)])
            wait_for(lambda: False, seconds=60)
    except Stopping:
        told_to_stop = True
    ours.stop()
    assert told_to_stop
    assert len(lines(note)) == 5
    assert ours.failure.startswith("The one process ended 5 times in a row (exit code 1, no such luck; see ")


def test_workers_are_stopped_before_what_they_need(tmp_path: Path, environment: dict[str, str]) -> None:
    note = tmp_path / "note"
    ours = Processes(environment, [], logs=tmp_path / "log")
    ours.start([Part("mailbox", ["lives", str(note)], stage=2), Part("pool", ["lives", str(note)], stage=1)])
    wait_for(lambda: len(lines(note)) == 2)
    pool = next(child.process.pid for child in ours._children if child.part.name == "pool")
    ours.stop()
    told = [line for line in lines(note) if line.startswith("told")]
    assert told[0] == f"told {pool}"
    assert len(told) == 2


def test_one_that_does_not_listen_is_killed(
    tmp_path: Path, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "STAGE_SECONDS", {1: 0.3})
    note = tmp_path / "note"
    ours = Processes(environment, [], logs=tmp_path / "log")
    ours.start([Part("one", ["deaf", str(note)], stage=1)])
    wait_for(lambda: len(lines(note)) == 1)
    ours.stop()
    assert ours._children[0].process.returncode == -signal.SIGKILL
