"""Which addresses are tried, and how long an answer holds."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from outreach.db.models.content import Campaign
from outreach.db.models.writing import CheckedLink
from outreach.db.queries.drafts import save_draft
from outreach.db.session import Database
from outreach.domain.content_rules.facts import LinkAnswer, LinkVerdict
from outreach.services.check_links import MOST_AT_ONCE, check_links
from tests.factories import a_campaign, a_content, an_edition


class Visitor:
    """Stands at the edge of the network: says that everything is there, and remembers where it was sent."""

    def __init__(self) -> None:
        self.went: list[str] = []

    def visit(self, urls: Sequence[str]) -> dict[str, LinkAnswer]:
        self.went += urls
        return {url: LinkAnswer(LinkVerdict.ALIVE, "200 OK") for url in urls}


@pytest.fixture
def visitor() -> Visitor:
    return Visitor()


def run(db: Database, visitor: Visitor, now: datetime) -> int:
    return check_links(db=db, visitor=visitor, today=now.date(), now=now)


#: One of somebody else's, and one of our own library.
PICTURES = f"\n::: value\n![a](https://p.example/a.png) ![b](https://o.example/i/{'a' * 64}.png)\n:::\n"


def body(*urls: str) -> str:
    return "::: value\n" + " ".join(f"[x]({url})" for url in urls) + "\n:::\n"


def test_each_web_address_of_the_newest_texts_is_tried_once(db: Database, visitor: Visitor, now: datetime) -> None:
    with db.transaction() as session:
        edition = an_edition(session)
        a_content(session, edition_id=edition, body=body("https://old.example/"))
        a_content(
            session, edition_id=edition, locale="de", body=body("https://a.example/", "mailto:a@b.example") + PICTURES
        )
        text = an_edition(session, campaign_id=a_campaign(session, channel="sms"))
        a_content(session, edition_id=text, subject="", body="Frost: https://a.example/ or https://c.example/x.")
    with db.raw_transaction() as connection:
        said = {"edition_id": edition, "locale": "en", "subject": "S", "preheader": "", "saved_by": "Mair"}
        save_draft(connection, began_from=0, body=body("https://new.example/", "answer:q/yes"), now=now, **said)
    assert run(db, visitor, now) == 4
    assert sorted(visitor.went) == [
        "https://a.example/",
        "https://c.example/x",
        "https://new.example/",
        "https://p.example/a.png",
    ]
    with db.transaction() as session:
        kept = {row.url: (row.verdict, row.answer, row.checked_at) for row in session.scalars(select(CheckedLink))}
    assert kept["https://c.example/x"] == ("alive", "200 OK", now)


def test_an_answer_holds_for_a_day(db: Database, visitor: Visitor, now: datetime) -> None:
    with db.transaction() as session:
        a_content(session, edition_id=an_edition(session), body=body("https://a.example/"))
    assert [run(db, visitor, now + timedelta(hours=hours)) for hours in (0, 23, 25)] == [1, 0, 1]


def test_editions_that_are_over_and_campaigns_that_were_stopped_are_left_alone(
    db: Database, visitor: Visitor, now: datetime
) -> None:
    with db.transaction() as session:
        over = an_edition(session, closes_on=date(2026, 9, 7))
        a_content(session, edition_id=over, body=body("https://a.example/"))
        stopped = a_campaign(session)
        session.get_one(Campaign, stopped).active = False
        a_content(session, edition_id=an_edition(session, campaign_id=stopped), body=body("https://b.example/"))
    assert run(db, visitor, now) == 0


def test_a_long_list_is_tried_in_pieces(db: Database, visitor: Visitor, now: datetime) -> None:
    with db.transaction() as session:
        urls = [f"https://a.example/{number}" for number in range(MOST_AT_ONCE + 3)]
        a_content(session, edition_id=an_edition(session), body=body(*urls))
    assert [run(db, visitor, now) for _ in range(3)] == [MOST_AT_ONCE, 3, 0]
    assert visitor.went == urls
