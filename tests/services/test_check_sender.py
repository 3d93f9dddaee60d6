"""The sender's check from the questions to what is kept."""

from collections.abc import Collection
from dataclasses import dataclass, field

from outreach.domain.sender_check.judge import setup_for
from outreach.domain.sender_check.records import Answer, CheckLevel, Fate, Part, Question, RecordType
from outreach.queueing.kept_checks import load_check
from outreach.queueing.rq import JobQueue
from outreach.queueing.scratchpad import Scratchpad
from outreach.services.check_sender import MOST_ROUNDS, check_sender
from tests.factories import NOW

SETUP = setup_for("smtp", "carys@hearth.example", spf_needs=("relay.example",))


@dataclass
class Lookup:
    """Name servers that know a few texts; notes every question."""

    texts: dict[str, str]
    asked: list[Question] = field(default_factory=list)

    def ask(self, questions: Collection[Question]) -> dict[Question, Answer]:
        self.asked += questions
        return {one: self.answer(one) for one in questions}

    def answer(self, question: Question) -> Answer:
        text = self.texts.get(question.name) if question.type is RecordType.TXT else None
        return Answer(Fate.FOUND, (text,)) if text else Answer(Fate.NO_SUCH_NAME)


class EndlessLookup(Lookup):
    """Name servers whose every answer leads to another name."""

    def answer(self, question: Question) -> Answer:
        return Answer(Fate.FOUND, (f"v=spf1 include:x{len(self.asked)}.example ~all",))


def test_it_follows_includes_and_asks_nothing_twice(queue: JobQueue) -> None:
    lookup = Lookup({"hearth.example": "v=spf1 include:relay.example ~all", "relay.example": "v=spf1 -all"})
    checked = check_sender(setup=SETUP, lookup=lookup, scratchpad=Scratchpad(queue.redis), now=NOW)
    assert [one.level for one in checked.findings if one.part is Part.SPF] == [CheckLevel.OK]
    assert len(lookup.asked) == len(set(lookup.asked))


def test_what_was_found_is_kept_as_it_was(queue: JobQueue) -> None:
    pad = Scratchpad(queue.redis)
    checked = check_sender(setup=SETUP, lookup=Lookup({}), scratchpad=pad, now=NOW)
    assert any(one.publish for one in checked.findings)
    assert load_check(pad, "hearth.example") == checked
    assert load_check(pad, "other.example") is None


def test_endless_records_end_the_check_with_a_verdict(queue: JobQueue) -> None:
    lookup = EndlessLookup({})
    checked = check_sender(setup=SETUP, lookup=lookup, scratchpad=Scratchpad(queue.redis), now=NOW)
    assert any("receivers stop at 10" in one.words for one in checked.findings if one.part is Part.SPF)
    assert len(lookup.asked) < 10 * MOST_ROUNDS
