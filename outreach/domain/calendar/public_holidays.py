"""Public holidays of a country or region, from the `holidays` library, in English where it knows it."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

import holidays

from outreach.domain.calendar.places import country_of, has_holidays, listed_regions


@lru_cache(maxsize=4096)
def public_holidays(place: str, year: int) -> Mapping[date, str]:
    """The days on which `place` rests in `year`, with their names; none for a country the library does not know.

    Args:
        place: ISO 3166 alpha-2, or ISO 3166-2 for a region; a region the library does not know rests as its country.
        year: civil year.
    """
    country, region = country_of(place), place[3:]
    if not has_holidays(country):
        return {}
    part = region if region in listed_regions(country) else None
    # Without a language the library would follow the machine's locale, and two hosts would name a day differently.
    known = holidays.country_holidays(country).supported_languages
    language = next((tag for tag in ("en_GB", "en_US") if tag in known), None)
    return dict(holidays.country_holidays(country, subdiv=part, years=year, language=language))
