"""All rules together, and the sentences they are told in."""

import re

import pytest

from outreach.domain.content_rules.facts import LinkUse, SmsFacts, TextFault
from outreach.domain.content_rules.findings import Finding, FindingCode, Level, Part
from outreach.domain.content_rules.judge import hinders, judge, needs_reason
from outreach.domain.content_rules.words import SENTENCES, mend, message
from tests.domain.content_rules.sheets import URL, a_draft, a_manuscript, codes, some_facts


def test_what_weighs_most_comes_first() -> None:
    fault = TextFault(FindingCode.FIELD_REFUSED, Part.BODY, "is no field", "Write one.", 2, "{{ x }}")
    text = some_facts(draft=a_draft(subject="FROST FROST FROST"), faults=(fault,), links=(LinkUse(URL, 1),), asks=False)
    found = judge(a_manuscript(), {"en": text})
    assert codes(found) == [
        "error field.refused",
        "warning subject.capitals",
        "note link.unchecked",
        "note purpose.no_question",
    ]
    assert message(found[0]) == "“{{ x }}”: is no field."
    assert mend(found[0]) == "Write one."
    assert hinders(found)
    assert not needs_reason(found)


def test_more_about_ourselves_than_the_limit_needs_a_reason() -> None:
    assert not needs_reason(judge(a_manuscript(), {"en": some_facts(about_us=0.3)}))
    found = judge(a_manuscript(), {"en": some_facts(about_us=0.31)})
    assert needs_reason(found)
    assert not hinders(found)
    assert message(found[0]) == "31 % of the words are about ourselves, more than 30 %."


def test_a_text_message_is_judged_by_its_segments_and_not_by_a_subject() -> None:
    text = some_facts(draft=a_draft(subject=""), sms=SmsFacts(3, "UCS-2", author_says_stop=False), asks=False)
    found = judge(a_manuscript(channel="sms", segment_price=0.04, currency="GBP"), {"en": text})
    assert codes(found) == ["warning text.segments", "note text.opt_out", "note text.cost"]
    assert message(found[2]) == "It costs about 1.20 GBP. Contacts: 10, segments: 3."


def test_without_a_price_nothing_is_said_about_the_cost() -> None:
    text = some_facts(draft=a_draft(subject=""), sms=SmsFacts(1, "GSM-7", author_says_stop=True))
    assert judge(a_manuscript(channel="sms"), {"en": text}) == ()


@pytest.mark.parametrize("code", FindingCode)
def test_every_finding_has_its_sentences(code: FindingCode) -> None:
    sentence = SENTENCES[code]
    names = re.findall(r"%\((\w+)\)s", sentence.message + sentence.mend)
    finding = Finding(Level.NOTE, code, values=dict.fromkeys(names, "x"))
    assert message(finding)[-1] == "."
    assert mend(finding)
