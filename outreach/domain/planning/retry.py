"""When a message that provably did not leave is tried again."""

from datetime import datetime, timedelta

#: Many short waits rather than a few long ones, so that a passing fault costs minutes (GOV.UK Notify, 48 times 5 min).
PAUSE = timedelta(minutes=5)
MOST_ATTEMPTS = 48


def next_try(attempt: int, *, now: datetime) -> datetime | None:
    """The instant of the try after attempt number `attempt` (from 1), or None when it is time to give up."""
    return now + PAUSE if attempt < MOST_ATTEMPTS else None
