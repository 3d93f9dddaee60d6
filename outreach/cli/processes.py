"""The product's own processes: started, watched, begun again when they die, and stopped in the right order."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from outreach.cli.stopping import Stopping
from outreach.cli.stores import Stores
from outreach.domain.errors import NotReady
from outreach.embedded.keeping import Kept
from outreach.embedded.lifeline import kill_family

#: A process that lives longer than this was not a bad start.
QUICK_DEATH_SECONDS = 10.0
#: So many quick deaths in a row and we give up.
PATIENCE = 5
#: Seconds before the first new start, doubled at each further one.
FIRST_PAUSE = 0.25


@dataclass(frozen=True, slots=True)
class Part:
    """A process of the product: `outreach <arguments>`.

    Attributes:
        stage: those of stage 1 are stopped first, and together; then those of stage 2.
    """

    name: str
    arguments: Sequence[str]
    stage: int


#: Seconds each stage of a stop may take, before SIGKILL: workers finish their chunk, then the rest goes quickly.
STAGE_SECONDS = {1: 4.0, 2: 2.0}

POOL = Part("pool", ["worker"], stage=1)
CRON = Part("cron", ["cron"], stage=1)
READERS = Part("readers", ["readers"], stage=1)
MAILBOX = Part("mailbox", ["mailbox"], stage=2)
VENDORS = Part("vendors", ["vendors"], stage=2)


def web_part(bind: str) -> Part:
    """The web process on `host:port` or `unix:path`."""
    return Part("web", ["web", "--bind", bind], stage=2)


@dataclass
class _Child:
    """A part and the process that runs it at present."""

    part: Part
    process: "subprocess.Popen[bytes]"
    began: float
    quick_deaths: int = 0
    start_again_at: float | None = None


@dataclass
class Processes:
    """Runs parts until told to stop.

    Attributes:
        environment: what they see. pass_fds: what they inherit (lifeline, lock).
        logs: the folder their output goes to; None lets it through to our standard error.
        failure: why we gave up, "" as long as we have not.
    """

    environment: Mapping[str, str]
    pass_fds: Sequence[int]
    logs: Path | None
    failure: str = ""
    _children: list[_Child] = field(default_factory=list)
    _over: threading.Event = field(default_factory=threading.Event)
    _watcher: threading.Thread | None = None

    def start(self, parts: Sequence[Part], *, also: Kept | None = None) -> None:
        """Starts `parts` and watches them from a thread, together with the keeper `also`.

        When a part cannot be kept alive, `failure` says why and this process gets SIGTERM.
        """
        for part in parts:
            self._children.append(_Child(part=part, process=self._spawn(part, "wb"), began=time.monotonic()))
        self._watcher = threading.Thread(target=self._watch, args=(also,), name="processes", daemon=True)
        self._watcher.start()

    def stop(self) -> None:
        """Stops everything: workers first, those who serve them after; SIGKILL for who does not listen."""
        self._over.set()
        if self._watcher is not None:
            self._watcher.join()
        for stage, seconds in sorted(STAGE_SECONDS.items()):
            group = [child.process for child in self._children if child.part.stage == stage]
            for process in group:
                if process.poll() is None:
                    process.send_signal(signal.SIGTERM)
            deadline = time.monotonic() + seconds
            for process in group:
                try:
                    process.wait(max(0.0, deadline - time.monotonic()))
                except subprocess.TimeoutExpired:
                    kill_family(process.pid)
                    process.wait()

    def _spawn(self, part: Part, mode: str) -> "subprocess.Popen[bytes]":
        log = None
        if self.logs is not None:
            self.logs.mkdir(parents=True, exist_ok=True)
            log = self._log(part).open(mode)
        try:
            return subprocess.Popen(
                [sys.executable, "-m", "outreach", *part.arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT if log else None,
                env=dict(self.environment),
                pass_fds=tuple(self.pass_fds),
                # A group of its own, so that Ctrl-C in a terminal reaches only us and the order of a stop is ours.
                process_group=0,
            )
        finally:
            if log is not None:
                log.close()

    def _watch(self, also: Kept | None) -> None:
        while not self._over.wait(0.1):
            now = time.monotonic()
            for child in self._children:
                self._look_after(child, now)
            if also is not None and not also.is_alive():
                self.failure = "An embedded server ended by itself"
            if self.failure:
                os.kill(os.getpid(), signal.SIGTERM)
                return

    def _look_after(self, child: _Child, now: float) -> None:
        if child.start_again_at is not None:
            if now >= child.start_again_at:
                child.process, child.began, child.start_again_at = self._spawn(child.part, "ab"), now, None
            return
        code = child.process.poll()
        if code is None:
            return
        child.quick_deaths = child.quick_deaths + 1 if now - child.began < QUICK_DEATH_SECONDS else 0
        if child.quick_deaths >= PATIENCE:
            self.failure = (
                f"The {child.part.name} process ended {PATIENCE} times in a row ({self._last_words(child, code)})"
            )
            return
        child.start_again_at = now + FIRST_PAUSE * 2**child.quick_deaths

    def _last_words(self, child: _Child, code: int) -> str:
        if self.logs is None:
            return f"exit code {code}"
        lines = self._log(child.part).read_text(errors="replace").strip().splitlines()
        return f"exit code {code}, {lines[-1] if lines else 'it said nothing'}; see {self._log(child.part)}"

    def _log(self, part: Part) -> Path:
        assert self.logs is not None
        return self.logs / f"{part.name}.log"


@contextmanager
def running_processes(
    parts: Sequence[Part], stores: Stores, *, environ: Mapping[str, str], logs: Path | None
) -> Iterator[None]:
    """Runs `parts` on `stores` for the length of the block.

    Raises:
        NotReady: out of the block, when a part or an embedded server cannot be kept alive.
    """
    processes = Processes(stores.child_environment(environ), stores.inherited(), logs=logs)
    try:
        processes.start(parts, also=stores.kept)
        yield
    except Stopping:
        if processes.failure:
            raise NotReady(processes.failure + ".") from None
        raise
    finally:
        processes.stop()
