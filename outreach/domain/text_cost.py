"""What a text cost, by the bill of whoever carried it."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class TextCost:
    """The cost of one text.

    Attributes:
        reference: the provider's own name for it.
        segments: how many were paid for.
        price: of all of them, not below 0. currency: ISO 4217.
    """

    reference: str
    segments: int
    price: Decimal
    currency: str
