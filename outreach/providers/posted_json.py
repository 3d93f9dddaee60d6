"""Reports that come as a JSON array of objects."""

import json
from typing import Any


def is_json_array(body: bytes) -> bool:
    """Whether the body begins and ends like a JSON array."""
    return body.lstrip()[:1] == b"[" and body.rstrip()[-1:] == b"]"


def objects_in(body: bytes) -> list[dict[str, Any]]:
    """The objects of a body.

    Raises:
        ValueError: if it is no JSON array of objects.
    """
    try:
        items = json.loads(body)
    except RecursionError:
        raise ValueError("reports nested too deeply") from None
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise ValueError("reports are not a JSON array of objects")
    return items
