"""What texts cost. The vendor tells no price when it takes a text nor in its callbacks, but shows it with the text
later, as a loss: "-0.00750" and "USD".

Source: "Messages resource" of the vendor: fields `num_segments`, `price` and `price_unit`; list filter DateSent>.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

from twilio.base.exceptions import TwilioException
from twilio.rest.api.v2010.account.message import MessageInstance, MessageList

from outreach.domain.text_cost import TextCost
from outreach.providers.pooled import InDoubt

#: The most that one call lists.
_PAGE = 1_000
_SEGMENTS = re.compile(r"[0-9]{1,3}").fullmatch
_PRICE = re.compile(r"-?[0-9]{1,5}(?:\.[0-9]{1,6})?").fullmatch
_CURRENCY = re.compile(r"[A-Za-z]{3}").fullmatch


def costs_of(messages: MessageList, since: datetime) -> Iterator[TextCost]:
    """What the texts cost that left at `since` or later and have a price by now; a page of them at a time.

    Raises:
        NotSent, InDoubt, Refused: if the vendor does not answer, or refuses.
    """
    try:
        for text in messages.stream(date_sent_after=since.astimezone(UTC), page_size=_PAGE):
            if cost := cost_of(text):
                yield cost
    except (TwilioException, AttributeError, LookupError, TypeError, ValueError) as error:
        raise InDoubt(f"unreadable answer: {type(error).__name__}") from error


def cost_of(text: MessageInstance) -> TextCost | None:
    """What one text cost; None for what customers wrote, and while the vendor does not say."""
    segments, price, currency = (str(told or "") for told in (text.num_segments, text.price, text.price_unit))
    said = _SEGMENTS(segments) and _PRICE(price) and _CURRENCY(currency)
    if not said or not text.sid or text.direction == "inbound":
        return None
    return TextCost(text.sid, int(segments), abs(Decimal(price)), currency.upper())
