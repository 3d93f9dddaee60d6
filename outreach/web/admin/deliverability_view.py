"""Rates, intervals and levels as the deliverability page shows them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from babel.numbers import format_percent
from flask_babel import get_locale, gettext
from flask_babel import lazy_gettext as _l

from outreach.domain.deliverability import THRESHOLDS, HaltCause, Level, Share, Trouble
from outreach.domain.pacing.health import Standing
from outreach.domain.sender_check.records import CheckFinding, CheckLevel, Part
from outreach.web.admin.arrivals import Group

#: In the order of the columns.
TROUBLES = (Trouble.BOUNCE, Trouble.COMPLAINT, Trouble.BLOCK, Trouble.DEFERRAL)

TROUBLE_NAMES: Mapping[str, object] = {
    Trouble.BOUNCE: _l("Bounced"),
    Trouble.COMPLAINT: _l("Reported as junk"),
    Trouble.BLOCK: _l("Blocked"),
    Trouble.DEFERRAL: _l("Put off"),
}
LEVEL_NAMES: Mapping[str, object] = {
    Level.TOO_FEW: _l("too few to tell"),
    Level.GOOD: _l("fine"),
    Level.WATCH: _l("worth a look"),
    Level.BAD: _l("too many"),
}
CAUSE_NAMES: Mapping[str, object] = {
    HaltCause.COMPLAINTS: _l("Too many reports as junk"),
    HaltCause.BOUNCES: _l("Too many bounces"),
    HaltCause.BLOCKS: _l("Too many blocks"),
    HaltCause.CREDENTIAL: _l("The provider does not accept our credential"),
    HaltCause.STAFF: _l("Stopped by hand"),
}
STANDING_NAMES: Mapping[str, object] = {
    Standing.GOOD: _l("well"),
    Standing.BAD: _l("bad"),
    Standing.ON_TRIAL: _l("on trial"),
}
CHECK_NAMES: Mapping[str, object] = {
    CheckLevel.OK: _l("in order"),
    CheckLevel.WARNING: _l("should be better"),
    CheckLevel.ERROR: _l("must be mended"),
    CheckLevel.UNKNOWN: _l("not known"),
}
PART_NAMES: Mapping[str, object] = {
    Part.SPF: _l("Who may send for us (SPF)"),
    Part.DKIM: _l("Our signature (DKIM)"),
    Part.DMARC: _l("What receivers do with forgeries (DMARC)"),
    Part.MX: _l("Where replies go (MX)"),
    Part.PTR: _l("Names of our own servers (PTR)"),
}
#: How a word looks on these pages; whatever is not listed looks good.
LOOKS: Mapping[str, str] = {
    Level.TOO_FEW: "state",
    Level.WATCH: "health-state health-late",
    Level.BAD: "health-state health-bad",
    Standing.ON_TRIAL: "health-state health-late",
    CheckLevel.WARNING: "health-state health-late",
    CheckLevel.UNKNOWN: "health-state health-late",
    CheckLevel.ERROR: "health-state health-bad",
}
LOOKS_GOOD = "health-state"


@dataclass(frozen=True, slots=True)
class Cell:
    """A share in words."""

    cases: int
    value: str
    interval: str
    level: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a table: a provider or a destination, "" for all the others together."""

    channel: str
    name: str
    messages: int
    cells: tuple[Cell, ...]


def lines(groups: Sequence[Group]) -> list[Line]:
    """Groups as lines of a table."""
    return [
        Line(
            group.channel,
            group.name,
            group.arrivals.messages,
            tuple(_cell(group.arrivals.share(trouble), group.arrivals.level(trouble)) for trouble in TROUBLES),
        )
        for group in groups
    ]


def _cell(share: Share, level: Level) -> Cell:
    low, high = percent(share.low), percent(share.high)
    interval = (
        gettext("%(low)s to %(high)s", low=low, high=high) if share.cases else gettext("at most %(high)s", high=high)
    )
    return Cell(share.cases, percent(share.value), interval, level)


def threshold_words() -> list[str]:
    """What the colours mean, a sentence for each trouble."""
    return [
        gettext(
            "%(trouble)s: worth a look from %(watch)s on, too many from %(bad)s on.",
            trouble=TROUBLE_NAMES[trouble],
            watch=percent(THRESHOLDS[trouble].watch),
            bad=percent(THRESHOLDS[trouble].bad),
        )
        for trouble in TROUBLES
    ]


def by_part(findings: Sequence[CheckFinding]) -> list[tuple[Part, list[CheckFinding]]]:
    """What a check found, in the order in which one sets these things up."""
    parts = ((part, [one for one in findings if one.part is part]) for part in Part)
    return [(part, found) for part, found in parts if found]


def percent(value: float) -> str:
    """A share in per cent with as many decimals as a threshold of 0.1 % needs: `0.25 %`, `12 %`."""
    # With a space that does not break; the locale puts its own sign in its own place.
    pattern = "#,##0\u00a0%" if value >= 0.1 else "#,##0.0\u00a0%" if value >= 0.01 else "#,##0.0#\u00a0%"
    return str(format_percent(value, format=pattern, locale=get_locale()))
