"""Ports on the loopback interface: free, taken, and what to say about it."""

import socket
from contextlib import closing

from outreach.domain.errors import BadInput, Fault

HOST = "127.0.0.1"


def check_port(port: int, *, mend: str) -> None:
    """Makes sure that we could listen on `port`.

    Args:
        mend: what to do if not; `{free}` in it becomes a port that is free.

    Raises:
        BadInput: if we could not.
    """
    try:
        _listen(port)
    except OSError as error:
        reason = "another program listens there" if error.errno != 13 else "the system does not let us listen there"
        fault = Fault(place=f"port {port}", reason=reason, mend=mend.format(free=next_free_port(port)))
        raise BadInput([fault]) from error


def next_free_port(port: int) -> int:
    """A port that is free now: one of the hundred after `port`, or any."""
    for candidate in range(max(port, 1023) + 1, min(port + 100, 65535)):
        try:
            return _listen(candidate)
        except OSError:
            continue
    return any_free_port()


def any_free_port() -> int:
    """A port that is free now, of the system's choice."""
    return _listen(0)


def _listen(port: int) -> int:
    """Listens for a moment; the port it got."""
    with closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        attempt.bind((HOST, port))
        attempt.listen(1)
        number: int = attempt.getsockname()[1]
        return number
