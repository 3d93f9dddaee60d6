"""Public holidays of a country, from the `holidays` library, under their English names where it knows them."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

import holidays


@lru_cache(maxsize=1024)
def public_holidays(country: str, year: int) -> Mapping[date, str]:
    """The days a whole country rests in `year`, with their names; none for a country the library does not know.

    Args:
        country: ISO 3166 alpha-2.
        year: civil year.
    """
    if country not in holidays.list_supported_countries(include_aliases=False):
        return {}
    # Without a language the library would follow the machine's locale, and two hosts would name a day differently.
    known = holidays.country_holidays(country).supported_languages
    language = next((tag for tag in ("en_GB", "en_US") if tag in known), None)
    return dict(holidays.country_holidays(country, years=year, language=language))
