"""Links and pictures."""

import pytest

from outreach.domain.content_rules.addresses import image_findings, link_findings
from outreach.domain.content_rules.facts import ImageUse, LinkAnswer, LinkUse, LinkVerdict
from tests.domain.content_rules.sheets import URL, a_manuscript, codes, some_facts

DIGEST = "a" * 64


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (None, ["note link.unchecked"]),
        (LinkAnswer(LinkVerdict.ALIVE, "200 OK"), []),
        (LinkAnswer(LinkVerdict.DEAD, "404 Not Found"), ["error link.gone"]),
        (LinkAnswer(LinkVerdict.DEAD, "410 Gone"), ["error link.gone"]),
        (LinkAnswer(LinkVerdict.DEAD, "500 Internal Server Error"), ["warning link.dead"]),
        (LinkAnswer(LinkVerdict.DEAD, "there is no such server"), ["warning link.dead"]),
        (LinkAnswer(LinkVerdict.SLOW), ["warning link.slow"]),
        (LinkAnswer(LinkVerdict.REFUSED, "private"), ["error link.refused"]),
    ],
)
def test_what_an_address_answered_decides(answer: LinkAnswer | None, expected: list[str]) -> None:
    answers = {} if answer is None else {URL: answer}
    texts = {"en": some_facts(links=(LinkUse(URL, 1),))}
    assert codes(link_findings(a_manuscript(answers=answers), texts)) == expected


def test_a_picture_of_somebody_else_is_tried_like_a_link_and_our_own_is_not() -> None:
    images = (ImageUse(URL, "Shutters", 4), ImageUse(f"https://o.example/i/{DIGEST}.jpg", "Doors", 4, DIGEST))
    answers = {URL: LinkAnswer(LinkVerdict.DEAD, "404 Not Found")}
    (finding,) = link_findings(a_manuscript(answers=answers), {"en": some_facts(images=images)})
    assert (finding.code, finding.block) == ("link.gone", 4)


def test_an_address_in_seven_languages_is_one_finding_and_others_than_web_addresses_are_none() -> None:
    links = (LinkUse(URL, 2), LinkUse("mailto:a@b.example", 2), LinkUse("answer:q/yes", 2))
    texts = {locale: some_facts(locale, links=links) for locale in ("en", "cy", "de")}
    (finding,) = link_findings(a_manuscript("en", "cy", "de"), texts)
    assert (finding.locale, finding.block, finding.values["url"]) == ("en", 2, URL)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("", ["error image.no_words"]),
        ("  ", ["error image.no_words"]),
        ("IMG_2041", ["warning image.file_name"]),
        ("shutters-final.jpeg", ["warning image.file_name"]),
        ("Shutters closed at dusk", []),
        ("窗板", []),
        ("2026", []),
    ],
)
def test_a_picture_needs_words_that_say_what_it_shows(words: str, expected: list[str]) -> None:
    text = some_facts(images=(ImageUse("https://x.example/i.png", words, 1),))
    assert codes(image_findings(a_manuscript(), text)) == expected


@pytest.mark.parametrize(
    ("octets", "expected"),
    [(500_000, []), (500_001, ["note image.heavy"]), (1_500_001, ["warning image.heavy"])],
)
def test_our_own_pictures_are_weighed_together_each_once(octets: int, expected: list[str]) -> None:
    use = ImageUse(f"https://o.example/i/{DIGEST}.jpg", "Shutters", 1, DIGEST)
    manuscript = a_manuscript(image_octets={DIGEST: octets})
    assert codes(image_findings(manuscript, some_facts(images=(use, use)))) == expected


def test_a_picture_that_left_the_library_is_an_error() -> None:
    use = ImageUse(f"https://o.example/i/{DIGEST}.jpg", "Shutters", 1, DIGEST)
    assert codes(image_findings(a_manuscript(), some_facts(images=(use,)))) == ["error image.unknown"]
