"""Whom a block concerns: `only=industry:farms,shops`, `only=has:company`, `only=without:company`."""

from dataclasses import dataclass
from enum import StrEnum

from outreach.domain.content import Recipient


class Asks(StrEnum):
    """What a condition looks at."""

    #: The recipient's industry is one of these.
    INDUSTRY = "industry"
    #: Something is known of the recipient.
    HAS = "has"
    #: It is not known.
    WITHOUT = "without"


#: What may be asked for with `has` and `without`: the merge fields of a contact that may be empty.
FIELDS = ("first_name", "last_name", "company", "customer_since")


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition: what it looks at, and the keys of industries or the one field."""

    asks: Asks
    values: tuple[str, ...]

    def holds(self, recipient: Recipient) -> bool:
        """Whether the block concerns `recipient`."""
        if self.asks is Asks.INDUSTRY:
            return recipient.industry_key in self.values
        return bool(getattr(recipient, self.values[0])) is (self.asks is Asks.HAS)


def read_condition(text: str) -> Condition | None:
    """The condition that `text` (behind `only=`) states; None if it states none."""
    asks, colon, rest = text.partition(":")
    values = tuple(value for value in rest.split(",") if value)
    if not colon or not values or asks not in list(Asks):
        return None
    if asks != Asks.INDUSTRY and (len(values) != 1 or values[0] not in FIELDS):
        return None
    return Condition(Asks(asks), values)
