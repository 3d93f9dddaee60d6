"""A contact's story in order: touches with the silence before each, and what contact and cadence did between."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from outreach.db.queries.contact_page import (
    CadenceLine,
    ContactPage,
    EventLine,
    LoggedLine,
    SignalLine,
    TouchLine,
)

#: The picture of gaps reaches this far back and forth.
LOOKS_BACK = timedelta(days=180)
LOOKS_AHEAD = timedelta(days=45)
#: A gap drawn narrower than this, in per cent, has no room for its number.
ROOM_FOR_NUMBER = 4.5
#: States in which a touch has reached, or may have reached, the contact.
MADE = frozenset({"sent", "unknown"})
NEVER_ARRIVED = frozenset({"skipped", "failed"})
#: What customers do that is a touch as well as any of ours.
TOUCHING_SIGNALS = frozenset({"visit", "reply"})
_DAY = timedelta(days=1)

#: Anything that ends a silence: a message, a touch that a person made, a visit or a reply.
Contacting = TouchLine | LoggedLine | SignalLine


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the timeline; exactly one of the five is set. `gap` is the silence before a touch, in days."""

    at: datetime
    touch: TouchLine | None = None
    logged: LoggedLine | None = None
    event: EventLine | None = None
    change: CadenceLine | None = None
    signal: SignalLine | None = None
    gap: float | None = None
    balance: str = "ok"


@dataclass(frozen=True, slots=True)
class Mark:
    """A touch in the picture; `x` in per cent; one of `touch`, `logged` and `signal` is set."""

    x: float
    at: datetime
    touch: TouchLine | None = None
    logged: LoggedLine | None = None
    signal: SignalLine | None = None


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
    """What a silence of `gap` days is to a rhythm band: feast, famine or ok."""
    if gap < min_gap:
        return "feast"
    return "famine" if gap > max_gap else "ok"


def made_at(touch: TouchLine) -> datetime | None:
    """When a touch reached the contact, None if it has not (yet)."""
    if touch.state not in MADE and touch.sent_at is None:
        return None
    return touch.sent_at or touch.send_at


def contacted(page: ContactPage) -> list[tuple[datetime, Contacting]]:
    """Everything that ended a silence, oldest first.

    What rode along in another mail is no touch of its own, and what happened longer than a gap before we knew the
    contact ended no silence of ours (`db/queries/touch_clock.py`).
    """
    known_from = page.contact.started_at - timedelta(days=page.contact.gap)
    touches: list[tuple[datetime, Contacting]] = [
        (at, touch) for touch in page.touches if (at := made_at(touch)) and touch.merged_into is None
    ]
    logged: list[tuple[datetime, Contacting]] = [(one.at, one) for one in page.logged]
    signals: list[tuple[datetime, Contacting]] = [
        (one.occurred_at, one) for one in page.signals if one.kind in TOUCHING_SIGNALS and one.occurred_at > known_from
    ]
    return sorted([*touches, *logged, *signals], key=lambda one: one[0])


def timeline(page: ContactPage) -> list[Entry]:
    """Everything that happened, newest first; what is planned comes on top."""
    entries: list[Entry] = []
    last: datetime | None = None
    before: dict[int, tuple[float, str]] = {}
    for at, one in contacted(page):
        if last is not None:
            before[id(one)] = ((at - last) / _DAY, _balance(page, one, (at - last) / _DAY))
        last = at
    for touch in page.touches:
        gap, kind = before.get(id(touch), (None, "ok"))
        entries.append(Entry(made_at(touch) or touch.send_at, touch=touch, gap=gap, balance=kind))
    for logged in page.logged:
        gap, kind = before.get(id(logged), (None, "ok"))
        entries.append(Entry(logged.at, logged=logged, gap=gap, balance=kind))
    for signal in page.signals:
        gap, kind = before.get(id(signal), (None, "ok"))
        entries.append(Entry(signal.occurred_at, signal=signal, gap=gap, balance=kind))
    entries += [Entry(event.occurred_at, event=event) for event in page.events]
    entries += [Entry(change.changed_at, change=change) for change in page.changes]
    return sorted(entries, key=lambda entry: (entry.at, entry.change is not None), reverse=True)


def _balance(page: ContactPage, one: Contacting, gap: float) -> str:
    """Nobody who comes by of their own accord is hurried by us."""
    shortest = 0 if isinstance(one, SignalLine) else page.contact.min_gap
    return balance_of(gap, min_gap=shortest, max_gap=page.contact.max_gap)


def gap_picture(page: ContactPage, *, now: datetime) -> GapPicture:
    """The last half year and the next weeks of touches, with the silences between them."""
    start, whole = now - LOOKS_BACK, LOOKS_BACK + LOOKS_AHEAD

    def x(at: datetime) -> float:
        return round(min(max(100 * ((at - start) / whole), 0.0), 100.0), 3)

    made = [(at, one) for at, one in contacted(page) if at <= now]
    silences = [
        _silence(before, after, x=x, balance=_balance(page, one, (after - before) / _DAY))
        for (before, _), (after, one) in pairwise(made)
        if after > start
    ]
    if made:
        last = made[-1][0]
        running = balance_of((now - last) / _DAY, min_gap=0, max_gap=page.contact.max_gap)
        silences.append(_silence(last, now, x=x, balance=running, running=True))
    shown = [(at, one) for at, one in made if at >= start]
    coming = [(touch.send_at, touch) for touch in page.touches if _is_coming(touch)]
    marks = [_mark(at, one, x=x) for at, one in [*shown, *coming] if at <= start + whole]
    marks.sort(key=lambda mark: mark.at)
    return GapPicture(marks=marks, silences=silences, months=_months(start, start + whole, x), now_x=x(now))


def _is_coming(touch: TouchLine) -> bool:
    return made_at(touch) is None and touch.state not in NEVER_ARRIVED and touch.merged_into is None


def _silence(
    before: datetime, after: datetime, *, x: Callable[[datetime], float], balance: str, running: bool = False
) -> Silence:
    return Silence(x(before), round(x(after) - x(before), 3), (after - before) / _DAY, balance, running)


def _mark(at: datetime, one: Contacting, *, x: Callable[[datetime], float]) -> Mark:
    if isinstance(one, TouchLine):
        return Mark(x(at), at, touch=one)
    return Mark(x(at), at, logged=one) if isinstance(one, LoggedLine) else Mark(x(at), at, signal=one)


def _months(start: datetime, end: datetime, x: Callable[[datetime], float]) -> list[tuple[datetime, float]]:
    first = start.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    months = []
    while (first := (first + timedelta(days=32)).replace(day=1)) < end:
        months.append((first, x(first)))
    return months
