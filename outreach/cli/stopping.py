"""How the foreground is told to stop: Ctrl-C, SIGTERM, a closed terminal, or the death of whoever started it."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

#: Seconds between two looks at whether our parent is still there.
LOOK_SECONDS = 0.25


class Stopping(BaseException):
    """Somebody wants the product to stop: like KeyboardInterrupt a request, not an error.

    Raised once, in the main thread, wherever that is.
    """


@contextmanager
def stoppable() -> Iterator[None]:
    """Within the block the first signal to stop raises `Stopping`; later ones are ignored while we tidy up."""
    numbers = [signal.SIGINT, signal.SIGTERM]
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup
        numbers.append(signal.SIGHUP)

    def stop(_number: int, _frame: FrameType | None) -> None:
        for number in numbers:
            signal.signal(number, signal.SIG_IGN)
        raise Stopping

    before = {number: signal.signal(number, stop) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def stop_with_parent() -> None:
    """From now on the death of our parent, however it died, counts as SIGTERM; an orphan gets another parent."""
    threading.Thread(target=_watch, args=(os.getppid(),), name="parent", daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
