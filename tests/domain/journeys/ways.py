"""Journeys to test with, written as packs write them."""

from typing import Any

from outreach.domain.journeys.journey import Journey

WELCOME: dict[str, Any] = {
    "name": "Welcome",
    "purpose": "A good beginning.",
    "entry": {"on": "new_customer"},
    "steps": [
        {"label": "hello", "send": "welcome/hello"},
        {"label": "a-week", "wait": 7},
        {"label": "read-it", "branch": ["clicked hello"], "then": "over", "else": "again"},
        {"label": "again", "send": "welcome/again", "within_days": 10},
        {"label": "ring", "call": "Ask how the first weeks went."},
        {"label": "over", "end": True},
    ],
    "goal": ["booked"],
    "exit": ["complained", "unsubscribed"],
}
RULES = {"welcome/hello": "invited", "welcome/again": "invited", "news/first": "issue"}


def a_journey(**values: Any) -> Journey:
    """The welcome, with some values replaced."""
    return Journey.of("welcome", WELCOME | values)


def steps(*written: dict[str, Any]) -> Journey:
    """A journey of these steps, without goal or exit."""
    return a_journey(steps=list(written), goal=[], exit=[])
