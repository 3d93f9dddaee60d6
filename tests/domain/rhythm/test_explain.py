"""Every reason has a sentence, and every sentence reads well."""

import ast
from pathlib import Path
from string import Formatter

import pytest

from outreach.domain.reason import Reason
from outreach.domain.rhythm.codes import Code
from outreach.domain.rhythm.explain import SENTENCES, day, days, sentence

#: Something for every number that any sentence asks for.
DAYS = dict.fromkeys(("since", "gap", "rhythm", "max_gap", "min_gap", "cap_days", "gap_before", "gap_after"), 13.04)
DATES = dict.fromkeys(
    (
        *("due", "famine", "opening", "until", "next", "slot", "opens", "closed", "opened", "returns", "on", "at"),
        *("began", "first", "last_on", "unusual", "from", "to"),
    ),
    "2026-04-03",
)
WORDS = dict.fromkeys(
    ("last", "season", "campaign", "message", "winner", "why", "services", "span", "journey", "boss"), "spring letter"
)
COUNTS = dict.fromkeys(
    ("silences", "attempts", "times", "answered_before", "asked_before", "answered_since", "asked_since"), 4
)
NUMBERS = {
    **DAYS,
    **DATES,
    **WORDS,
    **COUNTS,
    "cap_loads": 5.0,
    "interval": 31.0,
    "silence": 74,
    "does": "Buys",
    "did": "Bought",
}


@pytest.mark.parametrize("code", Code)
def test_every_code_has_a_sentence_that_reads_well(code: Code) -> None:
    text = sentence(Reason(code, NUMBERS))
    assert not text[0].islower()
    assert text.endswith(".")
    assert "{" not in text
    assert text.count("(") == text.count(")")


def test_no_sentence_stands_without_a_code() -> None:
    assert set(SENTENCES) == set(Code)


def test_every_code_written_anywhere_in_the_product_has_a_sentence(root: Path) -> None:
    written = {
        str(call.args[0].value)
        for folder in ("outreach", "workers")
        for file in (root / folder).rglob("*.py")
        for call in ast.walk(ast.parse(file.read_text()))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id == "Reason"
        and call.args
        and isinstance(call.args[0], ast.Constant)
    }
    assert written <= set(SENTENCES)


def test_every_number_of_a_sentence_is_known_here() -> None:
    asked = {name for template in SENTENCES.values() for _, name, _, _ in Formatter().parse(template) if name}
    assert asked == set(NUMBERS)


def test_a_due_touch_is_told_in_days() -> None:
    reason = Reason(Code.DUE_RHYTHM, {"since": 13.04, "last": "the newsletter", "rhythm": 12.4})
    assert sentence(reason) == "13 days since the newsletter; this contact's rhythm is 12.4 days."


def test_a_sentence_may_begin_with_a_name_in_small_letters() -> None:
    reason = Reason(Code.WAIT_CLOSED, {"season": "lambing", "opening": "2026-05-01"})
    assert sentence(reason) == "Lambing (closed): the next opening is on 1 May 2026."


@pytest.mark.parametrize(("count", "text"), [(1.0, "1 day"), (0.96, "1 day"), (12.35, "12.3 days"), (14.0, "14 days")])
def test_days_have_one_decimal_at_most(count: float, text: str) -> None:
    assert days(count) == text


def test_an_instant_is_told_as_its_day() -> None:
    assert day("2026-04-03T09:00:00+00:00") == "3 April 2026"


def test_an_unknown_code_is_an_error_and_not_an_empty_sentence() -> None:
    with pytest.raises(KeyError):
        sentence(Reason("due.nothing"))
