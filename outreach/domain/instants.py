"""Instants as people write them into tables."""

from datetime import UTC, date, datetime, time, timedelta

#: Earlier than any customer; far enough from both ends of the calendar that no zone pushes an instant over them.
FIRST_YEAR = 1900
LAST_YEAR = 9000
#: Clocks and zones may differ by this much before something lies in the future.
SLACK = timedelta(days=1)


def parsed_instant(text: str) -> datetime | None:
    """The instant that `text` names in ISO 8601, aware and in UTC; None if it names none after 1900.

    A date alone is noon, so that it stays the same day in most of the world. Without a zone it is UTC.
    """
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    if not FIRST_YEAR <= instant.year <= LAST_YEAR:
        return None
    if _is_date(text):
        instant = datetime.combine(instant.date(), time(12))
    return (instant if instant.tzinfo else instant.replace(tzinfo=UTC)).astimezone(UTC)


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
