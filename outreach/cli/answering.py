"""Waits until the web process answers, on a port or a Unix socket."""

import time
from pathlib import Path

import httpx

from outreach.cli.ports import HOST
from outreach.domain.errors import NotReady

WAIT_SECONDS = 60.0


def wait_until_answering(*, port: int | None = None, unix_socket: Path | None = None) -> None:
    """Returns at the first answer, whatever it says.

    Raises:
        NotReady: if there is none for a minute.
    """
    transport = httpx.HTTPTransport(uds=str(unix_socket) if unix_socket else None)
    deadline = time.monotonic() + WAIT_SECONDS
    with httpx.Client(transport=transport, base_url=f"http://{HOST}:{port or 80}", timeout=10) as client:
        while time.monotonic() < deadline:
            try:
                client.head("/")
            except httpx.TransportError:
                time.sleep(0.05)
            else:
                return
    raise NotReady("The web process does not answer: its log tells why.")
