"""How the foreground is told to stop: Ctrl-C, SIGTERM, a closed terminal, or the death of whoever started it."""

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

#: Seconds between two looks at whether our parent is still there.
LOOK_SECONDS = 0.25
#: Seconds after which a request that got lost is made again.
AGAIN_SECONDS = 0.25


class Stopping(BaseException):
    """Somebody wants the product to stop: like KeyboardInterrupt a request, not an error; raised in the main thread."""


@contextmanager
def stoppable() -> Iterator[None]:
    """Within the block the first signal to stop raises `Stopping`; later ones are ignored while we tidy up.

    Python drops an exception that is raised while a destructor or a weak reference's callback runs, and code of others
    may catch it. So the request is repeated by a timer until it is heard: until `Stopping` is being handled somewhere.
    """
    numbers = [signal.SIGINT, signal.SIGTERM, signal.SIGALRM]
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup
        numbers.append(signal.SIGHUP)

    def stop(_number: int, _frame: FrameType | None) -> None:
        signal.setitimer(signal.ITIMER_REAL, AGAIN_SECONDS)
        if not _is_being_handled():
            raise Stopping

    before = {number: signal.signal(number, stop) for number in numbers}
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in before.items():
            signal.signal(number, handler)


def _is_being_handled() -> bool:
    """Whether an `except`, `finally` or `__exit__` of a `Stopping` runs, perhaps with other errors on the way."""
    error = sys.exc_info()[1]
    while error is not None:
        if isinstance(error, Stopping):
            return True
        error = error.__context__
    return False


def stop_with_parent() -> None:
    """From now on the death of our parent, however it died, counts as SIGTERM; an orphan gets another parent."""
    threading.Thread(target=_watch, args=(os.getppid(),), name="parent", daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
