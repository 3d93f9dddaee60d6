"""Text and YAML as authors save them, or one fault that says where they cannot be read."""

import re
from datetime import date
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.tokens import AliasToken

from outreach.domain.errors import BadInput, Fault

#: What a database column or a mail cannot hold: controls, but for line breaks and tabs.
_UNUSABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f]")
_DAY = re.compile(r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b")


def read_text(path: Path, *, place: str, largest: int) -> str:
    """The text of a file in UTF-8, with or without its mark, with lines that end in "\\n".

    Raises:
        BadInput: if it is larger than `largest` bytes, not UTF-8, or holds a control character.
    """
    if path.stat().st_size > largest:
        raise BadInput([Fault(place, f"it is larger than {largest:,} bytes", "Shorten it.")])
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise BadInput([Fault(place, "it is not UTF-8", "Save it in UTF-8.", line=line)]) from None
    if found := _UNUSABLE.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise BadInput([Fault(place, "it holds a control character", "Remove it.", line=line, value=repr(found[0]))])
    return text


def read_yaml(text: str, *, place: str, first_line: int = 1) -> Any:
    """What `text`, whose first line is `first_line` of `place`, says in YAML 1.2, with ruamel's positions.

    Raises:
        BadInput: if it is no YAML, names a day there is not, or refers to itself: aliases may grow without bounds.
    """

    def refuse(reason: str, mend: str, line: int | None, value: str = "") -> BadInput:
        number = None if line is None else line + first_line
        return BadInput([Fault(place, reason, mend, line=number, value=value)])

    try:
        if "*" in text:
            for token in YAML(typ="rt").scan(text):
                if isinstance(token, AliasToken):
                    raise refuse(
                        "aliases are not read", "Write it out again.", token.start_mark.line, f"*{token.value}"
                    )
        return YAML(typ="rt").load(text)
    except MarkedYAMLError as error:
        reason = f"it is no YAML: {str(error.problem).splitlines()[0]}"
        mend = 'Correct the line or the one before it, and put a text with a colon or a sign at its start in "quotes".'
        raise refuse(reason, mend, error.problem_mark.line if error.problem_mark else None) from None
    except YAMLError as error:
        raise refuse(f"it is no YAML: {error}", "Correct it.", None) from None
    except ValueError as error:
        # A value that looks like a day and is none is the only one ruamel cannot make.
        for number, line in enumerate(text.split("\n")):
            for day in _DAY.finditer(line):
                if not _is_day(day):
                    raise refuse("there is no such day", "Write it like 2026-09-30.", number, day[0]) from None
        raise refuse(f"it cannot be read: {error}", "Put the value in quotes.", None) from None


def _is_day(found: re.Match[str]) -> bool:
    try:
        date(*(int(part) for part in found.groups()))
    except ValueError:
        return False
    return True
