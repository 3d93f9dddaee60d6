"""Words that people hand us: what must not be among them."""

import re

#: Controls of ASCII and Latin-1, line and paragraph separators; what header injection is made of.
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def has_controls(text: str) -> bool:
    """Whether `text` holds a line break, a tab or another control character."""
    return _CONTROLS.search(text) is not None
