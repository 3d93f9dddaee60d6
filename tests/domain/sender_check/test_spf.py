"""SPF records of every kind."""

from dataclasses import replace

import pytest

from outreach.domain.sender_check.records import CheckLevel, Fate, Part, Publish
from tests.domain.sender_check.worlds import SETUP, World, of_part, worst

NAME = "hearth.example TXT"


def spf(record: str, **others: str) -> World:
    return {NAME: [record]} | {f"{name}.example TXT": [value] for name, value in others.items()}


def test_a_sound_record_says_whom_it_names_and_what_it_costs() -> None:
    (finding,) = of_part(Part.SPF, {})
    assert finding.level is CheckLevel.OK
    assert finding.words == "The SPF record of hearth.example is sound and names relay.example (1 of 10 lookups)."


def test_no_record_is_an_error_with_one_to_publish() -> None:
    (finding,) = of_part(Part.SPF, {NAME: ["something else"]})
    assert finding.level is CheckLevel.ERROR
    assert finding.publish == Publish("hearth.example", "TXT", "v=spf1 include:relay.example ~all")


def test_two_records_are_merged_into_one_to_publish() -> None:
    (finding,) = of_part(
        Part.SPF, {NAME: ["v=spf1 include:relay.example -all", "v=spf1 mx include:other.example ?all"]}
    )
    assert "2 SPF records" in finding.words
    assert finding.publish is not None
    assert finding.publish.value == "v=spf1 include:relay.example mx include:other.example ~all"


@pytest.mark.parametrize("record", ["v=spf10 +all", "v=spf2.0/pra ~all", "x v=spf1 ~all"])
def test_what_only_looks_like_spf_is_none(record: str) -> None:
    assert "has no SPF record" in of_part(Part.SPF, {NAME: [record]})[0].words


def test_a_provider_that_is_not_named_is_put_in_front() -> None:
    finding = worst(of_part(Part.SPF, spf("v=spf1 mx ~all")))
    assert (finding.level, "does not name relay.example" in finding.words) == (CheckLevel.ERROR, True)
    assert finding.publish == Publish("hearth.example", "TXT", "v=spf1 include:relay.example mx ~all")


def test_a_provider_deep_in_the_tree_is_named() -> None:
    world = spf("v=spf1 include:a.example ~all", a="v=spf1 include:b.example ~all", b="v=spf1 redirect=relay.example")
    (finding,) = of_part(Part.SPF, world)
    assert (finding.level, "3 of 10" in finding.words) == (CheckLevel.OK, True)


@pytest.mark.parametrize(
    ("term", "named"),
    [
        ("ip4:192.0.2.0/24", True),
        ("ip4:192.0.2.77", True),
        ("ip4:198.51.100.0/24", False),
        ("a:mail.hearth.example", True),
        ("mx", True),
        ("a", False),
        ("include:net.example", True),
    ],
)
def test_an_address_is_named_by_whatever_leads_to_it(term: str, named: bool) -> None:
    setup = replace(SETUP, spf_needs=("192.0.2.77",))
    world = spf(f"v=spf1 {term} ~all", net="v=spf1 ip4:192.0.2.64/26 ~all") | {"mail.hearth.example A": ["192.0.2.77"]}
    found = of_part(Part.SPF, world, setup)
    assert (worst(found).level is CheckLevel.OK) == named
    assert named or worst(found).publish == Publish("hearth.example", "TXT", f"v=spf1 ip4:192.0.2.77 {term} ~all")


def test_an_address_of_the_new_kind_is_named_by_its_own_term() -> None:
    setup = replace(SETUP, spf_needs=("2001:db8::7",))
    assert worst(of_part(Part.SPF, spf("v=spf1 ip6:2001:db8::/32 -all"), setup)).level is CheckLevel.OK
    missing = worst(of_part(Part.SPF, spf("v=spf1 -all"), setup))
    assert missing.publish is not None
    assert missing.publish.value == "v=spf1 ip6:2001:db8::7 -all"


