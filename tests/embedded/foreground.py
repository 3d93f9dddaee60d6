"""A stand-in for the foreground process: takes a data directory, starts the servers, prints their addresses, and waits.

Run as a program by the tests of the keeper, which kill it.
"""

import json
import os
import signal
import sys
from pathlib import Path

from outreach.embedded.data_dir import Running, take_data_dir
from outreach.embedded.keeping import start_keeper
from outreach.embedded.lifeline import Lifeline


def main(folder: Path) -> None:
    data_dir = take_data_dir(folder)
    kept = start_keeper(data_dir, Lifeline.open(), servers=["postgres", "valkey"])
    data_dir.announce(Running(os.getpid(), "http://somewhere", kept.database_url or "", kept.redis_url or ""))
    facts = {"database_url": kept.database_url, "redis_url": kept.redis_url, "keeper": kept.process.pid}
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()
    signal.pause()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
