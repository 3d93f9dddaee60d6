"""What a planner sees at an instant: editions not over anywhere on earth or about to open, and touches not long ago."""

from datetime import date, datetime, timedelta

#: Content that opens later is not reckoned with: it may still change.
SEES_AHEAD = timedelta(days=45)

#: How far back touches matter to a decision: longer than any rolling window, shorter than the ledger.
MEMORY = timedelta(days=90)

#: An anniversary kept longer ago than this is another year's.
FORGETS_AFTER = timedelta(days=400)

_ONE_DAY = timedelta(days=1)


def visible_span(now: datetime) -> tuple[date, date]:
    """Two days: an edition is seen at `now` if it closes on or after the first and opens on or before the second."""
    # A day on either side, because it may be yesterday or tomorrow where a contact lives.
    return (now - _ONE_DAY).date(), (now + SEES_AHEAD + _ONE_DAY).date()
