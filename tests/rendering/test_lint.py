"""Drafts read as the rules need them: by the real renderer, and with the place of everything that is wrong."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from outreach.domain.content import Brand
from outreach.domain.content_rules.facts import Draft, ImageUse, LinkUse, TextFacts
from outreach.domain.content_rules.findings import FindingCode, Part
from outreach.rendering.links import Tokens
from outreach.rendering.lint import judged, read_draft
from outreach.rendering.lint_clients import NO_DATA, ClientSupport, read_client_support, used_features
from outreach.rendering.lint_colours import colour_pairs
from outreach.rendering.renderer import Renderer
from tests.domain.content_rules.sheets import a_manuscript, codes

BODY = """\
::: value
## Warm *rooms*

Hello {{ contact.first_name | default("there") }}, close the
shutters. [Book](https://hearth.example/book "button")
:::

::: question
- [Yes](answer:q/yes)
:::

::: story
![](https://o.example/i/%s.png)
:::
""" % ("a" * 64)


@pytest.fixture
def brand() -> Brand:
    return Brand(
        name="Hearth",
        sender_name="Carys",
        sender_email="carys@hearth.example",
        reply_to="hello@hearth.example",
        postal_address="1 High Street & Co,\nCardiff",
        phone="+44 29 2018 0000",
        website="https://hearth.example",
        colour="#b4451f",
        default_locale="en",
    )


@pytest.fixture
def build(root: Path) -> Callable[[Brand], Renderer]:
    def made(brand: Brand) -> Renderer:
        tokens = Tokens([b"a key of a test"], "https://o.example")
        return Renderer(brand, tokens, locales_dir=root / "locales", templates_dir=root / "templates" / "messages")

    return made


@pytest.fixture
def read(build: Callable[[Brand], Renderer], brand: Brand) -> Callable[..., TextFacts]:
    """Reads a body as a mail in English, or as other values say."""
    renderer = build(brand)

    def run(body: str = BODY, *, channel: str = "email", clients: ClientSupport = NO_DATA, **values: Any) -> TextFacts:
        words = {"locale": "en", "subject": "Before the frost", "preheader": "A list.", "body": body}
        return read_draft(Draft(**(words | values)), renderer, channel=channel, clients=clients)

    return run


def test_words_links_pictures_and_fields_are_found_with_their_blocks(read: Callable[..., TextFacts]) -> None:
    facts = read()
    assert facts.words[0] == "Warm rooms\nHello , close the shutters. Book"
    assert facts.links == (LinkUse("https://hearth.example/book", 1), LinkUse("answer:q/yes", 2))
    assert facts.images == (ImageUse(f"https://o.example/i/{'a' * 64}.png", "", 3, "a" * 64),)
    assert [(use.name, use.default, use.part, use.block) for use in facts.fields] == [
        ("contact.first_name", "there", Part.BODY, 1)
    ]
    assert facts.asks
    assert facts.faults == ()


@pytest.mark.parametrize("locale", ["en", "cy", "zh-Hans", "ar"])
def test_our_own_frame_keeps_the_law_and_can_be_read(read: Callable[..., TextFacts], locale: str) -> None:
    mail = read(locale=locale).mail
    assert mail is not None
    assert (mail.says_unsubscribe, mail.says_address) == (True, True)
    assert 3_000 < mail.octets < 40_000
    assert len(mail.pairs) > 2
    assert min(pair.ratio for pair in mail.pairs) >= 4.5


def test_a_business_without_a_postal_address_is_seen(build: Callable[[Brand], Renderer], brand: Brand) -> None:
    renderer = build(replace(brand, postal_address=" "))
    facts = read_draft(Draft("en", "S", "", "::: value\nx\n:::\n"), renderer)
    assert facts.mail is not None
    assert not facts.mail.says_address


@pytest.mark.parametrize(
    ("values", "code", "part", "block"),
    [
        ({"subject": "{{ contact.shoe }}"}, FindingCode.FIELD_REFUSED, Part.SUBJECT, 0),
        ({"preheader": "{% if x %}"}, FindingCode.FIELD_REFUSED, Part.PREHEADER, 0),
        ({"body": "::: value\nx\n:::\n\n::: value\n{{ x.y }}\n:::\n"}, FindingCode.FIELD_REFUSED, Part.BODY, 2),
        ({"body": "::: value\nx\n:::\n\n::: value\n[a](ftp://x)\n:::\n"}, FindingCode.BLOCK_UNSOUND, Part.BODY, 2),
        ({"body": "::: nonsense\nx\n:::\n"}, FindingCode.BLOCK_UNSOUND, Part.BODY, 1),
    ],
)
def test_what_cannot_be_rendered_is_a_fault_with_its_place(
    read: Callable[..., TextFacts], values: dict[str, str], code: FindingCode, part: Part, block: int
) -> None:
    facts = read(**values)
    assert (facts.faults[0].code, facts.faults[0].part) == (code, part)
    assert facts.faults[0].block in (block, 0)
    assert facts.mail is None


def test_a_text_message_is_counted_as_it_leaves(read: Callable[..., TextFacts]) -> None:
    facts = read("Frost tonight: https://hearth.example/frost\nReply STOP to stop.", channel="sms", subject="")
    assert facts.sms is not None
    assert (facts.sms.segments, facts.sms.encoding, facts.sms.author_says_stop) == (1, "GSM-7", True)
    unsaid = read("霜" * 80, channel="sms", subject="").sms
    assert unsaid is not None
    assert (unsaid.segments, unsaid.encoding, unsaid.author_says_stop) == (2, "UCS-2", False)


def test_a_field_in_a_block_for_those_who_have_it_is_guarded(read: Callable[..., TextFacts]) -> None:
    facts = read("::: value only=has:company\n{{ contact.company }}, {{ contact.last_name }}\n:::\n")
    assert [use.guarded for use in facts.fields] == [True, False]


def test_blocks_for_some_only_are_measured_as_if_somebody_got_them_all(read: Callable[..., TextFacts]) -> None:
    body = "::: value\nx\n:::\n\n::: value only=has:company\n%s\n:::\n" % ("word " * 4000)
    one, both = read(body).mail, read(body + body.replace("has:", "without:").partition("\n\n")[2]).mail
    assert one is not None
    assert both is not None
    assert 20_000 < one.octets < both.octets - 18_000


def test_the_whole_gate_passes_a_good_letter(build: Callable[[Brand], Renderer], brand: Brand) -> None:
    good = BODY.replace("![](", "![Shutters at dusk](").replace("/i/" + "a" * 64, "/shutters")
    manuscript = a_manuscript(drafts={"en": Draft("en", "Before the frost", "A list.", good)})
    judgement = judged(manuscript, build(brand))
    assert codes(judgement.findings) == ["note link.unchecked"] * 2
    assert judgement.about_us == 0.0


def test_colours_are_those_that_letters_stand_on() -> None:
    html = (
        '<div style="background-color:#000"><p style="color:#fff;font-size:24px">Large</p><br>'
        '<style>p {}</style><span style="display:none">hidden</span>'
        '<td bgcolor="#ffffff"><a style="color: #777777">Grey</a></td></div><i>After</i>'
    )
    pairs = {pair.words: pair for pair in colour_pairs(html)}
    assert {words: (one.ink, one.ground, one.large) for words, one in pairs.items()} == {
        "Large": ("#ffffff", "#000000", True),
        "Grey": ("#777777", "#ffffff", False),
        "After": ("#000000", "#ffffff", False),
    }
    assert pairs["Large"].ratio == pytest.approx(21)
    assert pairs["Grey"].ratio == pytest.approx(4.48, abs=0.01)


def test_features_are_named_as_the_data_names_them() -> None:
    html = (
        '<style>@media all { p { object-fit: cover } }</style><video></video><img src="https://x.example/a.jpeg?w=1">'
    )
    assert {"css-object-fit", "html-video", "image-jpg", "html-img"} <= used_features(html)


def test_a_picture_that_outlook_does_not_show_is_a_weakness(read: Callable[..., TextFacts], tmp_path: Path) -> None:
    no, yes = {"windows": {"2016": "y", "2019": "n"}}, {"ios": {"2020": "n", "2024": "y #1"}}
    stats = {"outlook": no, "gmail": yes, "aol": no}
    feature = {"slug": "image-webp", "title": "WebP image format", "stats": stats}
    ours = {"slug": "html-table", "title": "<table>", "stats": {"gmail": no}}
    data = tmp_path / "caniemail.json"
    data.write_text(json.dumps({"data": [feature, ours]}))
    body = "::: value\n![Shutters](https://x.example/a.webp)\n:::\n"
    mail = read(body, clients=read_client_support(data)).mail
    assert mail is not None
    assert [(one.feature, one.programs) for one in mail.weaknesses] == [("WebP image format", ("Outlook",))]


def test_without_the_data_nothing_is_said_about_mail_programs(tmp_path: Path) -> None:
    assert read_client_support(tmp_path / "missing.json") is NO_DATA
