"""Looks up what the world knows of our sender's domain and judges it; the verdict is kept for an hour."""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from outreach.domain.sender_check.judge import SenderSetup, judge
from outreach.domain.sender_check.records import Answer, Question
from outreach.queueing.kept_checks import CheckedSender, keep_check
from outreach.queueing.scratchpad import Scratchpad

#: Rounds of questions: more than the deepest tree of includes that is followed.
MOST_ROUNDS = 25


class Lookup(Protocol):
    """Asks name servers."""

    def ask(self, questions: Collection[Question]) -> dict[Question, Answer]:
        """The answer to each question."""
        ...


def check_sender(*, setup: SenderSetup, lookup: Lookup, scratchpad: Scratchpad, now: datetime) -> CheckedSender:
    """Checks the sender anew and keeps what was found.

    Args:
        now: the wall's instant, for name servers do not run on the demo's clock.
    """
    answers: dict[Question, Answer] = {}
    for _ in range(MOST_ROUNDS):
        verdict = judge(setup, answers)
        if not verdict.wanted:
            break
        answers |= lookup.ask(verdict.wanted)
    checked = CheckedSender(setup.from_domain, judge(setup, answers).findings, now)
    keep_check(scratchpad, checked)
    return checked
