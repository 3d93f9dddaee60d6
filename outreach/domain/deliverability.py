"""How well our messages arrive: shares with their uncertainty, what is worth a look, and when a channel must stop.

The numbers are those of the mailbox providers and of common practice: Gmail and Yahoo ask for fewer than 0.1 %
complaints and never 0.3 % ("Email sender guidelines", Google; "Sender best practices", Yahoo); bounces belong below
2 %, and at 5 % vendors close accounts. Those for blocks and deferrals are ours.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from outreach.domain.errors import BadInput, Fault


class Trouble(StrEnum):
    """What may become of a message that left."""

    #: The address did not take it, for good or this time.
    BOUNCE = "bounce"
    #: The reader called it junk.
    COMPLAINT = "complaint"
    #: Somebody refused us or our content, whatever the address: reputation, policy, our own set-up.
    BLOCK = "block"
    #: The receiving server asked us to come again later, at least once.
    DEFERRAL = "deferral"


class Level(StrEnum):
    """How a share stands to its thresholds."""

    #: Too few messages to say anything.
    TOO_FEW = "too_few"
    #: Below the first threshold, as far as one can tell.
    GOOD = "good"
    #: Above the first threshold, or above the second by what may be chance.
    WATCH = "watch"
    #: Surely above the first and measured above the second threshold.
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Threshold:
    """Where a share is worth a look, and where it is bad."""

    watch: float
    bad: float


THRESHOLDS: Mapping[Trouble, Threshold] = {
    Trouble.BOUNCE: Threshold(watch=0.02, bad=0.05),
    Trouble.COMPLAINT: Threshold(watch=0.001, bad=0.003),
    Trouble.BLOCK: Threshold(watch=0.05, bad=0.20),
    Trouble.DEFERRAL: Threshold(watch=0.10, bad=0.30),
}
#: Messages below which a share says nothing, unless it is so high that chance is ruled out.
ENOUGH = 100
#: A channel stops only when so many messages, and so many cases of one trouble, are behind it.
ENOUGH_TO_HALT = 200
CASES_TO_HALT = 5
#: Troubles that stop a channel. A deferral is a request to slow down, and the limiter answers that.
HALTING = (Trouble.COMPLAINT, Trouble.BOUNCE, Trouble.BLOCK)
#: How far back the evidence for a halt goes.
EVIDENCE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Share:
    """Some of many: `cases` of `messages`, with the 95 % interval of Wilson (1927) around the share."""

    cases: int
    messages: int

    @property
    def value(self) -> float:
        """The share measured; 0 where there is no message."""
        return self.cases / self.messages if self.messages else 0.0

    @property
    def low(self) -> float:
        """Below this the true share hardly lies."""
        return self._interval()[0]

    @property
    def high(self) -> float:
        """Above this the true share hardly lies."""
        return self._interval()[1]

    def _interval(self) -> tuple[float, float]:
        if not self.messages:
            return 0.0, 1.0
        z, n, p = 1.959964, self.messages, min(1.0, self.value)
        middle = (p + z * z / (2 * n)) / (1 + z * z / n)
        reach = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        return max(0.0, middle - reach), min(1.0, middle + reach)


def level(trouble: Trouble, share: Share) -> Level:
    """How `share` stands to the thresholds of `trouble`; a small number is never dramatised."""
    limits = THRESHOLDS[trouble]
    if share.messages < ENOUGH and not (share.low >= limits.bad and share.cases >= CASES_TO_HALT):
        return Level.TOO_FEW
    if share.value >= limits.bad and share.low >= limits.watch:
        return Level.BAD
    return Level.WATCH if share.value >= limits.bad or share.low >= limits.watch else Level.GOOD


@dataclass(frozen=True, slots=True)
class Arrivals:
    """What became of the messages of one group (a provider, a destination, a channel).

    Attributes:
        messages: handed over, refused ones included.
        cases: messages that each trouble befell; a message counts once for a trouble.
    """

    messages: int
    cases: Mapping[Trouble, int]

    def share(self, trouble: Trouble) -> Share:
        """Share of the messages that `trouble` befell."""
        return Share(min(self.cases.get(trouble, 0), self.messages), self.messages)

    def level(self, trouble: Trouble) -> Level:
        """How that share stands to its thresholds."""
        return level(trouble, self.share(trouble))


def added(parts: Iterable[Arrivals]) -> Arrivals:
    """Several groups as one."""
    messages, cases = 0, Counter[Trouble]()
    for part in parts:
        messages += part.messages
        cases.update(part.cases)
    return Arrivals(messages, {trouble: cases[trouble] for trouble in Trouble})


class HaltCause(StrEnum):
    """Why a channel stands still."""

    #: Too many complaints, bounces or blocks.
    COMPLAINTS = "complaints"
    BOUNCES = "bounces"
    BLOCKS = "blocks"
    #: The provider does not accept who we are: a wrong or revoked credential, a suspended account.
    CREDENTIAL = "credential"
    #: A member of staff stopped it.
    STAFF = "staff"


_CAUSES = {
    Trouble.COMPLAINT: HaltCause.COMPLAINTS,
    Trouble.BOUNCE: HaltCause.BOUNCES,
    Trouble.BLOCK: HaltCause.BLOCKS,
}
_WORDS = {
    Trouble.COMPLAINT: "reported as junk",
    Trouble.BOUNCE: "bounced",
    Trouble.BLOCK: "blocked by the receivers",
}


@dataclass(frozen=True, slots=True)
class Halt:
    """A channel that must stand still, and why, as a sentence."""

    cause: HaltCause
    reason: str


#: Characters of a reason that staff give.
REASON_LENGTH = 300


def staff_reason(text: str) -> str:
    """What staff wrote as their reason, on one line.

    Raises:
        BadInput: if it is empty or longer than `REASON_LENGTH`.
    """
    said = " ".join(text.replace("\x00", "").split())
    if not said:
        raise BadInput([Fault("form", "is empty", "Say why in a few words.", column="reason")])
    if len(said) > REASON_LENGTH:
        mend = f"Say it in at most {REASON_LENGTH} characters."
        raise BadInput([Fault("form", "is too long", mend, column="reason", value=said)])
    return said


def evidence_since(now: datetime, resumed_at: datetime | None) -> datetime:
    """From when on messages count for a halt: once staff resumed a channel, only what left afterwards does."""
    return max(now - EVIDENCE, resumed_at) if resumed_at else now - EVIDENCE


def wanted_halt(arrivals: Arrivals) -> Halt | None:
    """Whether what became of the messages since `evidence_since` must stop the channel; complaints first.

    A channel halts only when chance can be ruled out: the whole interval lies above the first threshold and the share
    itself above the second, on `ENOUGH_TO_HALT` messages and `CASES_TO_HALT` cases. Nothing starts it again but staff.
    """
    if arrivals.messages < ENOUGH_TO_HALT:
        return None
    for trouble in HALTING:
        share = arrivals.share(trouble)
        if share.cases >= CASES_TO_HALT and arrivals.level(trouble) is Level.BAD:
            return Halt(
                _CAUSES[trouble],
                f"{share.cases} of {share.messages} messages ({share.value:.2%}) were {_WORDS[trouble]}; "
                f"the limit is {THRESHOLDS[trouble].bad:.1%}",
            )
    return None
