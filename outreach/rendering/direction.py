"""Which way a language is written."""

from functools import lru_cache

from babel import Locale, UnknownLocaleError

from outreach.domain.errors import BadInput, Fault


@lru_cache(maxsize=256)
def direction(locale: str) -> str:
    """`rtl` or `ltr`, for `locale` in BCP 47.

    Raises:
        BadInput: if there is no such locale.
    """
    try:
        order = Locale.parse(locale, sep="-").character_order
    except (UnknownLocaleError, ValueError) as error:
        mend = "Use the code of a language, such as cy or zh-Hans."
        raise BadInput([Fault(place="locale", value=locale, reason="is not a language", mend=mend)]) from error
    return "rtl" if order == "right-to-left" else "ltr"
