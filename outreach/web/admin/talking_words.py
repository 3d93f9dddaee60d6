"""Talking points in the words of whoever looks."""

from collections.abc import Callable, Mapping
from datetime import tzinfo
from typing import Any

from flask_babel import gettext, ngettext

from outreach.domain.care.talking import Point, PointCode
from outreach.web.formats import day, days, number

_Values = Mapping[str, Any]


def point_words(point: Point, zone: tzinfo) -> str:
    """What to say, with days as they are on the customer's calendar (`zone`)."""
    return _WORDS[point.code](point.values, zone)


def _mend(values: _Values, _zone: tzinfo) -> str:
    return str(gettext("Something went wrong and is not put right yet: “%(words)s”", words=values["words"]))


def _thank_purchase(values: _Values, zone: tzinfo) -> str:
    on = day(values["at"], zone)
    if not values["amount"]:
        return str(gettext("Thank them for their purchase on %(day)s.", day=on))
    amount = f"{number(values['amount'], 2)} {values['currency']}".strip()
    return str(gettext("Thank them for their purchase on %(day)s (%(amount)s).", day=on, amount=amount))


def _thank_years(values: _Values, _zone: tzinfo) -> str:
    return str(
        ngettext(
            "Thank them for %(count)s year with us, since %(day)s.",
            "Thank them for %(count)s years with us, since %(day)s.",
            values["years"],
            count=number(values["years"]),
            day=day(values["since"]),
        )
    )


def _booking(values: _Values, zone: tzinfo) -> str:
    return str(gettext("They booked an appointment on %(day)s: ask how it went.", day=day(values["at"], zone)))


def _visit(values: _Values, zone: tzinfo) -> str:
    return str(gettext("They came by on %(day)s.", day=day(values["at"], zone)))


def _question(values: _Values, zone: tzinfo) -> str:
    return str(gettext("They asked something on %(day)s: is it answered?", day=day(values["at"], zone)))


def _habit(values: _Values, _zone: tzinfo) -> str:
    gap, silent = days(values["gap"]), days(values["silent"])
    return str(gettext("They used to buy every %(gap)s; now it is %(silent)s since.", gap=gap, silent=silent))


_WORDS: Mapping[PointCode, Callable[[_Values, tzinfo], str]] = {
    PointCode.MEND: _mend,
    PointCode.THANK_PURCHASE: _thank_purchase,
    PointCode.THANK_YEARS: _thank_years,
    PointCode.BOOKING: _booking,
    PointCode.VISIT: _visit,
    PointCode.QUESTION: _question,
    PointCode.HABIT: _habit,
}
