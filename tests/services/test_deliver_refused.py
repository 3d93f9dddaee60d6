"""What servers say of recipients while a message is handed over counts like a bounce that comes back."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update

from outreach.db.models.contacts import Contact, Suppression
from outreach.db.models.feedback import EventRow
from outreach.db.models.ledger import Touch
from outreach.db.session import Database
from outreach.domain.touch import Channel
from outreach.providers.base import Outcome, Outgoing, Receipt
from outreach.rendering.renderer import Renderer
from outreach.services.deliver_chunk import deliver_chunk
from tests.factories import OPEN_ALL_WEEK, a_business, a_contact, a_content, a_touch, an_edition, an_industry
from tests.services.test_deliver_chunk import renderer

__all__ = ["renderer"]


@dataclass
class Refusing:
    """A server that answers every recipient alike."""

    outcome: Outcome
    code: str
    words: str = "no"
    name: str = "smtp"
    channel: Channel = Channel.EMAIL

    @contextmanager
    def open(self) -> Iterator["Refusing"]:
        yield self

    def send(self, batch: Sequence[Outgoing]) -> Iterator[Receipt]:
        for one in batch:
            yield Receipt(one.touch_id, self.outcome, f"{self.code} {self.words}", code=self.code)


@pytest.fixture
def contact(db: Database) -> int:
    with db.transaction() as session:
        a_business(session)
        an_industry(session, calendar=OPEN_ALL_WEEK)
        return a_contact(session, email="Anna@Example.com")


def refuse(db: Database, renderer: Renderer, contact: int, wire: Refusing, *, now: datetime) -> UUID:
    """One message to the contact, refused."""
    with db.transaction() as session:
        edition = an_edition(session)
        a_content(session, edition_id=edition)
        touch = a_touch(session, contact_id=contact, edition_id=edition, send_at=now)
    deliver_chunk(db=db, provider=wire, renderer_for=lambda _: renderer, now=now)
    return touch


def suppressed(db: Database) -> list[str]:
    with db.transaction() as session:
        return list(session.scalars(select(Suppression.address)))


def test_three_full_mailboxes_on_three_days_wear_an_address_out(
    db: Database, renderer: Renderer, contact: int, now: datetime
) -> None:
    full = Refusing(Outcome.FAILED, "5.2.2", "the mailbox is full")
    for day in (0, 1):
        refuse(db, renderer, contact, full, now=now + timedelta(days=day))
    assert suppressed(db) == []
    refuse(db, renderer, contact, full, now=now + timedelta(days=2))
    assert suppressed(db) == ["anna@example.com"]
    with db.transaction() as session:
        assert not session.get_one(Contact, contact).may_email
        kinds = [row.data["bounce"] for row in session.scalars(select(EventRow))]
    assert kinds == ["passing"] * 3


def test_a_policy_refusal_is_kept_and_never_held_against_the_address(
    db: Database, renderer: Renderer, contact: int, now: datetime
) -> None:
    for day in range(4):
        refuse(db, renderer, contact, Refusing(Outcome.FAILED, "5.7.1", "policy"), now=now + timedelta(days=day))
    assert suppressed(db) == []
    with db.transaction() as session:
        assert len(session.scalars(select(EventRow)).all()) == 4


def test_a_server_that_says_later_is_heard_once_we_give_up(
    db: Database, renderer: Renderer, contact: int, now: datetime
) -> None:
    later = Refusing(Outcome.RETRY, "4.2.1", "try later")
    touch = refuse(db, renderer, contact, later, now=now)
    with db.transaction() as session:
        assert session.get_one(Touch, touch).state == "retry_wait"
        assert session.scalars(select(EventRow)).all() == []
        session.execute(update(Touch).values(attempt=99, send_at=now))
    deliver_chunk(db=db, provider=later, renderer_for=lambda _: renderer, now=now)
    with db.transaction() as session:
        assert session.get_one(Touch, touch).state == "failed"
        assert [row.data["code"] for row in session.scalars(select(EventRow))] == ["4.2.1"]
    assert suppressed(db) == []


def test_a_refusal_that_says_nothing_of_the_recipient_is_no_bounce(
    db: Database, renderer: Renderer, contact: int, now: datetime
) -> None:
    refuse(db, renderer, contact, Refusing(Outcome.FAILED, ""), now=now)
    with db.transaction() as session:
        assert session.scalars(select(EventRow)).all() == []
