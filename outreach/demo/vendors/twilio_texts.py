"""Texts as Twilio keeps and shows them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlencode

#: What a segment costs at this vendor, as it is written.
SEGMENT_PRICE = 0.0079


@dataclass(frozen=True, slots=True)
class KeptText:
    """A text that would have been delivered.

    Attributes:
        sender: number, short code or name; "" where a messaging service chooses. service: that service, or "".
        callback: where to report, as it was given.
        taken_at: when (aware).
    """

    sid: str
    recipient: str
    sender: str
    service: str
    body: str
    callback: str
    taken_at: datetime

    @property
    def segments(self) -> int:
        """How many are paid for, by a plain count: 160 characters of ASCII in one and 153 in each of several, 70 and 67
        of any others."""
        alone, beside = (160, 153) if self.body.isascii() else (70, 67)
        return 1 if len(self.body) <= alone else math.ceil(len(self.body) / beside)


def shown(text: KeptText, *, account_sid: str, is_final: bool) -> dict[str, Any]:
    """A text as the API shows it: right after it was accepted without a price, and of a service without segments."""
    uri = f"/2010-04-01/Accounts/{account_sid}/Messages/{text.sid}"
    at = format_datetime(text.taken_at)
    is_counted = is_final or not text.service
    return {
        "account_sid": account_sid,
        "api_version": "2010-04-01",
        "body": text.body,
        "date_created": at,
        "date_sent": at if is_final else None,
        "date_updated": at,
        "direction": "outbound-api",
        "error_code": None,
        "error_message": None,
        "from": text.sender or None,
        "messaging_service_sid": text.service or None,
        "num_media": "0",
        "num_segments": str(text.segments) if is_counted else "0",
        "price": f"{-text.segments * SEGMENT_PRICE:.5f}" if is_final else None,
        "price_unit": "USD" if is_counted else None,
        "sid": text.sid,
        "status": "delivered" if is_final else ("accepted" if text.service else "queued"),
        "subresource_uris": {"media": f"{uri}/Media.json"},
        "to": text.recipient,
        "uri": f"{uri}.json",
    }


def page_of(texts: Sequence[dict[str, Any]], *, path: str, query: dict[str, str]) -> dict[str, Any]:
    """The page of a list that `query` asks for, by Page (from 0) and PageSize (50 if it does not say)."""
    page, size = int(query.get("Page", "0")), int(query.get("PageSize", "50"))
    there = texts[page * size : (page + 1) * size]

    def uri(number: int) -> str:
        return f"{path}?{urlencode(query | {'Page': str(number), 'PageSize': str(size)})}"

    return {
        "messages": list(there),
        "start": page * size,
        "end": page * size + len(there) - 1,
        "page": page,
        "page_size": size,
        "uri": uri(page),
        "first_page_uri": uri(0),
        "previous_page_uri": uri(page - 1) if page else None,
        "next_page_uri": uri(page + 1) if len(texts) > (page + 1) * size else None,
    }
