"""STOP, START and HELP are answered once, in the reader's language, soon or not at all."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from outreach.db.models.feedback import TextAnswer
from outreach.db.queries.halts import store_halt
from outreach.db.session import Database
from outreach.domain.deliverability import Halt, HaltCause
from outreach.domain.touch import Channel
from outreach.providers.base import Outcome, Outgoing, Receipt
from outreach.rendering.renderer import Renderer
from outreach.services.answer_texts import IN_TIME, answer_texts
from tests.factories import NOW, a_business, a_contact
from tests.services.test_apply_texts import NUMBER, Phone, phone
from tests.services.test_deliver_chunk import renderer

__all__ = ["phone", "renderer"]


@dataclass
class Wire:
    """A provider of texts that keeps what it was handed."""

    outcome: Outcome = Outcome.SENT
    arrived: list[Outgoing] = field(default_factory=list)
    name: str = "twilio"
    channel: Channel = Channel.SMS

    @contextmanager
    def open(self) -> Iterator["Wire"]:
        yield self

    def send(self, batch: Sequence[Outgoing]) -> Iterator[Receipt]:
        for one in batch:
            self.arrived.append(one)
            yield Receipt(one.touch_id, self.outcome, "said")

    @property
    def words(self) -> list[str]:
        return [one.data.decode() for one in self.arrived]


@pytest.fixture(autouse=True)
def business(db: Database) -> None:
    with db.transaction() as session:
        a_business(session)


def answered(db: Database, wire: Wire, renderer: Renderer, *, at: datetime = NOW) -> int:
    return answer_texts(db=db, provider=wire, renderer_for=lambda _: renderer, now=at)


def states(db: Database) -> list[str]:
    with db.transaction() as session:
        return sorted(session.scalars(select(TextAnswer.state)))


def test_a_stop_is_confirmed_once(db: Database, phone: Phone, renderer: Renderer) -> None:
    phone.say("STOP")
    wire = Wire()
    assert answered(db, wire, renderer) == 1
    assert answered(db, wire, renderer) == 0
    assert wire.words == ["Hearth: you will get no more texts from us. Reply START to get them again."]
    assert wire.arrived[0].recipient == NUMBER


@pytest.mark.parametrize(
    ("words", "language", "told"),
    [
        (
            "HELP",
            "en",
            "Hearth: call +44 29 2018 0000 or write to hello@hearth.example. Reply STOP to get no more texts.",
        ),
        (
            "Hilfe",
            "de",
            "Hearth: Rufen Sie +44 29 2018 0000 an oder schreiben Sie an hello@hearth.example. Antworten Sie "
            "STOP, um keine SMS mehr zu bekommen.",
        ),
        ("恢复", "zh-Hans", "Hearth：您将重新收到我们的短信。回复 STOP 即可停止。"),
    ],
)
def test_the_answer_is_in_the_language_of_whoever_has_the_number(
    db: Database, phone: Phone, renderer: Renderer, words: str, language: str, told: str
) -> None:
    with db.transaction() as session:
        a_contact(session, phone=NUMBER, language=language)
    phone.say(words)
    wire = Wire()
    answered(db, wire, renderer)
    assert wire.words == [told]
    assert wire.arrived[0].language == language


def test_what_the_vendor_answered_and_what_only_chats_is_left_alone(
    db: Database, phone: Phone, renderer: Renderer
) -> None:
    phone.say("STOP", opt_out="STOP")
    phone.say("Thank you!", at=NOW + timedelta(minutes=1))
    assert answered(db, Wire(), renderer) == 0
    assert states(db) == []


def test_an_answer_that_would_come_late_does_not_come(db: Database, phone: Phone, renderer: Renderer) -> None:
    phone.say("HELP")
    wire = Wire()
    assert answered(db, wire, renderer, at=NOW + IN_TIME + timedelta(seconds=1)) == 0
    assert (wire.words, states(db)) == ([], ["late"])


@pytest.mark.parametrize("outcome", [Outcome.UNKNOWN, Outcome.RETRY, Outcome.FAILED])
def test_an_answer_is_tried_once_whatever_becomes_of_it(
    db: Database, phone: Phone, renderer: Renderer, outcome: Outcome
) -> None:
    phone.say("HELP")
    wire = Wire(outcome)
    assert answered(db, wire, renderer) == answered(db, wire, renderer) == 0
    assert len(wire.arrived) == 1
    assert states(db) == ["failed" if outcome is Outcome.RETRY else outcome.value]


def test_workers_at_once_answer_everybody_once(db: Database, renderer: Renderer) -> None:
    for number in range(12):
        Phone(db, number=f"+4477009001{number:02}", sids=iter([number])).say("HELP")  # type: ignore[arg-type]
    wire = Wire()
    with ThreadPoolExecutor(4) as pool:
        sent = list(pool.map(lambda _: answered(db, wire, renderer), range(4)))
    assert sum(sent) == len(wire.arrived) == len({one.recipient for one in wire.arrived}) == 12


def test_a_channel_that_stands_still_answers_nobody(db: Database, phone: Phone, renderer: Renderer) -> None:
    phone.say("HELP")
    with db.raw_transaction() as connection:
        store_halt(connection, Channel.SMS, Halt(HaltCause.CREDENTIAL, "who are you"), by="product", now=NOW)
    assert answered(db, Wire(), renderer) == 0
    assert states(db) == ["waiting"]
