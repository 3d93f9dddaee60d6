"""Starts the product as a person does, by its command, and looks at it from outside."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).parent.parent.parent
#: Seconds until an expectation counts as not met; only a failing test ever waits so long.
PATIENCE = 120.0


def free_port() -> int:
    """A port that nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def eventually(what: str, holds: Callable[[], bool]) -> None:
    """Waits until `holds`; fails with `what` if it never does."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, f"never happened: {what}"
        time.sleep(0.05)


@dataclass
class Demo:
    """A running `outreach demo` on a data directory of its own."""

    data_dir: Path
    log: Path
    process: "subprocess.Popen[bytes] | None" = None

    def start(self, **settings: str) -> None:
        """Starts it and waits until it says that it is ready."""
        environ = {
            **_clean_environment(),
            "OUTREACH_DATA_DIR": str(self.data_dir),
            "OUTREACH_MAILBOX_PORT": str(free_port()),
            **settings,
        }
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "outreach", "demo", "--port", str(free_port())],
                cwd=ROOT,
                env=environ,
                stdout=log,
                stderr=log,
            )
        eventually("the demo is ready", self._is_ready)

    def _is_ready(self) -> bool:
        said = self.log.read_text()
        assert self.process is not None
        assert self.process.poll() is None, said
        return "The demo is ready" in said

    def database_url(self) -> str:
        """Where its embedded database listens."""
        return str(json.loads((self.data_dir / "running.json").read_text())["database_url"])

    def kill(self) -> None:
        """SIGKILL for the foreground process; nothing of it runs any more code."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        """Ctrl-C; the exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=PATIENCE)

    def leftovers(self) -> list[str]:
        """Command lines of processes that still work on the data directory."""
        found = []
        for process in psutil.process_iter():
            try:
                belongs = str(self.data_dir) in " ".join(process.cmdline()) or (
                    process.environ().get("OUTREACH_DATA_DIR") == str(self.data_dir)
                )
                if belongs and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(" ".join(process.cmdline()))
            except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
                continue
        return found


def run_check(*, days: int, environ: Mapping[str, str]) -> "subprocess.CompletedProcess[str]":
    """`outreach demo --check` to its end."""
    return subprocess.run(
        [sys.executable, "-m", "outreach", "demo", "--check", "--days", str(days)],
        cwd=ROOT,
        env={**_clean_environment(), **environ},
        capture_output=True,
        text=True,
        timeout=PATIENCE * 4,
        check=False,
    )


def _clean_environment() -> dict[str, str]:
    """Our environment without anything that would lead the product to other stores."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OUTREACH_")}
    for name in ("DATABASE_URL", "REDIS_URL"):
        kept.pop(name, None)
    return kept
