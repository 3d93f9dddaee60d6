"""Several things as one phrase, the way a language joins them."""

from collections.abc import Mapping, Sequence

from babel.lists import format_list

from outreach.domain.content import chosen_locale

#: Welsh writes "ac" before these, and "a" before the others, behind which some letters change.
_WELSH_VOWELS = tuple("aeiouwyâêîôûŵŷáéíóúäëïöü")
_WELSH_CHANGES = {"c": "ch", "p": "ph", "t": "th"}
_UNCHANGED = ("ch", "ph", "th")


def listed(things: Sequence[str], locale: str) -> str:
    """`things` as people of `locale` write a list: "a, b and c".

    >>> listed(["the chimney inspection", "the boiler service"], "en")
    'the chimney inspection and the boiler service'
    """
    if locale == "cy" and len(things) > 1:
        return f"{', '.join(things[:-1])} {_welsh_and(things[-1])}"
    # CLDR's root for English is American; outside the United States no comma stands before "and".
    told = format_list(list(things), style="standard", locale={"en": "en_GB"}.get(locale, locale.replace("-", "_")))
    if locale == "es" and len(things) > 1 and _sounds_like_i(things[-1]):
        return told.removesuffix(f"y {things[-1]}") + f"e {things[-1]}"
    return told


def _welsh_and(last: str) -> str:
    """The end of a Welsh list, for which CLDR only has "a(c)"; names of people keep their first letter."""
    if last.lower().startswith(_WELSH_VOWELS):
        return f"ac {last}"
    changed = "" if last.startswith(_UNCHANGED) else _WELSH_CHANGES.get(last[:1], "")
    return f"a {changed}{last[1:]}" if changed else f"a {last}"


def _sounds_like_i(word: str) -> bool:
    """Whether "y" becomes "e" before a Spanish word."""
    start = word.lower()
    return start.startswith(("i", "í", "hi", "hí")) and not start.startswith(("hia", "hie", "hio", "ia", "ie", "io"))


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
