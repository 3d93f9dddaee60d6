"""Stored calendars as values, each read once, because reading one costs more than deciding a hundred touches."""

import json
from functools import lru_cache

from outreach.domain.calendar.contact_calendar import ContactCalendar


@lru_cache(maxsize=256)
def remembered_calendar(key: str, text: str) -> ContactCalendar:
    """The calendar in `text`, with the days it has worked out so far.

    Args:
        key: of the industry, with the calendar's version; names the place in faults.
        text: the calendar table of a pack as JSON.

    Raises:
        BadInput: if the text is no calendar, which `apply` would have refused.
    """
    return ContactCalendar.from_pack(json.loads(text), place=f"industry {key}", path="calendar")
