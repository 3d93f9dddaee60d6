"""Gaps between the languages of the audience and those of an edition."""

from outreach.domain.content_rules.facts import Draft, LinkUse, fingerprint
from outreach.domain.content_rules.locales import differing_links, locale_findings
from outreach.domain.content_rules.words import message
from tests.domain.content_rules.sheets import a_draft, a_manuscript, codes, some_facts


def test_a_language_without_a_text_is_an_error_that_counts_its_readers() -> None:
    (finding,) = locale_findings(a_manuscript("en", readers={"en": 10, "cy": 3}))
    assert codes([finding]) == ["error locale.missing"]
    assert message(finding) == "There is no text in cy. Contacts who read it: 3. They would get en."


def test_a_gap_that_staff_agreed_to_is_a_note() -> None:
    manuscript = a_manuscript("en", readers={"cy": 3}, on_purpose=frozenset({"cy"}))
    assert codes(locale_findings(manuscript)) == ["note locale.falls_back"]


def test_an_empty_draft_is_no_text() -> None:
    drafts = {"en": a_draft(), "cy": a_draft("cy", body=" \n")}
    assert codes(locale_findings(a_manuscript(drafts=drafts, readers={"cy": 1}))) == ["error locale.missing"]


def test_regions_read_the_language_they_belong_to() -> None:
    assert codes(locale_findings(a_manuscript("en", "de", readers={"de-AT": 2, "en-GB": 5}))) == []


def test_a_language_the_business_does_not_write_in_is_a_note() -> None:
    assert codes(locale_findings(a_manuscript("en", readers={"pl": 2}))) == ["note locale.unspoken"]


def test_without_the_default_text_others_would_get_nothing() -> None:
    assert codes(locale_findings(a_manuscript("de", readers={"de": 2, "en": 1}))) == ["error locale.nothing"]


def test_emptying_what_readers_still_get_is_an_error() -> None:
    drafts = {"en": a_draft(), "cy": a_draft("cy", body="")}
    manuscript = a_manuscript(drafts=drafts, published=frozenset({"en", "cy"}))
    assert codes(locale_findings(manuscript)) == ["error locale.emptied"]


def test_a_text_that_leads_elsewhere_is_shown_with_what_differs() -> None:
    texts = {
        "cy": some_facts("cy", links=(LinkUse("https://x.example/", 2),)),
        "en": some_facts("en", links=(LinkUse("https://y.example/", 1),)),
    }
    (finding,) = differing_links(a_manuscript("en", "cy"), texts)
    assert (finding.locale, finding.block) == ("cy", 2)
    assert finding.values["extra"] == "https://x.example/"
    assert finding.values["lacking"] == "https://y.example/"


def test_the_same_links_in_another_order_are_the_same() -> None:
    one, two = LinkUse("https://x.example/", 1), LinkUse("https://y.example/", 2)
    texts = {"en": some_facts("en", links=(one, two)), "cy": some_facts("cy", links=(two, one, one))}
    assert list(differing_links(a_manuscript("en", "cy"), texts)) == []


def test_a_fingerprint_names_the_words_and_the_gaps_and_nothing_else() -> None:
    drafts = [a_draft("en"), a_draft("de")]
    name = fingerprint(drafts, falling_back=["cy"])
    assert name == fingerprint(reversed(drafts), falling_back=["cy"])
    assert name == fingerprint([*drafts, a_draft("fr", body="  ")], falling_back=["cy"])
    assert name != fingerprint(drafts, falling_back=[])
    assert name != fingerprint([a_draft("en", subject="Else"), a_draft("de")], falling_back=["cy"])
    assert fingerprint([Draft("en", "ab", "c", "x")], falling_back=[]) != fingerprint(
        [Draft("en", "a", "bc", "x")], falling_back=[]
    )
