"""Questions to name servers, their answers, and what is found in them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class RecordType(StrEnum):
    """Kinds of record that a check asks for."""

    TXT = "TXT"
    MX = "MX"
    A = "A"
    AAAA = "AAAA"
    PTR = "PTR"


@dataclass(frozen=True, slots=True, order=True)
class Question:
    """A name and the records wanted of it; lower case, without the final dot."""

    name: str
    type: RecordType


class Fate(StrEnum):
    """What became of a question."""

    #: There are such records.
    FOUND = "found"
    #: The name does not exist (NXDOMAIN).
    NO_SUCH_NAME = "no_such_name"
    #: The name exists and has no such record.
    NO_RECORD = "no_record"
    #: The name servers answer with a failure (SERVFAIL, REFUSED, or nonsense).
    SERVER_FAILED = "server_failed"
    #: Nobody answered in time.
    TIMED_OUT = "timed_out"


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a question, and the records as text: TXT joined, MX as "10 mail.example"."""

    fate: Fate
    records: tuple[str, ...] = ()

    @property
    def is_known(self) -> bool:
        """Whether the name servers said yes or no."""
        return self.fate not in (Fate.SERVER_FAILED, Fate.TIMED_OUT)


class Part(StrEnum):
    """What a finding is about."""

    SPF = "spf"
    DKIM = "dkim"
    DMARC = "dmarc"
    MX = "mx"
    PTR = "ptr"


class CheckLevel(StrEnum):
    """How much a finding weighs."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"
    #: It could not be looked up; nothing follows from that.
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Publish:
    """A record to publish, to be copied: name, type and value as a name server's form asks for them."""

    name: str
    type: str
    value: str


@dataclass(frozen=True, slots=True)
class CheckFinding:
    """One thing found, as a plain sentence, with the record that mends it where one does."""

    part: Part
    level: CheckLevel
    words: str
    publish: Publish | None = None


@dataclass(slots=True)
class Inquiry:
    """Reads answers and notes what was asked and is not answered yet."""

    answers: Mapping[Question, Answer]
    wanted: set[Question] = field(default_factory=set)

    def ask(self, name: str, type_: RecordType) -> Answer | None:
        """The answer; None if it has still to be looked up."""
        question = Question(name.rstrip(".").lower(), type_)
        if question not in self.answers:
            self.wanted.add(question)
        return self.answers.get(question)


def tags(record: str) -> dict[str, str] | None:
    """A tag list "v=...; p=..." (RFC 6376 3.2), names in lower case; None if it is none or says a tag twice."""
    found: dict[str, str] = {}
    for part in record.strip().rstrip(";").split(";"):
        name, is_pair, value = part.partition("=")
        name = name.strip().lower()
        if not is_pair or not name or name in found:
            return None
        found[name] = value.strip()
    return found


def could_not_ask(part: Part, name: str, answer: Answer) -> CheckFinding:
    """The finding for a question to which nobody said yes or no."""
    why = (
        "no name server answered in time"
        if answer.fate is Fate.TIMED_OUT
        else "its name servers answered with a failure (SERVFAIL)"
    )
    words = f"{name} could not be looked up: {why}. Try again later; nothing was concluded."
    return CheckFinding(part, CheckLevel.UNKNOWN, words)
