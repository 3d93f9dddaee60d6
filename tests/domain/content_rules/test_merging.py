"""Merge fields whose data somebody lacks, and fields that come and go."""

from outreach.domain.content_rules.facts import FieldUse, Lacking, ReaderGroup
from outreach.domain.content_rules.findings import Part
from outreach.domain.content_rules.merging import field_findings
from outreach.domain.content_rules.words import message
from tests.domain.content_rules.sheets import a_manuscript, codes, some_facts

READERS = (
    ReaderGroup("en", 10, {"contact.company": Lacking(2, "C7")}),
    ReaderGroup("pl", 5, {"contact.company": Lacking(1, "C9")}),
    ReaderGroup("de", 5, {"contact.company": Lacking(4, "C8")}),
)


def company(default: str = "", *, guarded: bool = False) -> FieldUse:
    return FieldUse("contact.company", default, Part.BODY, 3, guarded)


def test_a_field_without_default_counts_the_readers_of_this_text_who_lack_it() -> None:
    manuscript = a_manuscript("en", "de", groups=READERS)
    (finding,) = field_findings(manuscript, some_facts("en", fields=(company(),)))
    assert (finding.level, finding.block) == ("error", 3)
    assert message(finding) == (
        "contact.company is empty for some readers and has no default. Contacts: 3, for instance C7."
    )


def test_a_default_or_a_condition_is_enough() -> None:
    manuscript = a_manuscript("en", groups=READERS)
    assert codes(field_findings(manuscript, some_facts(fields=(company("your place"), company(guarded=True))))) == []


def test_fields_that_are_new_or_gone_since_the_last_edition_are_notes() -> None:
    manuscript = a_manuscript(earlier_fields={"en": frozenset({"contact.first_name"})})
    found = list(field_findings(manuscript, some_facts(fields=(company("x"), company("y")))))
    assert codes(found) == ["note field.added", "note field.removed"]
    assert [finding.values["field"] for finding in found] == ["contact.company", "contact.first_name"]


def test_a_first_edition_has_nothing_to_compare_with() -> None:
    assert codes(field_findings(a_manuscript(), some_facts(fields=(company("x"),)))) == []
