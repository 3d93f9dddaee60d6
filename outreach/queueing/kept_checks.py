"""What the last check of a sender's domain found, kept for an hour; to lose it is to check again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from outreach.domain.sender_check.records import CheckFinding, CheckLevel, Part, Publish
from outreach.queueing.scratchpad import Scratchpad

_KEPT = "sender check "


@dataclass(frozen=True, slots=True)
class CheckedSender:
    """What was found, and when (wall clock)."""

    domain: str
    findings: tuple[CheckFinding, ...]
    at: datetime


def keep_check(scratchpad: Scratchpad, checked: CheckedSender) -> None:
    """Keeps what a check found."""
    scratchpad.write(_KEPT + checked.domain, _as_json(checked))


def load_check(scratchpad: Scratchpad, domain: str) -> CheckedSender | None:
    """What the last check of a domain found; None if there was none within an hour."""
    kept = scratchpad.read(_KEPT + domain)
    return _from_json(domain, kept) if kept else None


def _as_json(checked: CheckedSender) -> dict[str, Any]:
    return {
        "at": checked.at.isoformat(),
        "findings": [
            {
                "part": one.part,
                "level": one.level,
                "words": one.words,
                "publish": [one.publish.name, one.publish.type, one.publish.value] if one.publish else None,
            }
            for one in checked.findings
        ],
    }


def _from_json(domain: str, kept: Mapping[str, Any]) -> CheckedSender:
    findings = tuple(
        CheckFinding(
            Part(one["part"]),
            CheckLevel(one["level"]),
            one["words"],
            Publish(*one["publish"]) if one["publish"] else None,
        )
        for one in kept["findings"]
    )
    return CheckedSender(domain, findings, datetime.fromisoformat(kept["at"]))
