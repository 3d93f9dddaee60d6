"""Tries the addresses in what staff write, some at a time, and keeps what they answered for a day."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

from outreach.db.queries.checked_links import load_fresh, load_open_bodies, store_answers
from outreach.db.session import Database
from outreach.domain.content_rules.facts import Draft, LinkAnswer
from outreach.rendering.lint_words import draft_addresses

#: Addresses one call tries: even if all are slow, a job ends within a quarter of a minute.
MOST_AT_ONCE = 24


class Visitor(Protocol):
    """Goes and sees whether somebody is there."""

    def visit(self, urls: Sequence[str]) -> dict[str, LinkAnswer]:
        """What each address answered."""
        ...


def check_links(*, db: Database, visitor: Visitor, today: date, now: datetime) -> int:
    """Tries addresses in the newest texts of editions that are not over and were not tried within a day; how many.

    Args:
        today: business time; an edition is over when its last day is.
        now: the wall's instant, for the web does not run on the demo's clock.
    """
    with db.raw_transaction() as connection:
        bodies = load_open_bodies(connection, today=today)
        urls = dict.fromkeys(
            url for body, channel in bodies for url in draft_addresses(Draft("", "", "", body), channel=channel)
        )
        fresh = load_fresh(connection, urls.keys(), now=now)
    due = [url for url in urls if url not in fresh][:MOST_AT_ONCE]
    if not due:
        return 0
    answers = visitor.visit(due)
    with db.raw_transaction() as connection:
        store_answers(connection, answers, now=now)
    return len(answers)
