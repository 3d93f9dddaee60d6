"""On what we may write to somebody, and how long that holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from dateutil.relativedelta import relativedelta


class Basis(StrEnum):
    """What allows us to write (GDPR 6 and 7, ePrivacy 13, PECR 22, CASL 6 and 10)."""

    #: The person said yes to words they saw.
    CONSENT = "consent"
    #: An own customer, told of similar goods, who could say no then and can every time.
    SOFT_OPT_IN = "soft_opt_in"
    #: CASL: a purchase or contract; holds two years.
    IMPLIED_PURCHASE = "implied_purchase"
    #: CASL: an inquiry; holds six months.
    IMPLIED_INQUIRY = "implied_inquiry"


@dataclass(frozen=True, slots=True)
class Said:
    """In which words, and from where, somebody said what they allow.

    Attributes:
        wording: what they saw, "" if nobody knows. language: of it, BCP 47.
        origin: network address and program.
    """

    wording: str = ""
    language: str = ""
    origin: str = ""


#: Where nobody knows how it was said.
UNKNOWN = Said()

#: Months that a basis holds (CASL 10 (10)); those that are not here hold until they are withdrawn.
TERMS: Mapping[Basis, int] = {Basis.IMPLIED_PURCHASE: 24, Basis.IMPLIED_INQUIRY: 6}


def expiry(basis: Basis, given_at: datetime) -> datetime | None:
    """When a permission of `basis` given at `given_at` ends; None if it does not by itself.

    >>> expiry(Basis.IMPLIED_INQUIRY, datetime(2026, 8, 31)).date().isoformat()
    '2027-02-28'
    """
    months = TERMS.get(basis)
    return given_at + relativedelta(months=months) if months else None
