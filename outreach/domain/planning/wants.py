"""Which editions want which contacts on a day."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from dateutil.relativedelta import relativedelta

from outreach.domain.planning.almanac import STANCES, Almanac, Flags, Ints
from outreach.domain.planning.contacts import Contacts
from outreach.domain.planning.manners import CLASS_RANK, MANNERS
from outreach.domain.planning.offers import Offers
from outreach.domain.touch import TouchClass

_EPOCH = date(1970, 1, 1).toordinal()
_FAR = np.iinfo(np.int64).max

_ALLOWED = np.array([[stance in manner for stance in STANCES] for manner in MANNERS])
"""Whether a manner (row) writes on days of a stance (column)."""


@dataclass(frozen=True, slots=True)
class Wanting:
    """Contacts x offers.

    Attributes:
        wants: the offer wants the contact on the day.
        held: it would, but an exclusive series comes first.
        expires: the last day (ordinal) on which it may reach this contact; 0 where its rule does not ask for it.
    """

    wants: Flags
    held: Flags
    expires: Ints


def meant_for(contacts: Contacts, offers: Offers, *, now: float) -> Flags:
    """Whether each offer could reach each contact: industry, attributes, channel, and not had before.

    For some days after a recovery case nothing is promoted to its contact.
    Who is invited may have had the same edition before: each invitation is a new occasion.
    """
    meets: Flags = (contacts.needs[:, None] & offers.needs) == offers.needs
    fresh = ~contacts.had
    places = offers.invitations
    fresh[:, places] = contacts.invited_until[:, offers.invited[places]] > 0
    welcome = (contacts.promotions_from <= now)[:, None] | (offers.rank != CLASS_RANK[TouchClass.PROMOTION])
    meant: Flags = meets & fresh & welcome & contacts.channels[:, offers.channel]
    return meant & offers.industries[contacts.industry]


def wanting(contacts: Contacts, offers: Offers, almanac: Almanac, *, day: Ints, meant: Flags) -> Wanting:
    """What wants each contact on its own `day` (number in the almanac).

    An offer wants a contact that it is meant for, on a day it is open and its class may write. Of a series only the
    next one wants: the first that is neither had nor past. An anniversary wants from its day for `window_days`, once.
    What asks for an invitation wants from its first day to its last.
    While an exclusive series wants a contact and can reach it, what is not above it waits.
    """
    ordinal = (almanac.first + day)[:, None]
    stance = almanac.stance[contacts.cohort, day]
    living = meant & (ordinal <= offers.closes)
    wants = living & (offers.opens <= ordinal) & _ALLOWED[offers.manner][:, stance].T
    expires = np.broadcast_to(offers.closes, wants.shape).copy()
    invited = offers.invitations
    if invited.size:
        first, last = (days[:, offers.invited[invited]] for days in (contacts.invited_from, contacts.invited_until))
        wants[:, invited] &= (first <= ordinal) & (ordinal <= last)
        expires[:, invited] = np.minimum(expires[:, invited], last)
    for series in range(int(offers.series.max(initial=-1)) + 1):
        places = np.flatnonzero(offers.series == series)
        positions = np.where(living[:, places], offers.position[places], _FAR)
        wants[:, places] &= positions == positions.min(axis=1, keepdims=True)
    kept_until: dict[tuple[int, int, int], Ints] = {}
    for place in np.flatnonzero(offers.anniversary >= 0).tolist():
        rule = (int(offers.anniversary[place]), int(offers.every_months[place]), int(offers.window_days[place]))
        if rule not in kept_until:
            kept_until[rule] = _kept_until(contacts, offers, almanac, place=place, ordinal=ordinal[:, 0])
        expires[:, place] = np.minimum(expires[:, place], kept_until[rule])
        wants[:, place] &= kept_until[rule] > 0
    held = _held(contacts, offers, almanac, day=day, wants=wants)
    return Wanting(wants & ~held, held, np.where(wants, expires, 0))


def anniversary_before(since: date, every_months: int, on: date) -> date | None:
    """The last anniversary of `since` up to `on`, or None before the first.

    Anniversaries are civil dates counted from the day itself: of 29 February they fall on the 28th in common years and
    on the 29th again in leap years.

    >>> anniversary_before(date(2024, 2, 29), 12, date(2027, 6, 1))
    datetime.date(2027, 2, 28)
    """
    months = (on.year - since.year) * 12 + on.month - since.month
    for count in (months // every_months, months // every_months - 1):
        day = since + relativedelta(months=count * every_months)
        if count >= 1 and day <= on:
            return day
    return None


def anniversaries_before(since_month: Ints, since_day: Ints, every_months: int, on: Ints) -> Ints:
    """`anniversary_before` for many: days as ordinals, 0 for none.

    Args:
        since_month, since_day: months from January 1970, and day of the month.
        on: ordinals.
    """
    on_month = (on - _EPOCH).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    found = np.zeros(len(on), np.int64)
    for back in (1, 0):
        count = (on_month - since_month) // every_months - back
        month = since_month + count * every_months
        first = month.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
        length = (month + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) - first
        day = first + np.minimum(since_day, length) - 1 + _EPOCH
        found = np.where((count >= 1) & (day <= on), day, found)
    return found


def _kept_until(contacts: Contacts, offers: Offers, almanac: Almanac, *, place: int, ordinal: Ints) -> Ints:
    """The last day (ordinal) for the anniversary that each contact has now, 0 if it has none or had it kept already."""
    day = anniversaries_before(contacts.since_month, contacts.since_day, int(offers.every_months[place]), ordinal)
    until = day + offers.window_days[place]
    kept_at = contacts.kept_at[:, offers.anniversary[place]]
    # Another edition of the campaign may have kept this anniversary already, perhaps before the almanac begins.
    known = np.where(np.isfinite(kept_at), kept_at, 0.0)
    kept = np.isfinite(kept_at) & (almanac.ordinal_of(contacts.cohort, known) >= day)
    return np.where((contacts.since_day > 0) & (day > 0) & (ordinal <= until) & ~kept, until, 0)


def _held(contacts: Contacts, offers: Offers, almanac: Almanac, *, day: Ints, wants: Flags) -> Flags:
    """What wants a contact and waits for an exclusive series of its own class or a higher one.

    A series whose channel has no opening before it is over holds nothing back, or it would bring silence.
    """
    if not offers.exclusive.any():
        return np.zeros_like(wants)
    opening = almanac.next_open[contacts.cohort[:, None], offers.channel, offers.manner, day[:, None]]
    comes = (opening < almanac.days) & (almanac.first + opening <= offers.closes)
    first = np.where(wants & offers.exclusive & comes, offers.rank, _FAR).min(axis=1, keepdims=True)
    held: Flags = wants & ~offers.exclusive & (offers.rank >= first) & ~offers.urgent
    return held
