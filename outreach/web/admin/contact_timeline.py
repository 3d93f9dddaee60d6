"""A contact's story in order: touches with the silence before each, and what contact and cadence did between."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from outreach.db.queries.contact_page import CadenceLine, ContactPage, EventLine, SignalLine, TouchLine

#: The picture of gaps reaches this far back and forth.
LOOKS_BACK = timedelta(days=180)
LOOKS_AHEAD = timedelta(days=45)
#: A gap drawn narrower than this, in per cent, has no room for its number.
ROOM_FOR_NUMBER = 4.5
#: States in which a touch has reached, or may have reached, the contact.
MADE = frozenset({"sent", "unknown"})
NEVER_ARRIVED = frozenset({"skipped", "failed"})
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the timeline; exactly one of the four is set. `gap` is the silence before a touch, in days."""

    at: datetime
    touch: TouchLine | None = None
    event: EventLine | None = None
    change: CadenceLine | None = None
    signal: SignalLine | None = None
    gap: float | None = None
    balance: str = "ok"


@dataclass(frozen=True, slots=True)
class Mark:
    """A touch in the picture; `x` in per cent."""

    x: float
    touch: TouchLine
    at: datetime


@dataclass(frozen=True, slots=True)
class Silence:
    """The stretch between two touches in the picture: place and width in per cent, length in days, ok|feast|famine.

    Attributes:
        running: it reaches from the last touch to now and may still grow.
    """

    x: float
    width: float
    days: float
    balance: str
    running: bool

    @property
    def has_room(self) -> bool:
        """Whether its number fits."""
        return self.width >= ROOM_FOR_NUMBER


@dataclass(frozen=True, slots=True)
class GapPicture:
    """Touches on a line of time. `months`: first days of months with their place; everything in per cent."""

    marks: list[Mark]
    silences: list[Silence]
    months: list[tuple[datetime, float]]
    now_x: float


def balance_of(gap: float, *, min_gap: float, max_gap: float) -> str:
    """What a silence of `gap` days is to an industry's band: feast, famine or ok."""
    if gap < min_gap:
        return "feast"
    return "famine" if gap > max_gap else "ok"


def made_at(touch: TouchLine) -> datetime | None:
    """When a touch reached the contact, None if it has not (yet)."""
    if touch.state not in MADE and touch.sent_at is None:
        return None
    return touch.sent_at or touch.send_at


def timeline(page: ContactPage) -> list[Entry]:
    """Everything that happened, newest first; what is planned comes on top."""
    contact = page.contact
    entries: list[Entry] = []
    last: datetime | None = None
    for touch in sorted(page.touches, key=lambda touch: touch.sent_at or touch.send_at):
        at = made_at(touch)
        gap = (at - last) / _DAY if at and last else None
        kind = balance_of(gap, min_gap=contact.min_gap, max_gap=contact.max_gap) if gap is not None else "ok"
        entries.append(Entry(at or touch.send_at, touch=touch, gap=gap, balance=kind))
        last = at or last
    entries += [Entry(event.occurred_at, event=event) for event in page.events]
    entries += [Entry(change.changed_at, change=change) for change in page.changes]
    entries += [Entry(signal.occurred_at, signal=signal) for signal in page.signals]
    return sorted(entries, key=lambda entry: (entry.at, entry.change is not None), reverse=True)


def gap_picture(page: ContactPage, *, now: datetime) -> GapPicture:
    """The last half year and the next weeks of touches, with the silences between them."""
    contact, start = page.contact, now - LOOKS_BACK
    whole = LOOKS_BACK + LOOKS_AHEAD

    def x(at: datetime) -> float:
        return round(min(max(100 * ((at - start) / whole), 0.0), 100.0), 3)

    made = sorted(at for touch in page.touches if (at := made_at(touch)) and at <= now)
    ends = [*made, now]
    silences = [
        Silence(
            x=x(before),
            width=round(x(after) - x(before), 3),
            days=(after - before) / _DAY,
            balance=balance_of((after - before) / _DAY, min_gap=contact.min_gap, max_gap=contact.max_gap)
            if after is not now
            else balance_of((after - before) / _DAY, min_gap=0, max_gap=contact.max_gap),
            running=after is now,
        )
        for before, after in pairwise(ends)
        if after > start
    ]
    placed = [(made_at(touch) or touch.send_at, touch) for touch in page.touches if touch.state not in NEVER_ARRIVED]
    marks = [Mark(x(at), touch, at) for at, touch in placed if start <= at <= start + whole]
    return GapPicture(marks=marks[::-1], silences=silences, months=_months(start, start + whole, x), now_x=x(now))


def _months(start: datetime, end: datetime, x: Callable[[datetime], float]) -> list[tuple[datetime, float]]:
    first = start.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    months = []
    while (first := (first + timedelta(days=32)).replace(day=1)) < end:
        months.append((first, x(first)))
    return months
