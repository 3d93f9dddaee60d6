"""Forty hostile letters: each is refused where it stands, before anything of it runs."""

import pytest

from outreach.domain.content import EditionText
from outreach.rendering.merge import check_text
from outreach.rendering.renderer import Renderer

REFUSED = {
    "a loop in a loop in a loop": "{% for a in range(9999) %}{% for b in range(9999) %}x{% endfor %}{% endfor %}",
    "a loop over everything": "{% for x in contact %}{{ x }}{% endfor %}",
    "a recursive loop": "{% for x in y recursive %}{{ loop(x) }}{% endfor %}",
    "a huge range": "{{ range(10**9) | list }}",
    "a huge width by a filter": "{{ contact.first_name | center(999999999) }}",
    "a huge width by a format": "{{ '%999999999s' % contact.first_name }}",
    "a huge width by the other format": "{{ '{:999999999}'.format(1) }}",
    "a huge width by justifying": "{{ contact.first_name.ljust(999999999) }}",
    "a huge width by indenting": "{{ contact.first_name | indent(999999999) }}",
    "a word repeated": "{{ contact.first_name * 10**9 }}",
    "a list repeated": "{{ [1] * 10**9 }}",
    "a power of powers": "{{ 9**9**9 }}",
    "a number too long to read": "{{ " + "9" * 25_000 + " }}",
    "a number of another script": "{{ \u0663.\u0663 }}",
    "brackets beyond the stack": "{{ " + "(" * 9_000 + ")" * 9_000 + " }}",
    "signs beyond the stack": "{{ " + "-" * 9_000 + "1 }}",
    "lists beyond the stack": "{{ " + "[" * 9_000 + "]" * 9_000 + " }}",
    "filters beyond the stack": "{{ contact.first_name" + " | default('x')" * 1_500 + " }}",
    "attributes beyond the stack": "{{ contact" + ".a" * 9_000 + " }}",
    "blocks beyond the stack": "{% if x %}" * 1_200 + "{% endif %}" * 1_200,
    "a macro that calls itself": "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "a block that is itself": "{% block a %}{{ self.a() }}{% endblock %}",
    "an included file": "{% include '/etc/passwd' %}",
    "an imported file": "{% import 'riders.html' as r %}",
    "a parent": "{% extends 'frame.mjml' %}",
    "a class by an attribute": "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "a class by a filter": "{{ contact | attr('__class__') }}",
    "a class by an index": "{{ contact['__class__'] }}",
    "a class by a mapped filter": "{{ [contact] | map(attribute='__class__') | list }}",
    "globals of a function": "{{ lipsum.__globals__['os'].popen('id').read() }}",
    "a cycler's globals": "{{ cycler.__init__.__globals__ }}",
    "a namespace": "{% set ns = namespace(x=1) %}",
    "a call": "{% call contact.first_name() %}{% endcall %}",
    "a filter around words": "{% filter upper %}x{% endfilter %}",
    "raw": "{% raw %}{{ contact.first_name }}{% endraw %}",
    "a comment without an end": "{#" + "x" * 25_000,
    "a field without an end": "{{ contact.first_name",
    "a name that looks alike": "{{ cont\u0430ct.first_name }}",
    "a name in wide letters": "{{ \uff43ontact.first_name }}",
    "a name with an invisible sign": "{{ contact.first\u200b_name }}",
    "a field that turns direction": "{{ contact.first_name \u202e }}",
    "a line break in a default": "{{ contact.first_name | default('a\\r\\nBcc: b@c.example') }}",
    "nothing but opening braces": "{{" * 12_000,
    "a list of braces": "{{ " + "{" * 25_000,
    "four thousand fields": "{{ x }}" * 4_000,
    "a mark of ours": "OUTREACHSLOT0X",
}


TOO_MUCH = {
    "a mebibyte of opening braces": ("{" * 1_048_576, "is longer than 50,000 characters"),
    "a mebibyte of fields": ("{{ x }}" * 150_000, "is longer than 50,000 characters"),
    "a mebibyte of words": ("word " * 210_000, "is longer than 50,000 characters"),
    "a thousand good fields": ("{{ contact.first_name }}" * 1_000, "has more than 500 merge fields"),
}


@pytest.mark.parametrize("hostile", REFUSED.values(), ids=REFUSED.keys())
def test_a_hostile_letter_is_refused_with_its_line_and_column(renderer: Renderer, hostile: str) -> None:
    body = f"::: value\nHello {hostile}\n:::\n"
    text = EditionText(70_000, 1, "en", "Subject", "", body)
    faults = renderer.problems(text, "tips/tip-01.en.md")
    assert (faults[0].place, faults[0].line) == ("tips/tip-01.en.md", 2)
    assert faults[0].column == "column 7"
    assert faults[0].mend


@pytest.mark.parametrize(("hostile", "reason"), TOO_MUCH.values(), ids=TOO_MUCH.keys())
def test_what_nobody_would_read_is_refused_by_its_size(renderer: Renderer, hostile: str, reason: str) -> None:
    faults = renderer.problems(EditionText(70_001, 1, "en", "Subject", "", f"::: value\n{hostile}\n:::\n"), "tips")
    assert [(fault.place, fault.line, fault.reason) for fault in faults] == [("tips", 2, reason)]
    assert faults[0].column.startswith("column ")


def test_a_letter_with_many_faults_names_fifty_of_them() -> None:
    assert len(check_text("{{ x }}\n" * 400, place="tips")) == 50
