"""Where in a YAML file something stands, and faults that say so."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from outreach.domain.errors import Fault
from outreach.intake.pack_schema import NOT_LIKE

KeyPath = Sequence[str | int]

_REASONS = {
    "missing": "the key is missing",
    "extra_forbidden": "there is no such key",
    "string_type": "it is not read as text",
    "dict_type": "a table of keys was expected here",
    "model_type": "a table of keys was expected here",
    "list_type": "a list was expected here",
}
_MENDS = {
    "missing": "Add it.",
    "extra_forbidden": "Remove it, or look for a slip of the pen in its name.",
    "string_type": "Put it in quotes.",
    "dict_type": "Write `key: value` lines under it.",
    "model_type": "Write `key: value` lines under it.",
    "list_type": "Put the values into [brackets].",
}


def dotted(path: KeyPath) -> str:
    """`path` as people read it: `industries[0].calendar.hours`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.lstrip(".")


def undotted(text: str) -> list[str | int]:
    """The path that `dotted` wrote."""
    return [int(index) if index else name for name, index in re.findall(r"([^.\[\]]+)|\[(\d+)\]", text)]


def line_of(data: Any, path: KeyPath) -> int | None:
    """The line of what `path` leads to, or of the last part of it that exists."""
    line: int | None = None
    node = data
    for part in path:
        try:
            # ruamel keeps positions beside the values: `lc.key` of a table, `lc.item` of a list, counted from 0.
            position = node.lc.item(part) if isinstance(part, int) else node.lc.key(part)
            line, node = position[0] + 1, node[part]
        except (AttributeError, KeyError, IndexError, TypeError):
            break
    return line


def schema_faults(error: ValidationError, data: Any, *, place: str, path: KeyPath = ()) -> list[Fault]:
    """What pydantic found in the part of `data` at `path`, with lines and in our words."""
    return [_schema_fault(dict(one), data, place=place, path=path) for one in error.errors()]


def _schema_fault(error: dict[str, Any], data: Any, *, place: str, path: KeyPath) -> Fault:
    kind, context = error["type"], error.get("ctx", {})
    whole = [*path, *error["loc"]]
    value = "" if kind == "missing" or isinstance(error["input"], Mapping | list) else str(error["input"])
    mend = context["mend"] if kind == NOT_LIKE else _MENDS.get(kind, "See docs/packs.md.")
    if "expected" in context:
        mend = f"Use one of {context['expected']}."
    reason = _REASONS.get(kind) or error["msg"][0].lower() + error["msg"][1:]
    return Fault(place, reason, mend, line=line_of(data, whole), column=dotted(whole), value=value)
