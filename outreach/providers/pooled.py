"""Calls of a vendor's API over kept connections, that always know how far they got.

The vendors' own clients have one time-out for everything and tell "nothing was sent" from "nobody answered" by words
only. `httpx` tells by its trace when the body had gone.
"""

from dataclasses import dataclass
from typing import Any

import httpx

from outreach.domain.errors import OutreachError, shortened

ANSWER_LIMIT = 300
#: A connection that nobody used for so many seconds is not trusted: the other side may be closing it that very moment.
KEPT_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Waits:
    """Longest waits in seconds: for a connection, for a stretch of the body to go, and for the answer."""

    connect: float
    write: float
    answer: float


class NotSent(OutreachError):
    """The call did not reach the vendor whole; nothing of it can have been accepted."""


class InDoubt(OutreachError):
    """The whole call went out and no answer came that can be read; nobody knows whether it was accepted."""


class PooledCalls:
    """A pool of connections; any number of threads may use it.

    Args:
        most: connections open at once. kept: of these, how many stay open between calls.
    """

    def __init__(self, *, waits: Waits, most: int, kept: int) -> None:
        time_outs = httpx.Timeout(connect=waits.connect, pool=waits.connect, write=waits.write, read=waits.answer)
        limits = httpx.Limits(max_connections=most, max_keepalive_connections=kept, keepalive_expiry=KEPT_SECONDS)
        self._pool = httpx.Client(timeout=time_outs, limits=limits)

    def call(self, method: str, url: str, **request: Any) -> httpx.Response:
        """Makes a call; `request` as `httpx.Client.request` takes it.

        Raises:
            NotSent: if it did not go out whole. InDoubt: if it did and no answer can be read.
        """
        gone = False

        def trace(event: str, _info: object) -> None:
            nonlocal gone
            if event == "http11.send_request_body.complete":
                gone = True

        try:
            return self._pool.request(method, url, extensions={"trace": trace}, **request)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            said = shortened(f"{type(error).__name__}: {error}", ANSWER_LIMIT)
            raise (InDoubt if gone else NotSent)(said) from error

    def close(self) -> None:
        """Closes the connections."""
        self._pool.close()
