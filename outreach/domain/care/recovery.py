"""Recovery cases: a customer whom we let down, from the first word of it until it is put right, and some days more.

One table says which step may follow which state. Every step is a pure function of the case, the step and the instant,
so that services only load, step and store. What the deadlines and rests are worth: docs/decisions/0017-recovery.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from outreach.domain.care.workdays import Deadlines
from outreach.domain.errors import BadInput, Fault

#: A report so soon after the closing is about the same thing, and reopens the case.
REOPENS_WITHIN = timedelta(days=30)
#: Signals and answers older than this are history when they arrive: an import of five years opens no cases.
FRESH = timedelta(days=14)
#: After the closing nothing ordinary for so many days, so that no cheerful letter follows on the heels of the repair.
REST_DAYS = 3
#: And no promotion for so many, unless staff say otherwise on the case.
COOL_OFF_DAYS = 14
LONGEST_COOL_OFF_DAYS = 365
#: Characters of what is said about a case.
LONGEST_WORDS = 2_000


class CaseState(StrEnum):
    """Where a case stands."""

    #: Nobody has spoken with the customer yet.
    OPEN = "open"
    #: We have heard the customer out, or are about to.
    LISTENING = "listening"
    #: Remedies were offered.
    OFFERED = "offered"
    #: The customer chose one, or we agreed on what happens.
    AGREED = "agreed"
    #: Over.
    CLOSED = "closed"
    #: It was over, and was not: nobody has spoken with the customer since.
    REOPENED = "reopened"


class CaseStep(StrEnum):
    """What can happen to a case."""

    #: The customer said something about it (again).
    REPORT = "report"
    #: A member of staff makes it theirs.
    TAKE = "take"
    #: Somebody listened, and wrote down what was said.
    LISTEN = "listen"
    #: Remedies were offered.
    OFFER = "offer"
    #: The customer chose a remedy.
    CHOOSE = "choose"
    #: Staff and customer agreed on what happens.
    AGREE = "agree"
    #: An apology was asked to be sent.
    APOLOGISE = "apologise"
    #: The apology left; it leads to the remedies.
    APOLOGY_SENT = "apology_sent"
    #: A deadline passed, and the boss was told.
    ESCALATE = "escalate"
    #: It is over.
    CLOSE = "close"
    #: It is not over after all.
    REOPEN = "reopen"
    #: Another number of days without promotions.
    COOL_OFF = "cool_off"


class CaseEnding(StrEnum):
    """How a case ended."""

    #: We put it right.
    MENDED = "mended"
    #: The customer got money back.
    REFUNDED = "refunded"
    #: The customer left us.
    CUSTOMER_LEFT = "customer_left"
    #: It was not our doing.
    NOT_OURS = "not_ours"
    #: The customer did not answer any more.
    NOTHING_HEARD = "nothing_heard"
    #: It should not have been opened; nothing rests after it.
    MISTAKE = "mistake"
    #: The customer had everything erased.
    ERASED = "erased"


#: The endings that staff choose from.
ENDINGS = tuple(ending for ending in CaseEnding if ending not in (CaseEnding.MISTAKE, CaseEnding.ERASED))


class CaseSource(StrEnum):
    """What opened a case."""

    #: A complaint among the signals.
    COMPLAINT = "complaint"
    #: A one-click answer that says it was bad.
    BAD_ANSWER = "bad_answer"
    #: The customer, on the public page.
    PAGE = "page"
    #: A reply to a message, by the hand of staff.
    REPLY = "reply"
    #: Staff.
    STAFF = "staff"
    #: Something that went wrong for many at once.
    BATCH = "batch"
    #: The customer left after a complaint or a bad answer that led to no case.
    LEFT = "left"


_S = CaseState
TRANSITIONS: Mapping[tuple[CaseState, CaseStep], CaseState] = MappingProxyType(
    {
        **{
            (state, step): state
            for state in (_S.OPEN, _S.REOPENED, _S.LISTENING, _S.OFFERED, _S.AGREED)
            for step in (CaseStep.REPORT, CaseStep.TAKE, CaseStep.APOLOGISE, CaseStep.ESCALATE, CaseStep.COOL_OFF)
        },
        **{
            (state, step): after
            for state in (_S.OPEN, _S.REOPENED, _S.LISTENING, _S.OFFERED, _S.AGREED)
            for step, after in (
                (CaseStep.OFFER, _S.OFFERED),
                (CaseStep.CHOOSE, _S.AGREED),
                (CaseStep.AGREE, _S.AGREED),
                (CaseStep.CLOSE, _S.CLOSED),
            )
        },
        (_S.OPEN, CaseStep.LISTEN): _S.LISTENING,
        (_S.REOPENED, CaseStep.LISTEN): _S.LISTENING,
        (_S.LISTENING, CaseStep.LISTEN): _S.LISTENING,
        (_S.OFFERED, CaseStep.LISTEN): _S.OFFERED,
        (_S.AGREED, CaseStep.LISTEN): _S.AGREED,
        (_S.OPEN, CaseStep.APOLOGY_SENT): _S.OFFERED,
        (_S.REOPENED, CaseStep.APOLOGY_SENT): _S.OFFERED,
        (_S.LISTENING, CaseStep.APOLOGY_SENT): _S.OFFERED,
        (_S.OFFERED, CaseStep.APOLOGY_SENT): _S.OFFERED,
        (_S.AGREED, CaseStep.APOLOGY_SENT): _S.AGREED,
        (_S.CLOSED, CaseStep.REPORT): _S.REOPENED,
        (_S.CLOSED, CaseStep.REOPEN): _S.REOPENED,
        (_S.CLOSED, CaseStep.COOL_OFF): _S.CLOSED,
    }
)
"""The state after each step that a state allows; what is not here is refused."""

#: Steps by which the customer has had an answer from us.
_ANSWERS = frozenset({CaseStep.LISTEN, CaseStep.OFFER, CaseStep.AGREE, CaseStep.APOLOGY_SENT})


class Deadline(StrEnum):
    """What has to have happened by when."""

    #: A first answer to the customer.
    ANSWER = "answer"
    #: The end of the case.
    SOLUTION = "solution"


@dataclass(frozen=True, slots=True)
class Case:
    """A case as its steps see it; instants are aware.

    Attributes:
        since: when it was opened, or opened again.
        owner: e-mail address of the member of staff whose it is, "" for nobody's.
        answered_at: when the customer had the first answer since it was (re)opened.
        escalated: deadlines that passed, and the boss was told.
        offered: keys of remedies. chosen: key of one, "" for none.
        cool_off_days: without promotions, counted from the closing.
    """

    state: CaseState
    since: datetime
    deadlines: Deadlines
    owner: str = ""
    answered_at: datetime | None = None
    escalated: frozenset[Deadline] = frozenset()
    offered: tuple[str, ...] = ()
    chosen: str = ""
    closed_at: datetime | None = None
    ending: CaseEnding | None = None
    cool_off_days: int = COOL_OFF_DAYS

    @property
    def over(self) -> bool:
        """Whether it is closed."""
        return self.state is CaseState.CLOSED

    def allows(self, step: CaseStep) -> bool:
        """Whether the step may follow."""
        return (self.state, step) in TRANSITIONS


@dataclass(frozen=True, slots=True)
class CaseMove:
    """A step with what belongs to it.

    Attributes:
        by: e-mail address of who did it, "" for the customer or the product.
        words: what was said.
        remedies: keys that are offered, or the one that was chosen.
        deadlines: of a case that opens again.
        missed: which deadlines passed.
    """

    step: CaseStep
    by: str = ""
    words: str = ""
    remedies: tuple[str, ...] = ()
    ending: CaseEnding | None = None
    cool_off_days: int | None = None
    deadlines: Deadlines | None = None
    missed: frozenset[Deadline] = frozenset()


def moved(case: Case, move: CaseMove, *, now: datetime) -> Case:
    """The case after a step.

    Raises:
        BadInput: if its state does not allow the step, or the step lacks what belongs to it.
    """
    after = TRANSITIONS.get((case.state, move.step))
    if after is None:
        mend = "Reopen it first." if case.over else "Close it first."
        raise BadInput([Fault("case", f"a case that is {case.state} allows no such step", mend, value=move.step.value)])
    _check(move)
    case = replace(case, state=after)
    if move.step in _ANSWERS and case.answered_at is None:
        case = replace(case, answered_at=now)
    match move.step:
        case CaseStep.TAKE:
            return replace(case, owner=move.by)
        case CaseStep.OFFER:
            return replace(case, offered=tuple(dict.fromkeys(move.remedies)))
        case CaseStep.CHOOSE:
            return replace(case, chosen=move.remedies[0])
        case CaseStep.CLOSE:
            days = 0 if move.ending is CaseEnding.MISTAKE else case.cool_off_days
            return replace(case, closed_at=now, ending=move.ending, cool_off_days=days)
        case CaseStep.ESCALATE:
            return replace(case, escalated=case.escalated | move.missed)
        case CaseStep.COOL_OFF:
            return replace(case, cool_off_days=move.cool_off_days or 0)
    if after is CaseState.REOPENED and case.closed_at is not None:
        return _reopened(case, move, now=now)
    return case


def _reopened(case: Case, move: CaseMove, *, now: datetime) -> Case:
    """As new, with what was offered and chosen still on it."""
    days = COOL_OFF_DAYS if case.ending is CaseEnding.MISTAKE else case.cool_off_days
    return replace(
        case,
        since=now,
        closed_at=None,
        ending=None,
        answered_at=None,
        escalated=frozenset(),
        cool_off_days=days,
        deadlines=move.deadlines or case.deadlines,
    )


def _check(move: CaseMove) -> None:
    faults = []
    if move.step in (CaseStep.LISTEN, CaseStep.CLOSE) and not move.words:
        faults.append(Fault("case", "is empty", "Say in a sentence what was said or done.", column="words"))
    if len(move.words) > LONGEST_WORDS:
        faults.append(
            Fault(
                "case", "is too long", f"Use at most {LONGEST_WORDS} characters.", column="words", value=move.words[:50]
            )
        )
    if move.step in (CaseStep.OFFER, CaseStep.CHOOSE) and not move.remedies:
        faults.append(Fault("case", "is empty", "Choose at least one remedy.", column="remedies"))
    if move.step is CaseStep.CLOSE and move.ending is None:
        faults.append(Fault("case", "is empty", "Say how it ended.", column="ending"))
    if move.step is CaseStep.COOL_OFF:
        days = move.cool_off_days
        if days is None or not 0 <= days <= LONGEST_COOL_OFF_DAYS:
            mend = f"Write a number of days from 0 to {LONGEST_COOL_OFF_DAYS}."
            faults.append(Fault("case", "cannot be", mend, column="cool_off_days", value=str(days)))
    if faults:
        raise BadInput(faults)


def missed(case: Case, *, now: datetime) -> frozenset[Deadline]:
    """The deadlines that have passed and that nobody was told of yet; none of a closed case."""
    if case.over:
        return frozenset()
    passed = set()
    if case.answered_at is None and case.deadlines.answer_by <= now:
        passed.add(Deadline.ANSWER)
    if case.deadlines.solve_by <= now:
        passed.add(Deadline.SOLUTION)
    return frozenset(passed) - case.escalated


def rests_until(case: Case, *, now: datetime) -> datetime:
    """Until when nothing ordinary is written; of an open case a guess, and always some days after `now`."""
    return _end(case, now=now) + timedelta(days=min(REST_DAYS, case.cool_off_days) if case.over else REST_DAYS)


def promotions_from(case: Case, *, now: datetime) -> datetime:
    """When promotions return; of an open case a guess. Never before `rests_until`."""
    return max(rests_until(case, now=now), _end(case, now=now) + timedelta(days=case.cool_off_days))


def _end(case: Case, *, now: datetime) -> datetime:
    return case.closed_at or max(case.deadlines.solve_by, now + timedelta(days=1))


class Landing(StrEnum):
    """Where a report goes."""

    #: A new case.
    OPENS = "opens"
    #: The case that is open.
    JOINS = "joins"
    #: The case that was closed lately.
    REOPENS = "reopens"
    #: It is written down already.
    KNOWN = "known"
    #: Nobody is there any more: the contact was erased.
    ERASED = "erased"


def landing(
    *, erased: bool, known: bool, is_open: bool, closed_at: datetime | None, ending: CaseEnding | None, now: datetime
) -> Landing:
    """Where a report of a contact goes.

    Args:
        known: whether a report of this reference is written down.
        is_open: whether a case of the contact is open.
        closed_at, ending: of its newest closed case, if there is one.
    """
    if erased:
        return Landing.ERASED
    if known:
        return Landing.KNOWN
    if is_open:
        return Landing.JOINS
    lately = closed_at is not None and now - closed_at <= REOPENS_WITHIN and ending is not CaseEnding.MISTAKE
    return Landing.REOPENS if lately else Landing.OPENS


def said_words(words: str, *, place: str = "case", needed: bool = True) -> str:
    """What somebody typed, tidied: no blanks at ends of lines, nothing that a database or a mail cannot hold.

    Raises:
        BadInput: if nothing is left of it though it is needed, or too much.
    """
    said = "\n".join(line.rstrip() for line in words.replace("\x00", "").replace("\r\n", "\n").split("\n")).strip()
    said = said.encode("utf-8", "replace").decode()
    if (needed and not said) or len(said) > LONGEST_WORDS:
        reason = "is too long" if said else "is empty"
        mend = f"Say it in at most {LONGEST_WORDS} characters."
        raise BadInput([Fault(place, reason, mend, column="words", value=said[:50])])
    return said
