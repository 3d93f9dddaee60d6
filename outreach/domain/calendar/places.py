"""Places: where a contact lives, as an ISO 3166 country ("DE") or one of its regions (ISO 3166-2, "DE-BY")."""

import re
from functools import lru_cache

import holidays

_PLACE = re.compile(r"(?P<country>[A-Z]{2})(?:-(?P<region>[A-Z0-9]{1,3}))?")
_REGION = re.compile("[A-Z0-9]{1,3}")

#: Countries for which the library lists some of the regions only.
_PARTLY_LISTED = frozenset({"ES", "FR", "IT"})


def country_of(place: str) -> str:
    """The country of a place; "" of ""."""
    return place[:2]


@lru_cache(maxsize=1)
def _listed() -> dict[str, frozenset[str]]:
    supported = holidays.list_supported_countries(include_aliases=False)
    # Some holidays belong to a town or a group of people, which have names and no codes.
    return {country: frozenset(filter(_REGION.fullmatch, names)) for country, names in supported.items()}


def has_holidays(country: str) -> bool:
    """Whether the library knows public holidays of the country."""
    return country in _listed()


def listed_regions(country: str) -> frozenset[str]:
    """Codes (without the country) of the regions of a country that have holidays of their own; may be empty."""
    return _listed().get(country, frozenset())


def regions_to_choose_from(country: str) -> frozenset[str]:
    """All regions of a country, or nothing if we do not know them all."""
    return frozenset() if country in _PARTLY_LISTED else listed_regions(country)


def is_place(text: str) -> bool:
    """Whether `text` is written like a place, and its region exists if we know all regions of its country."""
    match = _PLACE.fullmatch(text)
    if match is None:
        return False
    region, choice = match["region"], regions_to_choose_from(match["country"])
    return region is None or not choice or region in choice
