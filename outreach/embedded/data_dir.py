"""The data directory: who may use it, and where its servers are to be found.

One lock (flock, so the kernel drops it whatever happens) is held by the foreground process and inherited by everything
it starts: as long as any process of one start is alive, the next start waits. Nothing has to be believed about numbers
in files, which another process may carry by now.
"""

import fcntl
import json
import os
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from outreach.domain.errors import NotReady

LOCK = "lock"
RECORD = "running.json"
#: How long a start waits for the one before it to be gone.
WAIT_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Running:
    """What runs in a data directory.

    Attributes:
        pid: the foreground process.
        address: what a person opens in the browser, "" if there is nothing to open.
        database_url, redis_url: the stores it uses, embedded or not.
    """

    pid: int
    address: str
    database_url: str
    redis_url: str


@dataclass(slots=True)
class DataDir:
    """A data directory that is ours until the last process that holds `lock` is gone."""

    folder: Path
    lock: int
    _record: int | None = None

    def announce(self, running: Running) -> None:
        """Writes down what runs here, for other commands and for a second start.

        The record is true as long as this very process holds a lock of its own on it, which nobody inherits.
        """
        record = self.folder / RECORD
        fresh = record.with_suffix(".new")
        self._record = os.open(fresh, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        fcntl.flock(self._record, fcntl.LOCK_EX)
        os.write(self._record, json.dumps(asdict(running)).encode())
        fresh.replace(record)

    def release(self) -> None:
        """Gives up our hold; those who inherited the lock keep theirs."""
        if self._record is not None:
            (self.folder / RECORD).unlink(missing_ok=True)
            os.close(self._record)
        os.close(self.lock)


def take_data_dir(
    folder: Path, *, wait_seconds: float = WAIT_SECONDS, on_wait: Callable[[str], None] = lambda _: None
) -> DataDir:
    """Makes `folder` if missing and takes it, waiting for a start before this one to be gone.

    Args:
        on_wait: told once, in a sentence, that there is something to wait for.

    Raises:
        NotReady: if somebody else uses it all that time, or it cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise NotReady(
            f"The data directory {folder} cannot be used ({error.strerror}): set OUTREACH_DATA_DIR."
        ) from error
    deadline = time.monotonic() + wait_seconds
    waited = False
    while not _locked(lock, fcntl.LOCK_EX):
        who = _who(folder)
        if not waited:
            on_wait(f"{who}; waiting up to {wait_seconds:.0f} seconds for it to stop.")
            waited = True
        if time.monotonic() > deadline:
            os.close(lock)
            raise NotReady(f"{who}: stop it first, or set OUTREACH_DATA_DIR to another folder.")
        time.sleep(0.1)
    return DataDir(folder=folder, lock=lock)


def running_in(folder: Path) -> Running | None:
    """What runs in `folder` now; None if nothing does, or not yet, or no more."""
    try:
        record = os.open(folder / RECORD, os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        if _locked(record, fcntl.LOCK_SH):  # a record that somebody left behind
            return None
        return Running(**json.loads(os.read(record, 1 << 16)))
    finally:
        os.close(record)


def _locked(lock: int, kind: int) -> bool:
    try:
        fcntl.flock(lock, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _who(folder: Path) -> str:
    running = running_in(folder)
    where = f" at {running.address}" if running and running.address else ""
    which = f" (process {running.pid})" if running else ""
    return f"Outreach is already running{where} in {folder}{which}"
