"""The data directory, the lifeline and the stores of one start: taken together, given back together."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace

from outreach.bootstrap import ROOT
from outreach.embedded import lifeline
from outreach.embedded.data_dir import DataDir, Running, take_data_dir
from outreach.embedded.keeping import Kept, start_keeper
from outreach.embedded.lifeline import Lifeline
from outreach.settings import Settings


@dataclass(frozen=True, slots=True)
class Stores:
    """Where the product of this start keeps things.

    Attributes:
        settings: with the addresses of both stores filled in.
        kept: the keeper of the embedded ones; None if both are external.
    """

    settings: Settings
    data_dir: DataDir
    lifeline: Lifeline
    kept: Kept | None

    @property
    def has_embedded_database(self) -> bool:
        """Whether nobody but this start can be using the database."""
        return self.kept is not None and self.kept.database_url is not None

    def announce(self, address: str) -> None:
        """Lets other commands, and a second start, know what runs here."""
        settings = self.settings
        assert settings.database_url is not None
        assert settings.redis_url is not None
        self.data_dir.announce(Running(os.getpid(), address, settings.database_url, settings.redis_url))

    def child_environment(self, environ: Mapping[str, str]) -> dict[str, str]:
        """`environ` with what our processes must know: the stores, the lifeline, and where the package is."""
        settings = self.settings
        return {
            **environ,
            "OUTREACH_DATA_DIR": str(settings.data_dir),
            "DATABASE_URL": settings.database_url or "",
            "REDIS_URL": settings.redis_url or "",
            lifeline.VARIABLE: str(self.lifeline.read),
            "PYTHONPATH": str(ROOT),
        }

    def inherited(self) -> tuple[int, int]:
        """The file descriptors our processes keep open: the lifeline, and the lock that must outlast them all."""
        return self.lifeline.read, self.data_dir.lock


@contextmanager
def taken_data_dir(settings: Settings, *, say: Callable[[str], None]) -> Iterator[DataDir]:
    """The data directory of `settings`, ours for the block."""
    data_dir = take_data_dir(settings.data_dir, on_wait=say)
    try:
        yield data_dir
    finally:
        data_dir.release()


@contextmanager
def running_stores(settings: Settings, data_dir: DataDir) -> Iterator[Stores]:
    """Both stores: the external ones that `settings` name, embedded ones for the rest.

    Raises:
        NotReady: if an embedded one cannot be had on this platform or does not start.
    """
    wanted = [
        name for name, url in (("postgres", settings.database_url), ("valkey", settings.redis_url)) if url is None
    ]
    with ExitStack() as stack:
        line = Lifeline.open()
        stack.callback(line.close)
        kept = start_keeper(data_dir, line, servers=wanted) if wanted else None
        if kept is not None:
            stack.callback(kept.stop)
            settings = replace(
                settings,
                database_url=settings.database_url or kept.database_url,
                redis_url=settings.redis_url or kept.redis_url,
            )
        yield Stores(settings=settings, data_dir=data_dir, lifeline=line, kept=kept)
