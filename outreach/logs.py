"""Logging: one line per fact, to standard error, with ids and never with addresses or names of contacts."""

import logging
import sys


def set_up_logs(*, level: str = "INFO", part: str = "outreach") -> None:
    """Sends log lines of this process to standard error, marked with the part of the product they come from."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter(f"%(asctime)s {part} %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for noisy in ("rq.worker", "rq.scheduler", "rq.cron", "httpx", "mail.log", "alembic.runtime.migration"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
