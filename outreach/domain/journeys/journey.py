"""What a journey is: what begins it, its steps, what ends it; read as packs and pages declare it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self

#: The longest wait, in days: whoever waits longer has forgotten what it was about.
LONGEST_WAIT = 400
#: Days within which a message has to find its slot, unless the step says otherwise.
WITHIN_DAYS = 30
#: Days after which an occasion no longer begins a journey, unless the journey says otherwise.
FRESH_DAYS = 7


class Trigger(StrEnum):
    """What begins a journey."""

    #: The customer bought something.
    PURCHASE = "purchase"
    #: The customer came by, or we came to the customer.
    VISIT = "visit"
    #: The customer asked something.
    QUESTION = "question"
    #: The customer complained.
    COMPLAINT = "complaint"
    #: The customer booked.
    BOOKING = "booking"
    #: The customer wrote back.
    REPLY = "reply"
    #: We know of the contact since now.
    NEW_CONTACT = "new_contact"
    #: The contact is a customer since now.
    NEW_CUSTOMER = "new_customer"
    #: The customer's habit begins to fade.
    FADING = "fading"
    #: The customer left, in one of four ways.
    GOODBYE = "goodbye"
    #: A recovery case was opened.
    CASE_OPENED = "case_opened"
    #: A recovery case was closed.
    CASE_CLOSED = "case_closed"


#: Triggers that are signals, which alone know amounts and an order.
SIGNAL_TRIGGERS = frozenset(
    {Trigger.PURCHASE, Trigger.VISIT, Trigger.QUESTION, Trigger.COMPLAINT, Trigger.BOOKING, Trigger.REPLY}
)


class Deed(StrEnum):
    """What somebody may have done since the journey began."""

    #: Bought something.
    BOUGHT = "bought"
    #: Booked something.
    BOOKED = "booked"
    #: Came by.
    VISITED = "visited"
    #: Asked something.
    ASKED = "asked"
    #: Complained, to us or about us.
    COMPLAINED = "complained"
    #: Wrote back.
    REPLIED = "replied"
    #: Opened a message of the journey.
    OPENED = "opened"
    #: Clicked in a message of the journey.
    CLICKED = "clicked"
    #: Answered a question in a message of the journey.
    ANSWERED = "answered"
    #: Withdrew a consent.
    UNSUBSCRIBED = "unsubscribed"
    #: A recovery case was opened.
    CASE_OPENED = "case_opened"


#: Deeds that are about a message: "clicked hello".
ABOUT_MESSAGES = frozenset({Deed.OPENED, Deed.CLICKED, Deed.ANSWERED})


class StepKind(StrEnum):
    """What a step does."""

    #: Lets days pass.
    WAIT = "wait"
    #: Invites the contact to an edition.
    SEND = "send"
    #: Puts the contact on the phone list.
    CALL = "call"
    #: Goes one way or another.
    BRANCH = "branch"
    #: Ends the journey.
    END = "end"


@dataclass(frozen=True, slots=True)
class Condition:
    """One deed; of a message with the step that sent it, of an answer also with its key. "" is any.

    >>> str(Condition.of("answered hello good"))
    'answered hello good'
    """

    deed: Deed
    step: str = ""
    answer: str = ""

    @classmethod
    def of(cls, text: str) -> Self:
        """The condition that `text` writes; raises ValueError if it writes none."""
        deed, *rest = text.split()
        most = {Deed.OPENED: 1, Deed.CLICKED: 1, Deed.ANSWERED: 2}.get(Deed(deed), 0)
        if len(rest) > most:
            raise ValueError(text)
        return cls(Deed(deed), *rest)

    def __str__(self) -> str:
        return " ".join(filter(None, (self.deed.value, self.step, self.answer)))


@dataclass(frozen=True, slots=True)
class Entry:
    """What begins a journey, and for whom.

    Attributes:
        goodbyes: of the trigger goodbye: the kinds that count.
        first: of a signal: only the first of its kind. least_amount: only from this amount on, whatever the currency.
        within_days: an occasion older than this no longer begins it.
        industries: keys; none for all. needs: attributes of the contact, name to value.
    """

    on: Trigger
    goodbyes: tuple[str, ...] = ()
    first: bool = False
    least_amount: float = 0
    within_days: int = FRESH_DAYS
    industries: tuple[str, ...] = ()
    needs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """One step; which fields it has depends on its kind.

    Attributes:
        next: label of the step that follows; "" if none does.
        days: of a wait.
        edition: of a send, "campaign/edition". within_days: it has to find its slot by then.
        why: of a call, for the colleague who makes it.
        conditions: of a branch, any of which leads to `then`, none to `otherwise`.
    """

    label: str
    kind: StepKind
    next: str = ""
    days: int = 0
    edition: str = ""
    within_days: int = WITHIN_DAYS
    why: str = ""
    conditions: tuple[Condition, ...] = ()
    then: str = ""
    otherwise: str = ""

    @property
    def leads_to(self) -> tuple[str, ...]:
        """Labels of the steps that may follow; "" where nothing does."""
        if self.kind is StepKind.END:
            return ()
        return (self.then, self.otherwise) if self.kind is StepKind.BRANCH else (self.next,)


@dataclass(frozen=True, slots=True)
class Journey:
    """A whole journey; `flaws` says whether it can be gone.

    Attributes:
        goal, exit: conditions, any of which ends it, as reached or as left.
        exclusive: nobody is in two such journeys at a time.
        recovery: it goes on while a recovery case is open; all others stand still.
        again_after: days after its end that the same contact may enter again; None for never.
    """

    key: str
    name: str
    purpose: str
    entry: Entry
    steps: tuple[Step, ...]
    goal: tuple[Condition, ...] = ()
    exit: tuple[Condition, ...] = ()
    exclusive: bool = False
    recovery: bool = False
    again_after: int | None = None

    @classmethod
    def of(cls, key: str, definition: Mapping[str, Any]) -> Self:
        """The journey of a definition whose shape has been checked (`intake/journeys.py`), as packs write it."""
        entry = definition["entry"]
        again = definition.get("again", "never")
        return cls(
            key=key,
            name=definition["name"],
            purpose=definition["purpose"],
            entry=Entry(
                on=Trigger(entry["on"]),
                goodbyes=tuple(entry.get("goodbyes", ())),
                first=entry.get("first", False),
                least_amount=entry.get("least_amount", 0),
                within_days=entry.get("within_days", FRESH_DAYS),
                industries=tuple(entry.get("industries", ())),
                needs=dict(entry.get("needs", {})),
            ),
            steps=_steps(definition["steps"]),
            goal=_conditions(definition.get("goal", ())),
            exit=_conditions(definition.get("exit", ())),
            exclusive=definition.get("exclusive", False),
            recovery=definition.get("recovery", False),
            again_after={"never": None, "always": 0}[again] if isinstance(again, str) else again,
        )

    def step(self, label: str) -> Step | None:
        """The step with that label; None if there is none."""
        return next((step for step in self.steps if step.label == label), None)

    @property
    def editions(self) -> tuple[str, ...]:
        """Editions that it sends, each once."""
        return tuple(dict.fromkeys(step.edition for step in self.steps if step.kind is StepKind.SEND))


def labels(steps: Sequence[Mapping[str, Any]]) -> list[str]:
    """The label of each step; those that have none are called by their place, "step-3"."""
    return [step.get("label") or f"step-{place}" for place, step in enumerate(steps, start=1)]


def _steps(written: Sequence[Mapping[str, Any]]) -> tuple[Step, ...]:
    names = labels(written)
    return tuple(
        _step(one, names[place], following=next(iter(names[place + 1 :]), "")) for place, one in enumerate(written)
    )


def _step(written: Mapping[str, Any], label: str, *, following: str) -> Step:
    after = written.get("next") or following
    if "wait" in written:
        return Step(label, StepKind.WAIT, after, days=written["wait"])
    if "send" in written:
        within = written.get("within_days", WITHIN_DAYS)
        return Step(label, StepKind.SEND, after, edition=written["send"], within_days=within)
    if "call" in written:
        return Step(label, StepKind.CALL, after, why=written["call"])
    if "branch" in written:
        then, otherwise = written.get("then") or after, written.get("else") or after
        return Step(label, StepKind.BRANCH, conditions=_conditions(written["branch"]), then=then, otherwise=otherwise)
    return Step(label, StepKind.END)


def _conditions(written: Sequence[str]) -> tuple[Condition, ...]:
    return tuple(Condition.of(text) for text in written)
