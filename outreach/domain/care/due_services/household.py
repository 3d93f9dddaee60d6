"""A household or company as the services see it, and what a look at it comes to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from outreach.domain.care.due_services.facts import Fact
from outreach.domain.care.due_services.rounds import Round
from outreach.domain.care.due_services.service import Holder, Service

#: Whose a service is: its id, and the id of the contact or of the household.
Whose = tuple[int, int]

#: The first message of a round, the ones between, and the last: editions of the campaign that asks.
FIRST, REMINDER, LAST = EDITIONS = ("first", "reminder", "last")


@dataclass(frozen=True, slots=True)
class Member:
    """A contact of a household.

    Attributes:
        first_name: "" if unknown. industry: key. attributes: free columns.
        since: customer since, or known since.
        engaged_at: when a person last did something: clicked, wrote, bought; None if never.
        campaigns: keys of the campaigns that may write to it (consent, address, not suppressed, topic not refused).
        may_call: there is a number, and the contact did not report us.
    """

    contact_id: int
    first_name: str
    industry: str
    attributes: Mapping[str, object]
    since: date
    engaged_at: datetime | None = None
    campaigns: frozenset[str] = frozenset()
    may_call: bool = False


@dataclass(frozen=True, slots=True)
class Invited:
    """What became of an invitation.

    Attributes:
        waiting: it may still be sent. sent_on: the day it was.
    """

    waiting: bool
    sent_on: date | None = None


@dataclass(frozen=True, slots=True)
class Household:
    """Everybody who lives or works together, and what is known of their services.

    Attributes:
        facts: by whose they are.
        rounds: the open ones and the newest one that is over, of this household's place and of its members.
        invited: by cause, for the open rounds; one that is missing came to nothing.
        called: contacts with an open call.
        messages: made for this household so far.
    """

    id: int
    members: tuple[Member, ...]
    facts: Mapping[Whose, tuple[Fact, ...]] = field(default_factory=dict)
    rounds: tuple[Round, ...] = ()
    invited: Mapping[str, Invited] = field(default_factory=dict)
    called: frozenset[int] = frozenset()
    messages: int = 0

    def holders(self, service: Service) -> list[int]:
        """Whose the service is here: the members who need it, or the place if any of them does."""
        in_need = [one.contact_id for one in self.members if service.is_for(one.industry, one.attributes)]
        if service.holder is Holder.PERSON:
            return in_need
        return [self.id] if in_need else []

    def since(self, service: Service, holder: int) -> date:
        """Since when the holder is a customer; of a place, its first who needs the service."""
        return min(
            one.since
            for one in self.members
            if (service.holder is Holder.PLACE or one.contact_id == holder)
            and service.is_for(one.industry, one.attributes)
        )


@dataclass(frozen=True, slots=True)
class Message:
    """One edition for one member about everything that is due at its household.

    Attributes:
        edition: one of `EDITIONS`. closes_on: the last day on which it may be sent.
        services: ids, in the order of the pack. people: first names of the others who are meant.
    """

    contact_id: int
    campaign: str
    edition: str
    closes_on: date
    cause: str
    services: tuple[int, ...]
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """An invitation that is no longer true."""

    contact_id: int
    cause: str


@dataclass(frozen=True, slots=True)
class Call:
    """Somebody is to call a member about services; the oldest of them is due since or on `due_on`."""

    contact_id: int
    services: tuple[int, ...]
    due_on: date
    attempts: int


@dataclass(frozen=True, slots=True)
class Look:
    """What a look at a household comes to.

    Attributes:
        rounds: those that are new or changed, as they stand now.
        moot_calls: contacts whose call about a service is settled.
        next_on: the day of the next look, if nothing happens before.
    """

    rounds: tuple[Round, ...]
    messages: tuple[Message, ...]
    withdrawals: tuple[Withdrawal, ...]
    calls: tuple[Call, ...]
    moot_calls: frozenset[int]
    next_on: date
