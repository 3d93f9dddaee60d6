"""A forecast as the page draws it: a bar for each day, a line for each month, what content lasts for."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

#: The picture's own units.
WIDTH, HEIGHT = 1000.0, 160.0


@dataclass(frozen=True, slots=True)
class Bar:
    """Touches of one day on one channel; places and sizes in the picture's units."""

    x: float
    y: float
    width: float
    height: float
    channel: str


@dataclass(frozen=True, slots=True)
class Month:
    """A civil month: touches by channel, its busiest day, and the worst day of famine in it."""

    first: date
    x: float
    touches: Mapping[str, int]
    busiest: int
    famine: int

    @property
    def total(self) -> int:
        """Touches on all channels."""
        return sum(self.touches.values())


@dataclass(frozen=True, slots=True)
class RunwayLine:
    """How long content lasts for an industry (key); `dry_from` is None where it lasts."""

    industry: str
    contacts: int
    dry: int
    dry_from: datetime | None


@dataclass(frozen=True, slots=True)
class RowLine:
    """One expected touch."""

    send_at: datetime
    channel: str
    campaign: str
    edition: str


@dataclass(frozen=True, slots=True)
class ForecastView:
    """Everything the page says.

    Attributes:
        peak: the busiest day and its touches; None if there are none.
        famine_from: the first day on which somebody is silent for too long.
    """

    contacts: int
    reachable: int
    touches: int
    famine: int
    feast: int
    bars: list[Bar]
    months: list[Month]
    channels: list[str]
    peak: tuple[date, int] | None
    famine_from: date | None
    runways: list[RunwayLine]
    rows: list[RowLine]

    @classmethod
    def of(cls, told: Mapping[str, Any], *, top: int) -> "ForecastView":
        """The view of a forecast as plain values (`Forecast.as_json`).

        Args:
            top: so many touches in a day fill the picture's height.
        """
        days: Sequence[Mapping[str, Any]] = told["days"]
        totals = [sum(day["touches"].values()) for day in days]
        busiest = busiest_day(told)
        hungry = [day["day"] for day in days if day["famine"]]
        return cls(
            contacts=told["contacts"],
            reachable=told["reachable"],
            touches=told["touches"],
            famine=told["contacts_in_famine"],
            feast=told["touches_too_close"],
            bars=_bars(days, top),
            months=_months(days),
            channels=sorted({channel for day in days for channel in day["touches"]}),
            peak=(date.fromisoformat(days[totals.index(busiest)]["day"]), busiest) if busiest else None,
            famine_from=date.fromisoformat(hungry[0]) if hungry else None,
            runways=[
                RunwayLine(
                    industry=one["industry"],
                    contacts=one["contacts"],
                    dry=one["dry"],
                    dry_from=datetime.fromisoformat(one["dry_from"]) if one["dry_from"] else None,
                )
                for one in told["content_runway"]
            ],
            rows=[
                RowLine(datetime.fromisoformat(row["send_at"]), row["channel"], row["campaign"], row["edition"])
                for row in told["rows"]
            ],
        )


def busiest_day(told: Mapping[str, Any]) -> int:
    """The touches of the busiest day of a forecast as plain values."""
    return max((sum(day["touches"].values()) for day in told["days"]), default=0)


def _bars(days: Sequence[Mapping[str, Any]], most: int) -> list[Bar]:
    if not most:
        return []
    width = WIDTH / len(days)
    bars = []
    for place, day in enumerate(days):
        top = HEIGHT
        for channel, count in sorted(day["touches"].items()):
            height = HEIGHT * count / most
            top -= height
            bars.append(Bar(round(place * width, 2), round(top, 2), round(width * 0.86, 2), round(height, 2), channel))
    return bars


def _months(days: Sequence[Mapping[str, Any]]) -> list[Month]:
    months: dict[date, list[tuple[int, Mapping[str, Any]]]] = {}
    for place, day in enumerate(days):
        months.setdefault(date.fromisoformat(day["day"]).replace(day=1), []).append((place, day))
    told = []
    for first, members in months.items():
        touches = Counter[str]()
        for _, day in members:
            touches.update(day["touches"])
        told.append(
            Month(
                first=first,
                x=round(WIDTH * members[0][0] / len(days), 2),
                touches=dict(sorted(touches.items())),
                busiest=max(sum(day["touches"].values()) for _, day in members),
                famine=max(day["famine"] for _, day in members),
            )
        )
    return told
