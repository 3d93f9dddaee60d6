"""Blocks that are for some only: in the mail of those they concern, and without a trace in everybody else's."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.domain.content import EditionText
from outreach.rendering.blocks import check_body
from outreach.rendering.conditions import Condition, read_condition
from outreach.rendering.links import HONEYPOT_LINK
from outreach.rendering.renderer import Renderer
from tests.rendering.test_email import ANNA, NOW, part, read, tags

BODY = """::: offer only=has:company
For {{ contact.company }}: [look](https://hearth.example/offer "button")
:::

::: value
For everybody, {{ contact.first_name | default("there") }}.
:::

::: tip only=industry:farms,shops
For farms.
:::

::: story only=without:company
For households.
:::
"""
TEXT = EditionText(11, 1, "en", "Subject", "Preheader.", BODY, {"https://hearth.example/offer": 3})


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        ("industry:farms,shops", ("industry", ("farms", "shops"))),
        ("has:company", ("has", ("company",))),
        ("without:first_name", ("without", ("first_name",))),
        ("has:email", None),
        ("has:company,first_name", None),
        ("industry:", None),
        ("industry", None),
        ("is:farms", None),
        ("", None),
    ],
)
def test_a_condition_is_read_or_is_none(text: str, read_as: tuple[str, tuple[str, ...]] | None) -> None:
    found = read_condition(text)
    assert (found and (found.asks.value, found.values)) == read_as


def test_everybody_sees_the_blocks_that_concern_them_in_both_parts(renderer: Renderer) -> None:
    seen = {}
    for who in (
        ANNA,
        replace(ANNA, company="Blue <Door>"),
        replace(ANNA, industry_key="farms"),
        replace(ANNA, company="Ty", industry_key="shops"),
    ):
        message = read(renderer.mail(TEXT, who, now=NOW).data)
        plain, html = part(message, "plain"), part(message, "html")
        words = ["For Blue <Door>", "For Ty", "For everybody, Anna.", "For farms.", "For households."]
        seen[who.company, who.industry_key] = [word for word in words if word in plain]
        escaped = [word for word in words if word.replace("<", "&lt;").replace(">", "&gt;") in html]
        assert escaped == seen[who.company, who.industry_key]
    assert seen == {
        ("", ""): ["For everybody, Anna.", "For households."],
        ("Blue <Door>", ""): ["For Blue <Door>", "For everybody, Anna."],
        ("", "farms"): ["For everybody, Anna.", "For farms.", "For households."],
        ("Ty", "shops"): ["For Ty", "For everybody, Anna.", "For farms."],
    }


def test_a_block_that_is_not_seen_leaves_no_link_no_empty_row_and_no_empty_line(renderer: Renderer) -> None:
    plain = replace(
        TEXT, edition_id=12, body='::: value\nFor everybody, {{ contact.first_name | default("there") }}.\n:::'
    )
    other = replace(ANNA, company="", industry_key="none")
    story = "\n\n".join(["For everybody, Anna.", "For households."])
    mail = renderer.mail(TEXT, other, now=NOW)
    assert mail.text.startswith(story)
    assert "/c/" not in mail.html.replace(renderer.tokens.click(other.touch_id, HONEYPOT_LINK), "")
    without = replace(TEXT, edition_id=13, body=BODY.partition("::: story")[0])
    assert tags(renderer.mail(without, other, now=NOW).html) == tags(renderer.mail(plain, other, now=NOW).html)


@given(name=st.text(max_size=60), company=st.text(max_size=120), industry=st.sampled_from(["", "farms", "x"]))
def test_what_goes_over_the_wire_is_what_a_mail_program_shows(
    renderer: Renderer, name: str, company: str, industry: str
) -> None:
    mail = renderer.mail(TEXT, replace(ANNA, first_name=name, company=company, industry_key=industry), now=NOW)
    message = read(mail.data)
    assert part(message, "plain").replace("\r\n", "\n") == mail.text
    assert part(message, "html").replace("\r\n", "\n") == mail.html
    assert all(len(line) <= 998 and not line.startswith(b".") for line in mail.data.split(b"\r\n"))


def test_a_letter_that_says_nothing_to_some_is_refused_and_so_is_a_condition_that_is_none() -> None:
    alone = check_body("::: value only=has:company\nx\n:::\n", place="x")
    assert [fault.reason for fault in alone] == ["says nothing to some people: every block is for some only"]
    [strange] = check_body("::: value only=has:dog\nx\n:::\n::: value\ny\n:::\n", place="x")
    assert strange.value == "has:dog"
    assert "only=has:field" in strange.mend


def test_conditions_look_at_what_is_known() -> None:
    for company, holds in (("", False), ("Ty", True)):
        who = replace(ANNA, company=company)
        has, without = read_condition("has:company"), read_condition("without:company")
        assert isinstance(has, Condition)
        assert isinstance(without, Condition)
        assert (has.holds(who), without.holds(who)) == (holds, not holds)
