"""Where a request came from, as it is written down for proof."""

import re

from flask import request

LONGEST_AGENT = 300


def network_address() -> str:
    """The visitor's, "" if unknown."""
    return request.remote_addr or ""


def agent() -> str:
    """What the browser calls itself, on one line of plain characters."""
    return re.sub(r"[^\x20-\x7e]", "?", request.headers.get("User-Agent", ""))[:LONGEST_AGENT]


def origin() -> str:
    """Both, as one line."""
    return " ".join(part for part in (network_address(), agent()) if part)
