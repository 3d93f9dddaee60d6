"""A process that watches the lifeline ends with the foreground, whether it wants to or not."""

import os
import subprocess
import sys
from pathlib import Path

import psutil

from outreach.embedded import lifeline
from outreach.embedded.lifeline import Lifeline

WATCHER = """
import signal, subprocess, sys, time
from outreach.embedded.lifeline import watch_lifeline
if sys.argv[1] == "deaf":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
watch_lifeline(grace_seconds=0.3)
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]) if sys.argv[1] == "deaf" else None
print(child.pid if child else 0, flush=True)
time.sleep(600)
"""


def watcher(line: Lifeline, root: Path, manner: str) -> tuple["subprocess.Popen[str]", int]:
    process = subprocess.Popen(
        [sys.executable, "-c", WATCHER, manner],
        stdout=subprocess.PIPE,
        text=True,
        pass_fds=[line.read],
        env={**os.environ, "PYTHONPATH": str(root), lifeline.VARIABLE: str(line.read)},
    )
    assert process.stdout is not None
    with process.stdout:
        return process, int(process.stdout.readline())


def test_it_lives_while_the_lifeline_is_open_and_ends_when_it_closes(root: Path) -> None:
    line = Lifeline.open()
    process, _ = watcher(line, root, "polite")
    assert process.poll() is None
    line.close()
    assert process.wait(10) == -15


def test_one_that_ignores_sigterm_is_killed_with_its_children(root: Path) -> None:
    line = Lifeline.open()
    process, child = watcher(line, root, "deaf")
    child_process = psutil.Process(child)
    line.close()
    assert process.wait(10) == -9
    child_process.wait(10)


def test_a_process_started_by_hand_watches_nothing(root: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != lifeline.VARIABLE}
    code = "import threading\nfrom outreach.embedded.lifeline import watch_lifeline\nwatch_lifeline()\n"
    code += "print(threading.active_count())"
    answer = subprocess.check_output(
        [sys.executable, "-c", code], env={**environment, "PYTHONPATH": str(root)}, text=True
    )
    assert answer.strip() == "1"
