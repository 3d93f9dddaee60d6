"""The first request to stop interrupts; an orphaned foreground asks itself to stop."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from outreach.cli.stopping import Stopping, stoppable

#: A parent that starts an orphan-to-be, prints its number and waits to be killed.
PARENT = """
import subprocess, sys, time
code = (
    "import signal\\n"
    "from outreach.cli.stopping import Stopping, stop_with_parent, stoppable\\n"
    "stop_with_parent()\\n"
    "try:\\n"
    "    with stoppable():\\n"
    "        print('ready', flush=True)\\n"
    "        signal.pause()\\n"
    "except Stopping:\\n"
    "    pass\\n"
)
child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
child.stdout.readline()
print(child.pid, flush=True)
time.sleep(600)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_interrupts_once_and_is_ours_to_ignore_afterwards(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    happened = []
    try:
        with stoppable():
            try:
                os.kill(os.getpid(), number)
            finally:
                os.kill(os.getpid(), number)  # the impatient second Ctrl-C
                happened.append("tidied up")
    except Stopping:
        happened.append("stopped")
    assert happened == ["tidied up", "stopped"]
    assert signal.getsignal(number) is before


class Swallows:
    """Gets a signal while it is being destroyed, when Python drops what is raised."""

    def __del__(self) -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(0)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_request_that_python_drops_is_made_again() -> None:
    came_late = False
    try:
        with stoppable():
            swallows = Swallows()
            del swallows
            came_late = True
            time.sleep(20)
    except Stopping:
        assert came_late
    else:
        pytest.fail("it was lost")


def test_tidying_up_is_not_interrupted_even_with_errors_on_the_way() -> None:
    tidied = False
    try:
        with stoppable():
            try:
                os.kill(os.getpid(), signal.SIGTERM)
            finally:
                try:
                    raise OSError("a socket that is gone already")
                except OSError:
                    for _ in range(3):
                        os.kill(os.getpid(), signal.SIGTERM)
                        time.sleep(0.3)  # long enough for the timer
                tidied = True
    except Stopping:
        pass
    assert tidied


def test_the_death_of_the_parent_stops_us(root: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(root)}
    with subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True, env=environment) as parent:
        try:
            assert parent.stdout is not None
            orphan = psutil.Process(int(parent.stdout.readline()))
        finally:
            parent.kill()
    deadline = time.monotonic() + 10
    while is_alive(orphan):
        assert time.monotonic() < deadline, "the orphan lives on"
        time.sleep(0.05)


def is_alive(process: psutil.Process) -> bool:
    """An orphan that nobody collects (a container without an init) is as dead as any."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
