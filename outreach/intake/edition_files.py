"""The text of an edition in one locale: a Markdown file with front matter."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from outreach.domain.errors import BadInput, Fault
from outreach.rendering.blocks import check_body, links
from outreach.rendering.merge import check_text

FENCE = "---"
FIELDS = ("subject", "preheader")


@dataclass(frozen=True, slots=True)
class EditionFile:
    """What a file says. `urls` are the http(s) addresses that may be tracked, in order."""

    subject: str
    preheader: str
    body: str
    urls: tuple[str, ...]


def read_edition_file(path: Path, *, place: str, channel: str) -> EditionFile:
    """The text in `path`.

    Args:
        place: the file as its author knows it. channel: email or sms.

    Raises:
        BadInput: with everything that is wrong with it.
    """
    if not path.is_file():
        raise BadInput([Fault(place, "the text is missing in this locale", "Write the file.")])
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError:
        raise BadInput([Fault(place, "it is not UTF-8", "Save it in UTF-8.")]) from None
    front, front_lines, first_line = _front_matter(lines, place)
    body = "\n".join(lines[first_line - 1 :]).strip("\n") + "\n"
    first_line += next((index for index, line in enumerate(lines[first_line - 1 :]) if line.strip()), 0)
    faults = [*_front_faults(front, front_lines, place=place, channel=channel)]
    for name in FIELDS:
        if front.get(name):
            faults += check_text(front[name], place=place, first_line=front_lines[name])
    if not body.strip():
        faults.append(Fault(place, "there is no text below the front matter", "Write it.", line=first_line))
    elif channel == "email":
        faults += check_body(body, place=place, first_line=first_line)
    else:
        faults += check_text(body, place=place, first_line=first_line)
    if faults:
        raise BadInput(faults)
    targets = links(body) if channel == "email" else []
    urls = tuple(dict.fromkeys(url for url in targets if url.startswith(("http://", "https://"))))
    return EditionFile(front.get("subject", ""), front.get("preheader", ""), body, urls)


def _front_matter(lines: list[str], place: str) -> tuple[dict[str, str], dict[str, int], int]:
    """The fields between the fences, the line of each, and the line on which the body begins."""
    if not lines or lines[0].strip() != FENCE or FENCE not in (line.strip() for line in lines[1:]):
        mend = f"Begin with a line {FENCE}, then subject and preheader, then a line {FENCE}."
        raise BadInput([Fault(place, "there is no front matter", mend, line=1)])
    end = next(index for index, line in enumerate(lines) if index and line.strip() == FENCE)
    try:
        data: Any = YAML(typ="rt").load("\n".join(lines[1:end])) or {}
    except YAMLError as error:
        raise BadInput([Fault(place, f"the front matter is no YAML: {error}", "Correct it.", line=2)]) from None
    if not isinstance(data, Mapping):
        raise BadInput([Fault(place, "the front matter holds no fields", "Write `subject: ...`.", line=2)])
    positions: Any = data
    numbers = {str(key): positions.lc.key(key)[0] + 2 for key in data}
    return {str(key): str(value).strip() for key, value in data.items()}, numbers, end + 2


def _front_faults(front: Mapping[str, str], lines: Mapping[str, int], *, place: str, channel: str) -> list[Fault]:
    wanted = FIELDS if channel == "email" else ()
    faults = [
        Fault(place, "the field is missing", f"Add `{name}: ...` to the front matter.", line=1, column=name)
        for name in wanted
        if not front.get(name)
    ]
    for name in front:
        if name not in wanted:
            mend = "Remove it." if name in FIELDS else f"Use only {', '.join(wanted) or 'none'}."
            reason = "a text message has no such field" if name in FIELDS else "there is no such field"
            faults.append(Fault(place, reason, mend, line=lines[name], column=name, value=front[name]))
    return faults
