"""A touch: one planned or made contact on any channel, and the states a message passes through.

A touch on email or SMS is a message with its state in the ledger; `TRANSITIONS` is the only table of its moves.
"""

from enum import StrEnum

from outreach.domain.errors import ImpossibleTransition


class Channel(StrEnum):
    """How a touch reaches a person."""

    #: A mail through SMTP or a provider's API.
    EMAIL = "email"
    #: A text message.
    SMS = "sms"
    #: A phone call made by a member of staff.
    CALL = "call"
    #: A meeting in person.
    MEETING = "meeting"


class TouchClass(StrEnum):
    """What a touch is for; it decides consent, caps and priority."""

    #: About something the contact ordered or asked for.
    SERVICE = "service"
    #: Mending something that we did wrong.
    RECOVERY = "recovery"
    #: Looking after the contact: check-ins, inspections, safety alerts.
    CARE = "care"
    #: Staying in touch: newsletters and tips.
    RELATIONSHIP = "relationship"
    #: Selling something.
    PROMOTION = "promotion"


class TouchState(StrEnum):
    """Where a message stands in the ledger. See `sending.md` section 2.1 in the design notes, docs/architecture.md."""

    #: Decided; waits for its `send_at`.
    PLANNED = "planned"
    #: A worker holds it under a lease; nothing has left the house.
    CLAIMED = "claimed"
    #: Committed before the provider call: from here on it may have left.
    SENDING = "sending"
    #: The provider has taken responsibility for it.
    SENT = "sent"
    #: Refused for good; the attempt holds the code.
    FAILED = "failed"
    #: It may or may not have left; only a witness may decide.
    UNKNOWN = "unknown"
    #: Provably not sent; waits for another try.
    RETRY_WAIT = "retry_wait"
    #: Withheld at the last check (consent, suppression, pause); the reason is on the row.
    SKIPPED = "skipped"


TRANSITIONS: dict[TouchState, frozenset[TouchState]] = {
    TouchState.PLANNED: frozenset({TouchState.CLAIMED, TouchState.SKIPPED}),
    TouchState.CLAIMED: frozenset({TouchState.SENDING, TouchState.PLANNED, TouchState.SKIPPED, TouchState.FAILED}),
    TouchState.SENDING: frozenset({TouchState.SENT, TouchState.FAILED, TouchState.UNKNOWN, TouchState.RETRY_WAIT}),
    TouchState.RETRY_WAIT: frozenset({TouchState.CLAIMED, TouchState.SKIPPED, TouchState.FAILED}),
    TouchState.UNKNOWN: frozenset({TouchState.SENT, TouchState.PLANNED, TouchState.FAILED}),
    TouchState.SENT: frozenset({TouchState.FAILED}),
    TouchState.FAILED: frozenset(),
    TouchState.SKIPPED: frozenset(),
}
"""What each state may become. SENT may still become FAILED: a bounce can arrive days after acceptance."""

#: States that still lead somewhere by themselves; an edition is finished when no touch of it is in one of these.
OPEN_STATES = frozenset(
    {TouchState.PLANNED, TouchState.CLAIMED, TouchState.SENDING, TouchState.RETRY_WAIT, TouchState.UNKNOWN}
)


def moved(state: TouchState, to: TouchState) -> TouchState:
    """`to`, if `state` may become it.

    Raises:
        ImpossibleTransition: if the table has no such move.
    """
    if to not in TRANSITIONS[state]:
        raise ImpossibleTransition(f"a message that is {state} cannot become {to}")
    return to
