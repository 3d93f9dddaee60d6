"""Talking points: what there is to say to a customer before anything is asked of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from itertools import pairwise
from statistics import median
from typing import Any

#: So many purchases make a habit worth naming.
FEWEST_FOR_HABIT = 4


class PointCode(StrEnum):
    """What a talking point is about."""

    #: Something of ours is not right yet; nothing else comes first.
    MEND = "mend"
    #: Thank for the last purchase.
    THANK_PURCHASE = "thank_purchase"
    #: Thank for the time together.
    THANK_YEARS = "thank_years"
    #: An appointment that the customer made.
    BOOKING = "booking"
    #: The customer came by lately.
    VISIT = "visit"
    #: How often the customer used to buy, and how long ago the last time was.
    HABIT = "habit"
    #: A question that the customer asked.
    QUESTION = "question"


@dataclass(frozen=True, slots=True)
class Point:
    """One talking point with its values; a page has the words."""

    code: PointCode
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that the customer did; see `SignalKind`."""

    kind: str
    at: datetime
    amount: float | None = None
    currency: str = ""


def talking_points(
    deeds: Sequence[Deed], *, customer_since: date | None, open_case: str = "", now: datetime
) -> list[Point]:
    """What to say, in this order: what is to be mended, thanks, what was agreed, what is unusual.

    Args:
        deeds: newest first.
        open_case: the customer's own words about what went wrong, "" if nothing did.
    """
    points = [Point(PointCode.MEND, {"words": open_case})] if open_case else []
    last = {kind: next((one for one in deeds if one.kind == kind), None) for kind in ("purchase", "booking")}
    if bought := last["purchase"]:
        points.append(Point(PointCode.THANK_PURCHASE, _of(bought)))
    if customer_since and (years := _years(customer_since, now.date())):
        points.append(Point(PointCode.THANK_YEARS, {"years": years, "since": customer_since}))
    if booked := last["booking"]:
        points.append(Point(PointCode.BOOKING, _of(booked)))
    for kind, code in (("visit", PointCode.VISIT), ("question", PointCode.QUESTION)):
        if found := next((one for one in deeds if one.kind == kind), None):
            points.append(Point(code, _of(found)))
    if habit := _habit([one.at for one in deeds if one.kind == "purchase"], now=now):
        points.append(habit)
    return points


def _of(deed: Deed) -> dict[str, Any]:
    return {"at": deed.at, "amount": deed.amount, "currency": deed.currency}


def _years(since: date, today: date) -> int:
    return max(today.year - since.year - ((today.month, today.day) < (since.month, since.day)), 0)


def _habit(bought: Sequence[datetime], *, now: datetime) -> Point | None:
    """How often somebody used to buy: the middle one of the gaps between purchases."""
    if len(bought) < FEWEST_FOR_HABIT:
        return None
    gaps = [(later - earlier).total_seconds() / 86400 for later, earlier in pairwise(bought)]
    return Point(PointCode.HABIT, {"gap": median(gaps), "silent": (now - bought[0]).total_seconds() / 86400})
