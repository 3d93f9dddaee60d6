"""A recurrence in the words of whoever reads."""

from datetime import date, timedelta

from babel.dates import format_date
from flask_babel import get_locale, gettext

from outreach.domain.recurrence import LAST, Recurrence, Unit

#: A Monday.
_MONDAY = date(2024, 1, 1)


def weekday_words(weekday: int) -> str:
    """The name of a weekday, counted from Monday, 0."""
    return str(format_date(_MONDAY + timedelta(days=weekday), "EEEE", locale=get_locale()))


def recurrence_words(rule: Recurrence) -> str:
    """The sentence of a rule: "The first Tuesday of every month"."""
    if rule.unit is Unit.WEEK:
        return _weekly(rule)
    months = {
        1: gettext("%(day)s of every month"),
        3: gettext("%(day)s of January, April, July and October"),
        6: gettext("%(day)s of January and July"),
        12: gettext("%(day)s of January"),
    }
    template = months.get(rule.interval, gettext("%(day)s, every %(count)s months"))
    return str(template % {"day": _day_of_month(rule), "count": rule.interval})


def _weekly(rule: Recurrence) -> str:
    name = weekday_words(rule.weekday or 0)
    if rule.interval == 1:
        return str(gettext("Every %(weekday)s", weekday=name))
    if rule.interval == 2:
        return str(gettext("Every second %(weekday)s", weekday=name))
    return str(gettext("Every %(count)s weeks on %(weekday)s", count=rule.interval, weekday=name))


def _day_of_month(rule: Recurrence) -> str:
    if rule.weekday is None:
        if rule.month_day == LAST:
            return str(gettext("The last day"))
        return str(gettext("Day %(day)s", day=rule.month_day))
    numbered = {
        1: gettext("The first %(weekday)s"),
        2: gettext("The second %(weekday)s"),
        3: gettext("The third %(weekday)s"),
        4: gettext("The fourth %(weekday)s"),
        LAST: gettext("The last %(weekday)s"),
    }
    return str(numbered[rule.nth] % {"weekday": weekday_words(rule.weekday)})
