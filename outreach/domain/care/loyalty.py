"""Existing customers first: what newcomers or lapsed customers are offered, present ones have already, and as good.

An offer for newcomers or lapsed customers may start only if for the same thing, on every day from `early_access_days`
before its first to its last, present customers have an offer at least as good.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

#: So long before newcomers present customers have theirs, unless the offer names another number of days.
EARLY_ACCESS_DAYS = 7
#: Who became a customer no longer ago is a newcomer.
NEW_FOR = timedelta(days=90)
#: Who bought nothing for so long has lapsed.
LAPSED_AFTER = timedelta(days=365)

#: Name of the attribute of a contact that holds its standing, where an offer asks for it; no file brings it.
STANDING = "_standing"


class Standing(StrEnum):
    """Where a customer stands with us."""

    #: A customer for at most 90 days, or of no day that we know and without a purchase.
    NEWCOMER = "newcomer"
    #: The last purchase is more than a year ago.
    LAPSED = "lapsed"
    #: Everybody else.
    PRESENT = "present"


class MeantFor(StrEnum):
    """Whom a declared offer is for."""

    #: All customers; present ones may have it some days earlier.
    EVERYONE = "everyone"
    #: Who has just come.
    NEWCOMERS = "newcomers"
    #: Who is here.
    PRESENT = "present"
    #: Who left and is to come back.
    LAPSED = "lapsed"


STANDING_OF: Mapping[MeantFor, Standing] = {
    MeantFor.NEWCOMERS: Standing.NEWCOMER,
    MeantFor.PRESENT: Standing.PRESENT,
    MeantFor.LAPSED: Standing.LAPSED,
}
"""Whom an offer reaches; what is for everyone has no entry."""


def standing_of(*, customer_since: date | None, last_purchase: date | None, today: date) -> Standing:
    """Where a customer stands on `today`."""
    if customer_since is not None and today - customer_since <= NEW_FOR:
        return Standing.NEWCOMER
    if last_purchase is None:
        return Standing.NEWCOMER if customer_since is None else Standing.PRESENT
    return Standing.LAPSED if today - last_purchase > LAPSED_AFTER else Standing.PRESENT


class TermKind(StrEnum):
    """What somebody gets."""

    #: Off the price, in percent.
    PERCENT = "percent_off"
    #: Off the price, in money.
    AMOUNT = "amount_off"
    #: Months more than were paid for.
    MONTHS = "extra_months"
    #: Something beside it, with its declared value in money.
    GIFT = "gift"


@dataclass(frozen=True, slots=True)
class Terms:
    """What somebody gets: `value` percent, months, or money in `currency` (ISO 4217)."""

    kind: TermKind
    value: float
    currency: str = ""

    @property
    def unit(self) -> str:
        """What the value is counted in; terms of one unit can be compared."""
        return self.currency or self.kind.value

    def __str__(self) -> str:
        match self.kind:
            case TermKind.PERCENT:
                return f"{self.value:g} % off"
            case TermKind.AMOUNT:
                return f"{self.value:g} {self.currency} off"
            case TermKind.MONTHS:
                return f"{self.value:g} extra months"
            case TermKind.GIFT:
                return f"a gift worth {self.value:g} {self.currency}"


def at_least_as_good(one: Terms, other: Terms) -> bool | None:
    """Whether `one` is worth as much as `other`, or more; None if they cannot be compared.

    >>> at_least_as_good(Terms(TermKind.GIFT, 20, "GBP"), Terms(TermKind.AMOUNT, 15, "GBP"))
    True
    """
    return one.value >= other.value if one.unit == other.unit else None


@dataclass(frozen=True, slots=True)
class DeclaredOffer:
    """An offer as a pack declares it; days are civil and both inclusive.

    Attributes:
        applies_to: key of the product or service it makes cheaper.
        early_access_days: of an offer for everyone, so many days earlier present customers have it; of one for
            newcomers or lapsed customers, so many days earlier present ones must have theirs.
        as_good_as: keys of offers that this one is declared to be as good as, with the reason in writing.
    """

    key: str
    meant_for: MeantFor
    terms: Terms
    starts: date
    ends: date
    applies_to: str
    early_access_days: int = 0
    as_good_as: Mapping[str, str] = field(default_factory=dict)

    @property
    def open_for_present(self) -> date | None:
        """The first day on which present customers have it; None if they never do."""
        if self.meant_for is MeantFor.PRESENT:
            return self.starts
        early = timedelta(days=self.early_access_days)
        return self.starts - early if self.meant_for is MeantFor.EVERYONE else None


class Lack(StrEnum):
    """Why present customers would get worse terms."""

    #: They have no offer for the same thing on that day.
    NOTHING = "nothing"
    #: What they have is worth less.
    WORSE = "worse"
    #: What they have cannot be compared, and nobody declared it as good.
    INCOMPARABLE = "incomparable"


@dataclass(frozen=True, slots=True)
class Shortfall:
    """The first day on which present customers would get worse terms; `nearest` is the offer they have then, if any."""

    day: date
    lack: Lack
    nearest: DeclaredOffer | None = None


def shortfall(offer: DeclaredOffer, others: Iterable[DeclaredOffer]) -> Shortfall | None:
    """Where present customers get less than those whom `offer` is for; None if nowhere, or if it is theirs as well."""
    if offer.meant_for not in (MeantFor.NEWCOMERS, MeantFor.LAPSED):
        return None
    theirs = [
        one
        for one in others
        if one.key != offer.key and one.applies_to == offer.applies_to and one.open_for_present is not None
    ]
    good = [one for one in theirs if _as_good(one, offer)]
    day = offer.starts - timedelta(days=offer.early_access_days)
    while day <= offer.ends:
        until = max((one.ends for one in good if _open(one, day)), default=None)
        if until is None:
            return _shortfall(offer, theirs, day=day)
        day = until + timedelta(days=1)
    return None


def _as_good(one: DeclaredOffer, offer: DeclaredOffer) -> bool:
    return offer.key in one.as_good_as or bool(at_least_as_good(one.terms, offer.terms))


def _open(one: DeclaredOffer, day: date) -> bool:
    first = one.open_for_present
    return first is not None and first <= day <= one.ends


def _shortfall(offer: DeclaredOffer, theirs: Iterable[DeclaredOffer], *, day: date) -> Shortfall:
    there = [one for one in theirs if _open(one, day)]
    # What can be compared says more than what cannot.
    there.sort(key=lambda one: (at_least_as_good(one.terms, offer.terms) is None, -one.terms.value, one.key))
    if not there:
        return Shortfall(day, Lack.NOTHING)
    comparable = at_least_as_good(there[0].terms, offer.terms) is not None
    return Shortfall(day, Lack.WORSE if comparable else Lack.INCOMPARABLE, there[0])
