"""Countries that the account, or its sender, cannot write to."""

import logging
import threading
import time
from collections.abc import Callable

log = logging.getLogger(__name__)

#: Seconds after which one text finds out whether somebody mended it.
CLOSED_FOR = 3600.0


class ClosedCountries:
    """Remembers which countries the vendor refuses, so that one refusal, and not a list of them, tells us so.

    Args:
        clock: seconds that only move forward.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._until: dict[str, tuple[float, str]] = {}

    def close(self, country: str, why: str) -> None:
        """No texts to `country` for a while; says so loudly once."""
        with self._lock:
            is_news = not self._why(country)
            self._until[country] = (self._clock() + CLOSED_FOR, why)
        if is_news:
            log.error("texts to %s are refused, and wait: %s", country, why)

    def why(self, country: str) -> str:
        """Why `country` is closed; "" if it is not."""
        with self._lock:
            return self._why(country)

    def _why(self, country: str) -> str:
        until, why = self._until.get(country, (0.0, ""))
        return why if self._clock() < until else ""
