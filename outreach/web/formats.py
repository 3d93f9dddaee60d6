"""How pages write instants, days, gaps and shares: in the reader's language, and always saying whose clock it is."""

from collections.abc import Callable
from datetime import UTC, date, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_skeleton, format_time, get_timezone_name
from babel.numbers import format_decimal, format_percent
from flask import Flask
from flask_babel import get_locale, gettext, ngettext

from outreach.web import care_names, names
from outreach.web.current import business_now, staff_zone
from outreach.web.locale import country_name, in_staff_language, language_name


def day(value: date | datetime, zone: tzinfo | None = None) -> str:
    """A day with its weekday: `Tue, 8 Sept 2026`. An instant is seen from `zone`, by default the reader's."""
    if isinstance(value, datetime):
        value = value.astimezone(zone or staff_zone()).date()
    return str(format_skeleton("yMMMEd", value, locale=get_locale()))


def short_day(value: date) -> str:
    """A day inside a known year: `8 Sept`."""
    return str(format_skeleton("MMMd", value, locale=get_locale()))


def month_name(value: date) -> str:
    """The month, as short as an axis needs: `Sep`."""
    return str(format_date(value, "LLL", locale=get_locale()))


def month_and_year(value: date) -> str:
    """The month with its year, as a heading: `September 2026`."""
    return str(format_skeleton("yMMMM", value, locale=get_locale()))


def weekday_name(value: date) -> str:
    """The weekday, short: `Tue`."""
    return str(format_date(value, "ccc", locale=get_locale()))


def clock(value: datetime, zone: tzinfo | None = None) -> str:
    """The time of day: `10:30`."""
    return str(format_time(value.astimezone(zone or staff_zone()), format="short", locale=get_locale()))


def when(value: datetime, zone: tzinfo | None = None) -> str:
    """Day and time of day."""
    return str(gettext("%(day)s, %(time)s", day=day(value, zone), time=clock(value, zone)))


def soon(value: datetime, zone: tzinfo | None = None) -> str:
    """Day and time of day of something of these days, so without the year: `Wed 7 Oct, 08:30`."""
    local = value.astimezone(zone or staff_zone())
    words = format_skeleton("MMMEd", local.date(), locale=get_locale())
    return str(gettext("%(day)s, %(time)s", day=words, time=clock(value, zone)))


def zone_name(zone: tzinfo | str, at: datetime | None = None) -> str:
    """How people call a zone: `United Kingdom Time`; UTC stays UTC."""
    zone = ZoneInfo(zone) if isinstance(zone, str) else zone
    return "UTC" if zone in (UTC, ZoneInfo("UTC")) else str(get_timezone_name(zone, locale=get_locale()))


def number(value: float, digits: int = 0) -> str:
    """A number with at most `digits` decimals."""
    return str(format_decimal(round(value, digits) or 0, locale=get_locale()))


#: A whole number whose plural form is CLDR's "other" in every language that we speak.
_OTHER = 100


def days(value: float) -> str:
    """A gap in days: `12.3 days`."""
    rounded = float(round(value, 1))
    # gettext counts in whole numbers; what is none takes the form that CLDR calls "other" in all our languages.
    counted = int(rounded) if rounded.is_integer() else _OTHER
    return str(ngettext("%(count)s day", "%(count)s days", counted, count=number(rounded, 1)))


def share(part: int, whole: int) -> str:
    """A part of a whole in per cent, a dash where there is no whole."""
    return str(format_percent(part / whole, format="#,##0 %", locale=get_locale())) if whole else "–"


def seconds_ago(value: float) -> str:
    """How long ago on the wall's clock: `4 s ago`, `3 min ago`, `2 h ago`."""
    if value < 90:
        return str(gettext("%(count)s s ago", count=number(max(value, 0))))
    if value < 5400:
        return str(gettext("%(count)s min ago", count=number(value / 60)))
    if value < 172800:
        return str(gettext("%(count)s h ago", count=number(value / 3600)))
    return str(gettext("%(count)s days ago", count=number(value / 86400)))


def person(contact: Any) -> str:
    """The contact's name, or whatever else tells who it is. Takes anything with the usual name fields."""
    full = " ".join(part for part in (contact.first_name, contact.last_name) if part)
    return str(full or contact.company or contact.external_id)


def install_formats(app: Flask) -> None:
    """Gives templates these words and numbers as filters."""
    instants: tuple[Callable[..., str], ...] = (
        day,
        short_day,
        month_name,
        month_and_year,
        weekday_name,
        clock,
        when,
        soon,
    )
    numbers: tuple[Callable[..., str], ...] = (number, days, share, seconds_ago)
    words: tuple[Callable[..., str], ...] = (person, zone_name, in_staff_language, language_name, country_name)
    filters = (*instants, *numbers, *words, *names.FILTERS, *care_names.FILTERS)
    for function in filters:
        app.add_template_filter(function)
    app.context_processor(lambda: {"business_now": business_now, "staff_zone": staff_zone, "as_zone": ZoneInfo})
