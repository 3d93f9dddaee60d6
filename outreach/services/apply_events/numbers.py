"""What people wrote about their numbers: the texts they answer, and which of two opposite words counts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

import psycopg

from outreach.db.queries.consent import Barred, ConsentWord, SuppressedFor, lift_unsubscription, record_consent
from outreach.db.queries.events import ReportedTouch
from outreach.db.queries.inbound_texts import (
    last_said,
    last_texts_to,
    unsubscribed_since,
    who_said_no_to_texts,
)
from outreach.domain.events import Event
from outreach.domain.revocation import Intent
from outreach.domain.touch import Channel


def answered_texts(connection: psycopg.Connection, events: Iterable[Event]) -> Mapping[str, UUID] | None:
    """The last text that went to each number that wrote; None if nobody wrote."""
    numbers = {event.data["from"] for event in events if _is_written(event)}
    return last_texts_to(connection, numbers) if numbers else None


def addressed(event: Event, texts: Mapping[str, UUID]) -> Event:
    """`event`, about the text that it answers."""
    return replace(event, touch_id=texts.get(event.data["from"])) if _is_written(event) else event


def to_be_answered(fresh: Iterable[Event]) -> list[Event]:
    """Texts that ask for something and that the vendor has not answered itself."""
    return [
        event
        for event in fresh
        if _is_written(event) and event.data["intent"] != Intent.REPLY.value and "acted" not in event.data
    ]


def _is_written(event: Event) -> bool:
    return "intent" in event.data and "from" in event.data


@dataclass(frozen=True, slots=True)
class LastWords:
    """Events in which people withdrew or took it back, and when each of their numbers last did the one and the other.

    Of two opposite words the later one counts, in whatever order they are read.
    """

    events: Sequence[Event]
    again: Mapping[str, datetime]
    withdrawn: Mapping[str, datetime]

    @classmethod
    def of(cls, connection: psycopg.Connection, fresh: Iterable[Event]) -> "LastWords":
        """What is in `fresh`, which is stored already."""
        spoken = [
            event
            for event in fresh
            if _is_written(event) and event.data["intent"] in (Intent.STOP.value, Intent.START.value)
        ]
        if not spoken:
            return cls((), {}, {})
        numbers = {event.data["from"] for event in spoken}
        again = last_said(connection, numbers, Intent.START.value)
        return cls(spoken, again, last_said(connection, numbers, Intent.STOP.value))

    def outdoes(self, number: str, at: datetime) -> bool:
        """Whether the owner of `number` asked for texts again after they withdrew `at`."""
        return at < self.again.get(number, at)

    def strangers(self, touches: Mapping[UUID, ReportedTouch]) -> list[Barred]:
        """Numbers that want no texts although none of ours is known to have gone there."""
        return [
            Barred(Channel.SMS, event.data["from"], SuppressedFor.UNSUBSCRIBED, event.occurred_at)
            for event in self.events
            if event.data["intent"] == Intent.STOP.value and event.touch_id not in touches
        ]

    def begin_again(self, connection: psycopg.Connection, *, now: datetime) -> None:
        """Takes back what owners withdrew before they asked for texts again, and nobody else's reasons."""
        starts = {event.data["from"] for event in self.events if event.data["intent"] == Intent.START.value}
        for number in sorted(starts):
            at, since = self.again[number], unsubscribed_since(connection, number)
            if max(since or at, self.withdrawn.get(number, at)) > at:
                continue
            for contact_id in who_said_no_to_texts(connection, number, before=at):
                word = ConsentWord(contact_id, Channel.SMS, True, "START by text", at, address=number)
                record_consent(connection, word, now=now)
            lift_unsubscription(connection, channel=Channel.SMS, address=number, now=now)
