"""The lifeline: a pipe that only the foreground process can write to, and nobody ever writes to.

When the foreground is gone, for whatever reason, the kernel closes the pipe and everybody who reads from it knows. This
needs no signal handler, no exit handler and no process number, so SIGKILL cannot get round it.
"""

import os
import signal
import threading
import time
from dataclasses import dataclass

import psutil

#: The environment variable that tells a child which file descriptor to read from.
VARIABLE = "OUTREACH_LIFELINE"
#: Seconds a process gets to end by itself after its lifeline has closed.
GRACE_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Lifeline:
    """Both ends, in the foreground process: `read` is handed to children, `write` never leaves this process."""

    read: int
    write: int

    @classmethod
    def open(cls) -> "Lifeline":
        """A new pipe; neither end is inherited unless asked for (PEP 446)."""
        return cls(*os.pipe())

    def close(self) -> None:
        """Lets go; everybody who watches ends."""
        os.close(self.write)
        os.close(self.read)


def watch_lifeline(grace_seconds: float = GRACE_SECONDS) -> None:
    """From now on this process ends when the foreground does: SIGTERM to itself, then SIGKILL to its whole family.

    Does nothing in a process that was started by hand. Call it again after a fork, which leaves threads behind.
    """
    if number := os.environ.get(VARIABLE):
        threading.Thread(target=_end_with, args=(int(number), grace_seconds), name="lifeline", daemon=True).start()


def _end_with(lifeline: int, grace_seconds: float) -> None:
    wait_for_end(lifeline)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(grace_seconds)
    kill_family(os.getpid())


def wait_for_end(lifeline: int) -> None:
    """Blocks until the other end of the lifeline is closed."""
    while os.read(lifeline, 1):
        pass


def kill_family(pid: int) -> None:
    """SIGKILL for process `pid` and all its descendants, those first that could start more."""
    try:
        process = psutil.Process(pid)
        family = [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return
    for member in reversed(family) if pid == os.getpid() else family:
        try:
            member.kill()
        except psutil.NoSuchProcess:
            continue
