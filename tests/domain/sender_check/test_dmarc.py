"""DMARC policies, and whether what we send agrees with the From address."""

from dataclasses import replace

import pytest

from outreach.domain.sender_check.records import CheckLevel, Fate, Part, Publish
from tests.domain.sender_check.worlds import SETUP, of_part, worst

NAME = "_dmarc.hearth.example TXT"
RUA = "rua=mailto:dmarc@hearth.example"


def test_a_sound_policy_is_told_in_words_and_so_is_what_passes_it() -> None:
    policy, alignment = of_part(Part.DMARC, {})
    assert policy.words.startswith("The policy at _dmarc.hearth.example is none: receivers only watch")
    assert alignment.words == (
        "Our mail passes DMARC by SPF (hearth.example) and by DKIM (hearth.example), which agree with the From address."
    )


def test_no_record_is_an_error_with_one_to_publish() -> None:
    (finding,) = of_part(Part.DMARC, {NAME: Fate.NO_SUCH_NAME})
    assert finding.level is CheckLevel.ERROR
    assert finding.publish == Publish("_dmarc.hearth.example", "TXT", f"v=DMARC1; p=none; {RUA}")


@pytest.mark.parametrize(
    ("record", "level", "words"),
    [
        (f"v=DMARC1; p=quarantine; {RUA}", CheckLevel.OK, "quarantine"),
        (f"v=DMARC1; p=REJECT; {RUA}", CheckLevel.OK, "reject"),
        ("v=DMARC1; p=none", CheckLevel.WARNING, "nobody to be told"),
        (f"v=DMARC1; p=reject; pct=20; {RUA}", CheckLevel.WARNING, "on 20 %"),
        ("v=DMARC1; p=none; rua=dmarc@hearth.example", CheckLevel.WARNING, "no mailto"),
        (f"v=DMARC1; {RUA}", CheckLevel.ERROR, "names no policy"),
        (f"v=DMARC1; p=block; {RUA}", CheckLevel.ERROR, "names no policy"),
        ("v=DMARC1; p=none; p=reject", CheckLevel.ERROR, "cannot be read"),
    ],
)
def test_a_record_is_judged(record: str, level: CheckLevel, words: str) -> None:
    found = of_part(Part.DMARC, {NAME: [record]})
    assert worst(found).level is level
    assert any(words in one.words for one in found)


def test_two_records_count_as_none() -> None:
    (finding,) = of_part(Part.DMARC, {NAME: ["v=DMARC1; p=none", "v=DMARC1; p=reject"]})
    assert "2 records" in finding.words


def test_whom_to_tell_is_added_to_the_record_there_is() -> None:
    finding = worst(of_part(Part.DMARC, {NAME: ["v=DMARC1; p=reject;"]}))
    assert finding.publish == Publish("_dmarc.hearth.example", "TXT", f"v=DMARC1; p=reject; {RUA}")


def test_a_part_of_a_domain_inherits_its_policy() -> None:
    setup = replace(SETUP, from_domain="news.hearth.example", signs_as="hearth.example", return_path="b.hearth.example")
    world = {NAME: [f"v=DMARC1; p=reject; sp=quarantine; {RUA}"]}
    policy, alignment = of_part(Part.DMARC, world, setup)
    assert "is quarantine" in policy.words
    assert "SPF (b.hearth.example) and by DKIM (hearth.example)" in alignment.words


def test_the_policy_of_a_public_suffix_is_not_ours() -> None:
    setup = replace(SETUP, from_domain="hearth.bank.example")
    (finding,) = of_part(Part.DMARC, {"_dmarc.bank.example TXT": ["v=DMARC1; p=reject; psd=y"]}, setup)
    assert "has no DMARC record" in finding.words


@pytest.mark.parametrize(
    ("return_path", "signs_as", "record", "passes_by"),
    [
        ("hearth.example", "", "", "SPF (hearth.example)"),
        ("bounces.hearth.example", "", "", "SPF (bounces.hearth.example)"),
        ("bounces.hearth.example", "", "; aspf=s", None),
        ("vendor.example", "hearth.example", "; adkim=s", "DKIM (hearth.example)"),
        ("vendor.example", "mail.hearth.example", "; adkim=s", None),
        ("vendor.example", "vendor.example", "", None),
        ("nothearth.example", "", "", None),
        ("vendor.example", "", "", None),
    ],
)
def test_one_proof_must_agree_with_the_from_address(
    return_path: str, signs_as: str, record: str, passes_by: str | None
) -> None:
    setup = replace(SETUP, return_path=return_path, signs_as=signs_as, selectors=())
    finding = of_part(Part.DMARC, {NAME: [f"v=DMARC1; p=none; {RUA}{record}"]}, setup)[-1]
    assert (finding.level is CheckLevel.OK) == (passes_by is not None)
    assert (passes_by or "so our mail fails DMARC") in finding.words


def test_reports_go_only_to_domains_that_agreed() -> None:
    world = {NAME: ["v=DMARC1; p=none; rua=mailto:a@reports.example!10m"]}
    finding = worst(of_part(Part.DMARC, world))
    assert finding.publish == Publish("hearth.example._report._dmarc.reports.example", "TXT", "v=DMARC1")
    agreed = world | {"hearth.example._report._dmarc.reports.example TXT": ["v=DMARC1;"]}
    assert worst(of_part(Part.DMARC, agreed)).level is CheckLevel.OK


@pytest.mark.parametrize("fate", [Fate.SERVER_FAILED, Fate.TIMED_OUT])
def test_what_could_not_be_looked_up_is_unknown(fate: Fate) -> None:
    (finding,) = of_part(Part.DMARC, {NAME: fate})
    assert finding.level is CheckLevel.UNKNOWN