@pytest.mark.parametrize(
    ("ending", "level", "words"),
    [
        ("-all", CheckLevel.OK, "sound"),
        ("~all", CheckLevel.OK, "sound"),
        ("?all", CheckLevel.WARNING, "takes back"),
        ("+all", CheckLevel.ERROR, "whole world"),
        ("all", CheckLevel.ERROR, "whole world"),
        ("ALL", CheckLevel.ERROR, "whole world"),
        ("", CheckLevel.WARNING, "has no end"),
    ],
)
def test_the_end_of_a_record_counts(ending: str, level: CheckLevel, words: str) -> None:
    finding = worst(of_part(Part.SPF, spf(f"v=spf1 include:relay.example {ending}")))
    assert (finding.level, words in finding.words) == (level, True)
    if level is not CheckLevel.OK:
        assert finding.publish is not None
        assert finding.publish.value == "v=spf1 include:relay.example ~all"


@pytest.mark.parametrize(("includes", "level"), [(9, CheckLevel.OK), (10, CheckLevel.ERROR), (40, CheckLevel.ERROR)])
def test_receivers_look_up_ten_times_and_no_more(includes: int, level: CheckLevel) -> None:
    many = " ".join(f"include:n{number}.example" for number in range(includes))
    others = {f"n{number}": "v=spf1 ip4:192.0.2.1 ~all" for number in range(includes)}
    finding = worst(of_part(Part.SPF, spf(f"v=spf1 include:relay.example {many} ~all", **others)))
    assert finding.level is level
    assert level is CheckLevel.OK or "receivers stop at 10" in finding.words


def test_a_chain_of_includes_comes_to_an_end() -> None:
    others = {f"n{number}": f"v=spf1 include:n{number + 1}.example ~all" for number in range(60)}
    finding = worst(of_part(Part.SPF, spf("v=spf1 include:relay.example include:n0.example ~all", **others)))
    assert "receivers stop at 10" in finding.words


def test_a_circle_is_an_error() -> None:
    world = spf("v=spf1 include:relay.example include:a.example ~all", a="v=spf1 include:hearth.example ~all")
    assert any("in a circle" in one.words for one in of_part(Part.SPF, world))


def test_an_include_without_a_record_breaks_the_whole() -> None:
    found = of_part(Part.SPF, spf("v=spf1 include:relay.example include:gone.example ~all"))
    assert [one.level for one in found] == [CheckLevel.ERROR]
    assert "includes gone.example, which has no SPF record" in found[0].words


@pytest.mark.parametrize("term", ["ipv4:192.0.2.1", "ip4:192.0.2.300", "192.0.2.1", "includes:relay.example", "ip6:zz"])
def test_what_is_no_spf_is_named(term: str) -> None:
    found = of_part(Part.SPF, spf(f"v=spf1 include:relay.example {term} ~all"))
    assert [(one.level, term in one.words) for one in found] == [(CheckLevel.ERROR, True)]


def test_ptr_is_advised_against() -> None:
    assert "RFC 7208 5.5" in worst(of_part(Part.SPF, spf("v=spf1 include:relay.example ptr ~all"))).words


def test_macros_and_unknown_modifiers_are_let_pass() -> None:
    world = spf("v=spf1 include:relay.example exists:%{i}.list.example include:%{d}.x.example exp=why.example ~all")
    assert worst(of_part(Part.SPF, world)).level is CheckLevel.OK


@pytest.mark.parametrize(
    ("fate", "words"), [(Fate.SERVER_FAILED, "SERVFAIL"), (Fate.TIMED_OUT, "no name server answered in time")]
)
@pytest.mark.parametrize("name", [NAME, "relay.example TXT"])
def test_what_could_not_be_looked_up_is_unknown_and_no_fault(fate: Fate, words: str, name: str) -> None:
    found = of_part(Part.SPF, {name: fate})
    assert worst(found).level is CheckLevel.UNKNOWN
    assert words in worst(found).words


def test_a_gap_in_a_domain_that_is_not_our_return_path_is_only_worth_a_warning() -> None:
    setup = replace(SETUP, spf_needs=("sendgrid.net",))
    assert worst(of_part(Part.SPF, {}, setup)).level is CheckLevel.WARNING
