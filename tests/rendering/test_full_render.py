"""A mail from its skeleton is the mail that a full render for its recipient gives."""

import email
import email.policy
from datetime import UTC, date, datetime
from email.message import EmailMessage
from itertools import count
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from outreach.domain.content import EditionText, Recipient
from outreach.rendering.blocks import check_body, links
from outreach.rendering.merge import MARK_WORD, check_text
from outreach.rendering.renderer import Renderer
from outreach.rendering.written import PURPOSE_OF, BlockKind, Fence, Purpose, WrittenBlock, body_of
from tests.rendering.full_render import CLOSES, OPENS, FullRender, decoded

NOW = datetime(2026, 9, 8, 9, 30, tzinfo=UTC)
_versions = count(1)

RESERVED = (OPENS, CLOSES, "KEPT", MARK_WORD, "<<BLOCK", "<<COMMENT")
FIELDS = st.sampled_from(
    [
        "{{ contact.first_name }}",
        '{{ contact.first_name | default("there & <you>") }}',
        "{{ contact.last_name }}",
        "{{ contact.company }}",
        "{{ contact.industry }}",
        "{{ contact.customer_since }}",
        "{{ business.name }}",
        "{{ business.phone }}",
    ]
)
WORDS = st.lists(
    st.one_of(
        FIELDS,
        st.sampled_from(
            [
                *("## A heading\n\n", "- one\n- two\n\n", "> said\n\n", "**bold** ", "`code` ", "\n\n", "\\\n", "\n"),
                *("[read](https://hearth.example/a?x=1&y=2) ", '[book](https://hearth.example/b "button")\n\n'),
                *("[mail](mailto:a@hearth.example) ", "![a cat](https://hearth.example/c.png) ", "<b>&amp;&lt;"),
                "’ € 😀 ",
                *("- [Yes](answer:visit/yes)\n- [No](answer:visit/no)\n\n", "&#123;&#123; 7 * 7 }} ", "= .", "\n.\n"),
            ]
        ),
        st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12),
    ),
    min_size=1,
    max_size=6,
).map("".join)
ONLY = st.sampled_from(["", "", "has:company", "without:company", "has:first_name", "industry:farms,shops"])
BLOCKS = st.builds(
    WrittenBlock,
    st.builds(Fence, st.sampled_from(list(BlockKind)), st.sampled_from(list(Purpose)), ONLY),
    WORDS.map(str.strip),
)
NAMES = st.one_of(
    st.just(""),
    st.text(max_size=20),
    st.sampled_from(
        [
            *("<b>", "{{ 7 * 7 }}", "&amp;lt;", '"><script>alert(1)</script>', "a\r\nBcc: b@c.example", "\u202eevil"),
            ".",
            *("=?utf-8?q?x?=", "x" * 200, "好" * 90, "From me", "--=_outreach_alternative--", "O'Neill & <Daughters>"),
        ]
    ),
)
RECIPIENTS = st.builds(
    Recipient,
    touch_id=st.uuids(),
    address=st.just("anna@example.com"),
    first_name=NAMES,
    last_name=NAMES,
    company=NAMES,
    industry=NAMES,
    customer_since=st.none() | st.dates(date(1990, 1, 1), date(2026, 1, 1)),
    industry_key=st.sampled_from(["", "farms", "shops", "schools"]),
)


def sound(text: EditionText) -> bool:
    parts = (text.subject, text.preheader, text.body)
    free = not any(word in part for word in RESERVED for part in parts)
    return free and not check_body(text.body, place="x") and not any(check_text(part, place="x") for part in parts)


def an_edition(locale: str, subject: str, preheader: str, blocks: list[WrittenBlock]) -> EditionText:
    body = body_of([*blocks, WrittenBlock(Fence(BlockKind.TEXT, PURPOSE_OF[BlockKind.TEXT]), "For everybody.")])
    tracked = {url: number for number, url in enumerate(links(body), start=1)}
    return EditionText(60_000, next(_versions), locale, f"A {subject}", preheader, body, tracked)


TITLES = st.lists(st.one_of(FIELDS, st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)), max_size=3)
EDITIONS = st.builds(
    an_edition,
    st.sampled_from(["en", "cy", "zh-Hans", "es", "fr", "de", "ar", "he"]),
    TITLES.map("".join),
    TITLES.map("".join),
    st.lists(BLOCKS, max_size=4),
).filter(sound)


def parts(message: EmailMessage) -> tuple[str, str]:
    """The two parts as a mail program decodes them. EmailMessage ends each with a line break; ours need none."""
    plain, page = (str(part.get_content()).replace("\r\n", "\n").rstrip("\n") for part in message.iter_parts())
    return plain, decoded(page)


@given(text=EDITIONS, recipient=RECIPIENTS)
@settings(max_examples=60, phases=[Phase.explicit, Phase.reuse, Phase.generate])
def test_a_mail_from_its_skeleton_is_decoded_to_what_a_full_render_is(
    renderer: Renderer, root: Path, text: EditionText, recipient: Recipient
) -> None:
    ours = email.message_from_bytes(renderer.mail(text, recipient, now=NOW).data, policy=email.policy.default)
    full = FullRender(renderer, root).mail(text, recipient, now=NOW)
    assert isinstance(ours, EmailMessage)
    for name in set(full.keys()) - {"Content-Type"}:
        assert str(ours[name]) == str(full[name]), name
    assert ours.get_content_type() == full.get_content_type()
    read = email.message_from_bytes(full.as_bytes(), policy=email.policy.default)
    assert isinstance(read, EmailMessage)
    assert parts(ours) == parts(read)


@pytest.mark.parametrize("only", ["has:company", "without:company", "industry:farms"])
def test_the_full_render_leaves_out_what_does_not_concern_somebody(renderer: Renderer, root: Path, only: str) -> None:
    concerned = WrittenBlock(Fence(BlockKind.TIP, Purpose.VALUE, only), "A secret.")
    text = an_edition("en", "title", "", [concerned])
    for company, industry in (("", "farms"), ("Ty", ""), ("", "")):
        recipient = Recipient(UUID(int=1), "a@example.com", "", "", company, "", None, industry)
        holds = {"has:company": bool(company), "without:company": not company, "industry:farms": industry == "farms"}
        [plain, page] = parts(FullRender(renderer, root).mail(text, recipient, now=NOW))
        assert ("A secret." in plain, "A secret." in page) == (holds[only], holds[only])
