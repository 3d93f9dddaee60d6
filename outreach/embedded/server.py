"""One server process: started as our direct child, told to stop when we die, stopped politely and then less so."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from outreach.domain.errors import NotReady
from outreach.embedded.account import Account

#: prctl(2): the signal a process gets when its parent dies.
PR_SET_PDEATHSIG = 1
#: A server that has not come up by then never will.
START_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Command:
    """How to start a server and how to stop it.

    Attributes:
        name: for messages and for the log's file name.
        arguments: program and arguments.
        folder: working directory.
        log: where its output goes; begun anew at each start.
        account: who to run as; None for ourselves.
        last_will: the signal it gets from the kernel when its parent dies (Linux).
        stop: signals and the seconds each is given, before SIGKILL.
        pass_fds: file descriptors it keeps open (the lock of the data directory).
        environment: what it sees of the environment.
    """

    name: str
    arguments: Sequence[str]
    folder: Path
    log: Path
    account: Account | None
    last_will: signal.Signals
    stop: Sequence[tuple[signal.Signals, float]]
    pass_fds: Sequence[int] = ()
    environment: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Server:
    """A running server."""

    command: Command
    process: "subprocess.Popen[bytes]"

    @classmethod
    def start(cls, command: Command) -> "Server":
        """Starts the process; does not wait until it serves.

        Raises:
            NotReady: if the program cannot be run on this machine.
        """
        command.log.parent.mkdir(parents=True, exist_ok=True)
        with command.log.open("wb") as log:
            try:
                process = subprocess.Popen(
                    command.arguments,
                    cwd=command.folder,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    env=None if command.environment is None else dict(command.environment),
                    pass_fds=tuple(command.pass_fds),
                    start_new_session=True,
                    preexec_fn=dying_with_parent(command.last_will),
                    **(command.account.popen_arguments() if command.account else {}),
                )
            except OSError as error:
                raise NotReady(f"Embedded {command.name} cannot be started: {error}.") from error
        return cls(command=command, process=process)

    def wait_until(self, serves: Callable[[], bool]) -> None:
        """Returns as soon as `serves()`.

        Raises:
            NotReady: if the process ends or takes too long; the text ends with the last line of its log.
        """
        deadline = time.monotonic() + START_SECONDS
        while not serves():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise NotReady(f"Embedded {self.command.name} did not start ({self.last_words()}).")
            time.sleep(0.02)

    def last_words(self) -> str:
        """The last line of the log, and where the rest is."""
        lines = self.command.log.read_text(errors="replace").strip().splitlines()
        return f"{lines[-1] if lines else 'it said nothing'}; see {self.command.log}"

    def stop(self) -> None:
        """Stops the process with ever plainer signals; returns when it is gone."""
        for number, seconds in (*self.command.stop, (signal.SIGKILL, 10.0)):
            if self.process.poll() is not None:
                return
            self.process.send_signal(number)
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                continue


def dying_with_parent(number: signal.Signals) -> Callable[[], None] | None:
    """A `preexec_fn` after which the child gets `number` when the thread that started it ends; None where Linux is not.

    The setting is lost on a change of user, so it must come after it, which is when `preexec_fn` runs.
    """
    if sys.platform != "linux":
        return None
    prctl, parent = ctypes.CDLL(None).prctl, os.getpid()

    def set_last_will() -> None:
        prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0)
        if os.getppid() != parent:  # died between fork and prctl
            os._exit(1)

    return set_last_will
