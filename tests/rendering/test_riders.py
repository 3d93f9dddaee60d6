"""What rides along at the end of a mail, in both of its parts."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from outreach.domain.content import EditionText
from outreach.rendering.renderer import Renderer
from tests.rendering.test_email import ANNA, NOW, TEXT, part, read, tags

GUIDE = "https://hearth.example/guide"
RIDER = EditionText(
    edition_id=2,
    version=1,
    locale="en",
    subject="A guide for {{ contact.first_name | default('you') }}",
    preheader="Five pages.",
    body=f'::: value\n[Elsewhere](https://elsewhere.example/) and [the guide]({GUIDE} "button")\n:::\n',
    link_ids={GUIDE: 9},
)


def test_both_parts_tell_each_rider_with_its_title_its_sentence_and_its_first_tracked_link(renderer: Renderer) -> None:
    message = read(renderer.mail(TEXT, ANNA, now=NOW, riders=[RIDER]).data)
    link = renderer.tokens.click(ANNA.touch_id, 9)
    assert f"Also for you\n\nA guide for Anna\nFive pages.\n{link}\n" in part(message, "plain").replace("\r\n", "\n")
    html = part(message, "html")
    assert f'<a href="{link}"' in html
    assert ">A guide for Anna</a>" in html


def test_a_mail_without_riders_is_the_mail_it_was(renderer: Renderer) -> None:
    plain, carrying = (renderer.mail(TEXT, ANNA, now=NOW, riders=riders) for riders in ([], [RIDER]))
    assert "Also for you" not in plain.html + plain.text
    assert "\n\n\n" not in plain.text
    start, end = carrying.text.split("\n\nAlso for you")[0], plain.text
    assert end.startswith(start)
    assert len(tags(carrying.html)) > len(tags(plain.html))


def test_a_rider_keeps_its_language_and_direction_under_a_heading_in_the_readers(renderer: Renderer) -> None:
    arabic = replace(TEXT, edition_id=3, locale="ar")
    html = part(read(renderer.mail(arabic, ANNA, now=NOW, riders=[RIDER]).data), "html")
    assert "لكم أيضًا" in html
    assert '<div lang="en" dir="ltr"' in html


def test_a_rider_without_a_tracked_link_is_told_without_one(renderer: Renderer) -> None:
    unlinked = replace(RIDER, edition_id=4, link_ids={})
    mail = renderer.mail(TEXT, ANNA, now=NOW, riders=[unlinked])
    assert "A guide for Anna" in mail.text
    assert 'href=""' not in mail.html


@given(st.text(max_size=80), st.text(max_size=200))
def test_whatever_a_rider_says_changes_nothing_around_it(renderer: Renderer, name: str, company: str) -> None:
    recipient = replace(ANNA, first_name=name, company=company)
    rider = replace(RIDER, edition_id=5, preheader='{{ contact.company | default("home") }}')
    mail = renderer.mail(TEXT, recipient, now=NOW, riders=[rider])
    assert max(len(line) for line in mail.data.split(b"\r\n")) <= 998
    assert not any(line.startswith(b".") for line in mail.data.split(b"\r\n"))
    message = read(mail.data)
    assert part(message, "plain").replace("\r\n", "\n") == mail.text
    assert part(message, "html").replace("\r\n", "\n") == mail.html
    assert tags(mail.html) == tags(renderer.mail(TEXT, ANNA, now=NOW, riders=[rider]).html)
