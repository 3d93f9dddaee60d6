"""One vocabulary of events for every provider and for our own links."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class EventType(StrEnum):
    """What happened to a message, whoever reports it."""

    #: The receiving server accepted it.
    DELIVERED = "delivered"
    #: The receiving server will not have it for now.
    DEFERRED = "deferred"
    #: The address does not work; see `Bounce` in the event's data.
    BOUNCED = "bounced"
    #: Our tracking pixel was fetched.
    OPENED = "opened"
    #: A tracked link was followed.
    CLICKED = "clicked"
    #: The recipient withdrew consent for the channel.
    UNSUBSCRIBED = "unsubscribed"
    #: The recipient reported it as junk.
    COMPLAINED = "complained"
    #: The recipient wrote back.
    REPLIED = "replied"
    #: A provider's word that we do not know; kept, never fatal.
    OTHER = "other"


class Actor(StrEnum):
    """Who did it, as far as we can tell."""

    #: A person.
    HUMAN = "human"
    #: A gateway, privacy proxy or scanner.
    MACHINE = "machine"
    #: Cannot be told apart; counts for nothing that needs a person.
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Event:
    """One report about one message.

    Attributes:
        key: what makes it unique; a second event with the same key is the same event.
        touch_id: the message, or None if the report names none of ours.
        type: what happened.
        occurred_at: when, by the reporter's clock (aware, UTC).
        actor: who did it; delivery reports come from machines and are MACHINE.
        data: what else the reporter said (url, user agent, code, address, provider reference).
    """

    key: str
    touch_id: UUID | None
    type: EventType
    occurred_at: datetime
    actor: Actor
    data: dict[str, str] = field(default_factory=dict)
