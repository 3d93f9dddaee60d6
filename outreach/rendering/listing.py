"""Several things as one phrase, the way a language joins them."""

from collections.abc import Mapping, Sequence

from babel.lists import format_list

from outreach.domain.content import chosen_locale


def listed(things: Sequence[str], locale: str) -> str:
    """`things` as people of `locale` write a list: "a, b and c".

    >>> listed(["the chimney inspection", "the boiler service"], "en")
    'the chimney inspection and the boiler service'
    """
    # CLDR's root for English is American; outside the United States no comma stands before "and".
    return format_list(list(things), style="standard", locale={"en": "en_GB"}.get(locale, locale.replace("-", "_")))


def listed_names(names: Sequence[Mapping[str, str]], locales: Sequence[str], default: str) -> dict[str, str]:
    """A list of things with names of their own in every locale, by locale.

    Args:
        names: of each thing, by locale. default: the locale that stands in where a name is missing.
    """
    told = {}
    for locale in locales:
        words = [one[best] for one in names if (best := chosen_locale(locale, one.keys(), default))]
        if words:
            told[locale] = listed(words, locale)
    return told
