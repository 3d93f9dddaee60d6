"""Words for those who cannot see a picture."""

import pytest

from outreach.domain.errors import BadInput
from outreach.domain.pictures import LONGEST_ALT, described


def test_words_are_kept_by_locale_without_the_empty_ones() -> None:
    words = {"en": " A  roof\nin snow ", "cy": "  "}
    assert described(words, locales=["en", "cy"], own="en") == {"en": "A roof in snow"}


@pytest.mark.parametrize(
    ("alt", "column"),
    [
        ({}, "alt-en"),
        ({"en": " "}, "alt-en"),
        ({"cy": "To dan eira"}, "alt-en"),
        ({"en": "x" * (LONGEST_ALT + 1)}, "alt-en"),
        ({"en": "A roof", "xx": "?"}, "alt"),
    ],
    ids=["none", "blank", "only another locale", "too long", "no locale of ours"],
)
def test_words_that_are_missing_too_long_or_in_no_language_of_ours_are_refused(
    alt: dict[str, str], column: str
) -> None:
    with pytest.raises(BadInput) as refused:
        described(alt, locales=["en", "cy"], own="en")
    assert [fault.column for fault in refused.value.faults] == [column]
