"""The keeper: owns the embedded servers and stops them when its lifeline closes. Run as a program by `keeping`.

It lives in a session of its own, so that Ctrl-C in a terminal and signals to the foreground's group do not reach it,
and its servers have it as their parent, so that the kernel tells them if even the keeper is killed (Linux). It reports
once, a line of JSON on standard output: the addresses, or why it cannot.
"""

import argparse
import json
import logging
import os
import select
import shutil
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from outreach.domain.errors import NotReady
from outreach.embedded.postgres import SOCKET as POSTGRES_SOCKET
from outreach.embedded.postgres import start_postgres
from outreach.embedded.server import Server
from outreach.embedded.sockets import socket_folder
from outreach.embedded.valkey import start_valkey


class Keeper:
    """The servers, in the order in which they were started."""

    def __init__(self, folder: Path, *, lifeline: int, lock: int) -> None:
        self.folder, self.lifeline, self.lock = folder, lifeline, lock
        self.sockets = socket_folder(folder / "run", POSTGRES_SOCKET)
        self.servers: list[Server] = []
        self.told_to_stop = False

    def start(self, wanted: Sequence[str]) -> dict[str, str]:
        """Starts what is wanted and returns addresses by the name of the setting they stand for."""
        logs = self.folder / "log"
        addresses = {}
        if "postgres" in wanted:
            postgres = start_postgres(
                self.folder / "postgres", sockets=self.sockets, log=logs / "postgres.log", pass_fds=[self.lock]
            )
            self.servers.append(postgres.server)
            addresses["database_url"] = postgres.url
        if "valkey" in wanted:
            valkey = start_valkey(
                self.folder / "valkey", sockets=self.sockets, log=logs / "valkey.log", pass_fds=[self.lock]
            )
            self.servers.append(valkey.server)
            addresses["redis_url"] = valkey.url
        return addresses

    def keep(self) -> int:
        """Returns when told to stop (0), when the lifeline closes (0), or when a server ends by itself (1)."""
        while not self.told_to_stop:
            readable, _, _ = select.select([self.lifeline], [], [], 0.2)
            if readable and not os.read(self.lifeline, 1):
                return 0
            for server in self.servers:
                if server.process.poll() is not None:
                    logging.error("embedded %s ended (%s)", server.command.name, server.last_words())
                    return 1
        return 0

    def stop(self) -> None:
        """Stops the servers, last one first."""
        for server in reversed(self.servers):
            server.stop()
        shutil.rmtree(self.sockets, ignore_errors=True)

    def on_signal(self, _number: int, _frame: FrameType | None) -> None:
        """A request to stop."""
        self.told_to_stop = True


def main(arguments: Sequence[str] | None = None) -> int:
    """Keeps servers until the foreground is gone."""
    parser = argparse.ArgumentParser(prog="outreach.embedded.keeper")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--lifeline", type=int, required=True)
    parser.add_argument("--lock", type=int, required=True)
    parser.add_argument("--servers", nargs="+", choices=["postgres", "valkey"], required=True)
    options = parser.parse_args(arguments)
    logging.basicConfig(format="outreach: %(message)s")
    keeper = Keeper(options.folder, lifeline=options.lifeline, lock=options.lock)
    signal.signal(signal.SIGTERM, keeper.on_signal)
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    try:
        _report(keeper.start(options.servers))
        return keeper.keep()
    except NotReady as error:
        _report({"error": str(error)})
        return 1
    finally:
        keeper.stop()


def _report(facts: dict[str, str]) -> None:
    """One line to the foreground. If it is gone already, the closed lifeline tells the same a moment later."""
    try:
        print(json.dumps(facts), flush=True)  # noqa: T201 - the answer to `keeping`
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main())
