"""Merge fields: two forms and eight names; everything else of Jinja is refused where it stands."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.domain.errors import BadInput
from outreach.rendering.merge import NAMES, Field, check_text, pieces


def test_text_and_fields_come_apart_in_order() -> None:
    text = 'Hello {{ contact.first_name | default("there") }}, call {{ business.phone }}.'
    assert pieces(text) == (
        "Hello ",
        Field("contact.first_name", "there"),
        ", call ",
        Field("business.phone"),
        ".",
    )


@pytest.mark.parametrize("name", NAMES)
def test_every_offered_name_is_allowed(name: str) -> None:
    assert check_text(f"{{{{ {name} }}}}", place="mail") == []


@pytest.mark.parametrize(
    "hostile",
    [
        "{{ contact.shoe_size }}",
        "{{ contact }}",
        "{{ contact.first_name.upper() }}",
        "{{ contact.first_name | upper }}",
        "{{ contact.first_name | default(business.name) }}",
        "{{ contact['first_name'] }}",
        "{{ contact.first_name|attr('__class__') }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ 7 * 7 }}",
        "{{ range(10**9) }}",
        "{{ 'a' * 10**9 }}",
        "{% for x in range(9) %}x{% endfor %}",
        "{% set x = 1 %}",
        "{% include 'secrets' %}",
        "{# a comment #}",
        "{% raw %}x{% endraw %}",
        "{{ contact.first_name",
        "{{ }}",
        "{{ self }}",
        "{{ ٣.٣ }}",
        "{{ " + "9" * 5_000 + " }}",
        "{{ contact.first_name | default('a\\nb') }}",
        "{{ contact.first_name | default('a', true) }}",
        "{{ contact.first_name | default('a') | default('b') }}",
        "{{ contact.first_name | center(999999999) }}",
        "{{ '%999999999s' % 1 }}",
        "{{ contact.first_name ~ contact.last_name }}",
        "{{ contact.first_name if contact.last_name }}",
        "{{ lipsum() }}",
        "{{- contact.first_name -}}",
        "{{\ncontact.first_name }}",
        "{% macro m() %}{{ m() }}{% endmacro %}",
        "{#",
        # Deep enough to overflow the parser's own stack, if it were asked.
        "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}",
        "{{ " + "-" * 5000 + "1 }}",
        # Numbers that Python itself refuses to read: digits of another script, thousands of digits.
        "{{ \u06631e5 }}",
        "{{ " + "1" * 5000 + " }}",
        # What stands for a slot while a text is laid out.
        "OUTREACHSLOT0X",
    ],
    ids=lambda text: text[:40],
)
def test_everything_else_is_refused_with_line_and_column(hostile: str) -> None:
    (fault, *_) = check_text("First line.\nHello " + hostile, place="tips/tip-01.en.md", first_line=5)
    assert (fault.place, fault.line, fault.column) == ("tips/tip-01.en.md", 6, "column 7")
    with pytest.raises(BadInput):
        pieces(hostile)


def test_the_mend_lists_the_names_that_are_allowed() -> None:
    (fault,) = check_text("{{ contact.nickname }}", place="mail")
    assert all(name in fault.mend for name in NAMES)


@given(text=st.text(alphabet=st.sampled_from("{}%# |().contact_first\n\"'ab"), max_size=60))
def test_no_text_at_all_makes_the_check_fail(text: str) -> None:
    faults = check_text(text, place="mail")
    if not faults:
        rebuilt = "".join(piece if isinstance(piece, str) else "{{" for piece in pieces(text))
        assert text.count("{{") == rebuilt.count("{{")


@given(
    text=st.lists(
        st.one_of(
            st.sampled_from(
                [
                    *("{{", "}}", "{%", "%}", "{#", "#}", "-", "+", "raw", "endraw", " ", "|", "default", "(", ")"),
                    *('"', "'", "\\", "\n", "\r", "\u2028", "contact.first_name", "1", "1e5", "0x", "\u0663", "["),
                ]
            ),
            st.text(max_size=4),
        ),
        max_size=14,
    ).map("".join)
)
@settings(max_examples=300)
def test_every_text_is_either_sound_or_told_where_it_is_not(text: str) -> None:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    faults = check_text(text, place="mail")
    for fault in faults:
        assert fault.line is not None
        assert 1 <= int(fault.column.removeprefix("column ")) <= len(lines[fault.line - 1]) + 1
    if faults:
        with pytest.raises(BadInput):
            pieces(text)
    else:
        assert all(piece.name in NAMES for piece in pieces(text) if isinstance(piece, Field))


def test_every_fault_of_a_text_is_named_not_just_the_first() -> None:
    faults = check_text("{{ a }}\n{{ contact.company }} {{ b }}", place="mail")
    assert [(fault.line, fault.column) for fault in faults] == [(1, "column 1"), (2, "column 23")]
