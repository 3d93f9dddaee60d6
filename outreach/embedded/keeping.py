"""How the foreground starts the keeper, hears from it and has it stop."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from outreach.domain.errors import NotReady
from outreach.embedded.data_dir import DataDir
from outreach.embedded.lifeline import Lifeline, kill_family
from outreach.embedded.wheels import check_wheels

#: Where the package is imported from, wherever the foreground was started.
ROOT = Path(__file__).parent.parent.parent
#: The keeper stops PostgreSQL within 11 seconds at worst, Valkey within 5.
STOP_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Kept:
    """A running keeper.

    Attributes:
        database_url, redis_url: addresses of the servers it keeps, None for those it does not.
    """

    process: "subprocess.Popen[str]"
    database_url: str | None
    redis_url: str | None

    def is_alive(self) -> bool:
        """False as soon as the keeper or one of its servers has ended by itself."""
        return self.process.poll() is None

    def stop(self) -> None:
        """Has the servers stopped and returns when they are gone."""
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            kill_family(self.process.pid)
            self.process.wait()


def start_keeper(data_dir: DataDir, lifeline: Lifeline, *, servers: Sequence[str]) -> Kept:
    """Starts embedded `servers` (postgres, valkey) in `data_dir` and waits until they answer.

    Raises:
        NotReady: if one of them cannot be had; nothing is left running then.
    """
    check_wheels(servers)
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "outreach.embedded.keeper", str(data_dir.folder)),
            *("--lifeline", str(lifeline.read), "--lock", str(data_dir.lock), "--servers", *servers),
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        pass_fds=(lifeline.read, data_dir.lock),
        start_new_session=True,
    )
    assert process.stdout is not None
    facts = _first_words(process.stdout)
    if "error" in facts:
        process.wait(STOP_SECONDS)
        raise NotReady(facts["error"])
    return Kept(process=process, database_url=facts.get("database_url"), redis_url=facts.get("redis_url"))


def _first_words(stream: IO[str]) -> dict[str, str]:
    with stream:
        line = stream.readline()
    facts: dict[str, str] = (
        json.loads(line) if line else {"error": "The embedded servers' keeper ended without a word."}
    )
    return facts
