"""Whatever ends the foreground, the servers end with it, and the next start finds nothing in its way."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg
import pytest
from redis import Redis

from outreach.domain.errors import NotReady
from outreach.embedded.data_dir import running_in, take_data_dir

FOREGROUND = Path(__file__).with_name("foreground.py")


@dataclass(frozen=True)
class Started:
    """A foreground process and what it said."""

    process: "subprocess.Popen[str]"
    database_url: str
    redis_url: str
    keeper: int

    def family(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)


@contextmanager
def started(folder: Path, root: Path) -> Iterator[Started]:
    environment = {**os.environ, "PYTHONPATH": str(root)}
    with subprocess.Popen(
        [sys.executable, str(FOREGROUND), str(folder)], stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        try:
            assert process.stdout is not None
            yield Started(process=process, **json.loads(process.stdout.readline()))
        finally:
            process.kill()


def wait_until_gone(processes: list[psutil.Process], seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while (left := [process for process in processes if is_alive(process)]) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert left == []


def is_alive(process: psutil.Process) -> bool:
    """An orphan that nobody collects (a container without an init) is as dead as any."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_a_killed_foreground_takes_its_servers_along_and_a_second_start_finds_the_data(
    tmp_path: Path, root: Path
) -> None:
    with started(tmp_path, root) as first:
        family = first.family()
        assert {"postgres", "valkey-server"} <= {process.name() for process in family}
        with psycopg.connect(first.database_url) as connection:
            connection.execute("CREATE TABLE kept (word text)")
            connection.execute("INSERT INTO kept VALUES ('still here')")
        Redis.from_url(first.redis_url).set("kept", "still here")
        first.process.kill()
        # The second start does not wait for us to look: it waits by itself until the first one is gone.
        with started(tmp_path, root) as second:
            wait_until_gone(family, seconds=0)
            with psycopg.connect(second.database_url) as connection:
                assert connection.execute("SELECT word FROM kept").fetchall() == [("still here",)]
            assert Redis.from_url(second.redis_url).get("kept") == b"still here"
            family = second.family()
        wait_until_gone(family)


if sys.platform == "linux":  # no other system tells a process that its parent died

    def test_even_a_killed_keeper_leaves_no_server(tmp_path: Path, root: Path) -> None:
        with started(tmp_path, root) as start:
            servers = psutil.Process(start.keeper).children(recursive=True)
            assert servers
            os.kill(start.keeper, signal.SIGKILL)
            wait_until_gone(servers)


def test_a_running_product_is_named_to_who_wants_its_data_directory(tmp_path: Path, root: Path) -> None:
    assert running_in(tmp_path) is None
    with started(tmp_path, root) as start:
        deadline = time.monotonic() + 10
        while (running := running_in(tmp_path)) is None and time.monotonic() < deadline:
            time.sleep(0.05)
        assert running is not None
        assert running.database_url == start.database_url
        said: list[str] = []
        with pytest.raises(NotReady, match=r"already running at http://somewhere in .* OUTREACH_DATA_DIR"):
            take_data_dir(tmp_path, wait_seconds=0.3, on_wait=said.append)
        assert len(said) == 1
        family = start.family()
    wait_until_gone(family)
    assert running_in(tmp_path) is None, "a record that was left behind does not count"


def test_locks_and_numbers_left_behind_do_not_block_a_start(tmp_path: Path, root: Path) -> None:
    with started(tmp_path, root) as first:
        family = first.family()
    wait_until_gone(family)
    # What a crash of the whole machine leaves, with the server's number given to somebody else since: to us.
    (tmp_path / "postgres" / "postmaster.pid").write_text(f"{os.getpid()}\n{tmp_path}\n1\n5432\n\n\n\nready\n")
    (tmp_path / "run").mkdir(exist_ok=True)
    (tmp_path / "run" / ".s.PGSQL.5432.lock").write_text(f"{os.getpid()}\n{tmp_path}\n1\n5432\n\n\n\n")
    (tmp_path / "lock").write_text(str(os.getpid()))
    with started(tmp_path, root) as second, psycopg.connect(second.database_url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
        family = second.family()
    wait_until_gone(family)
