"""The text of an edition in one locale: a Markdown file with front matter."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ruamel.yaml.comments import CommentedMap

from outreach.domain.errors import BadInput, Fault
from outreach.domain.words import has_controls
from outreach.intake.texts import read_text, read_yaml
from outreach.rendering.blocks import check_body, links
from outreach.rendering.merge import check_text
from outreach.rendering.sms import text_links
from outreach.rendering.written import written_blocks

FENCE = "---"
FIELDS = ("subject", "preheader")
BLOCK = ":::"
LARGEST_TEXT = 200_000


@dataclass(frozen=True, slots=True)
class EditionFile:
    """What a file says. `urls` are the http(s) addresses that may be tracked, in order."""

    subject: str
    preheader: str
    body: str
    urls: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Parts:
    """A file taken apart: its fields with their lines, and its body with the line on which that begins."""

    lines: list[str]
    front: Mapping[str, str]
    front_lines: Mapping[str, int]
    body: str
    body_line: int


def read_edition_file(path: Path, *, place: str, channel: str) -> EditionFile:
    """The text in `path`.

    Args:
        place: the file as its author knows it. channel: email or sms.

    Raises:
        BadInput: with everything that is wrong with it.
    """
    parts = _taken_apart(_lines(path, place), place)
    faults = [*_front_faults(parts, place=place, channel=channel), *_body_faults(parts, place=place, channel=channel)]
    if faults:
        raise BadInput(faults)
    targets = links(parts.body) if channel == "email" else text_links(parts.body)
    urls = tuple(dict.fromkeys(url for url in targets if url.startswith(("http://", "https://", "answer:"))))
    return EditionFile(parts.front.get("subject", ""), parts.front.get("preheader", ""), parts.body, urls)


def _lines(path: Path, place: str) -> list[str]:
    if not path.is_file():
        mend = "Write this file, or take its locale out of the locales of the pack."
        raise BadInput([Fault(place, "the text is missing in this locale", mend)])
    return read_text(path, place=place, largest=LARGEST_TEXT).split("\n")


def _taken_apart(lines: list[str], place: str) -> _Parts:
    if lines[0].strip() != FENCE or FENCE not in (line.strip() for line in lines[1:]):
        mend = f"Begin with a line {FENCE}, then subject and preheader, then a line {FENCE}."
        raise BadInput([Fault(place, "there is no front matter", mend, line=1)])
    end = next(index for index, line in enumerate(lines) if index and line.strip() == FENCE)
    data = _front_matter(lines[1:end], place)
    first = next((index for index in range(end + 1, len(lines)) if lines[index].strip()), len(lines))
    return _Parts(
        lines=lines,
        front={str(key): "" if value is None else str(value).strip() for key, value in data.items()},
        front_lines={str(key): data.lc.key(key)[0] + 2 for key in data},
        body="\n".join(lines[first:]).rstrip() + "\n",
        body_line=min(first, len(lines) - 1) + 1,
    )


def _front_matter(lines: list[str], place: str) -> Any:
    data = read_yaml("\n".join(lines), place=place, first_line=2)
    if data is None:
        return CommentedMap()
    if not isinstance(data, Mapping):
        raise BadInput([Fault(place, "the front matter holds no fields", "Write `subject: ...`.", line=2)])
    return data


def _front_faults(parts: _Parts, *, place: str, channel: str) -> list[Fault]:
    wanted = FIELDS if channel == "email" else ()
    faults = [
        Fault(place, "the field is missing", f"Add `{name}: ...` to the front matter.", line=1, column=name)
        for name in wanted
        if not parts.front.get(name)
    ]
    for name, value in parts.front.items():
        line = parts.front_lines[name]
        if name not in wanted:
            mend = "Remove it." if name in FIELDS else f"Use only {', '.join(wanted) or 'none'}."
            reason = "a text message has no such field" if name in FIELDS else "there is no such field"
            faults.append(Fault(place, reason, mend, line=line, column=name, value=value))
        elif has_controls(value):
            mend = "Write it on one line, without invisible characters."
            faults.append(Fault(place, "it does not stand on one line", mend, line=line, column=name, value=value))
        else:
            indent = max(0, parts.lines[line - 1].find(value))
            faults += [_moved(fault, indent) for fault in check_text(value, place=place, first_line=line)]
    return faults


def _moved(fault: Fault, by: int) -> Fault:
    """A fault of a field's value, told by its column in the file."""
    word, _, number = fault.column.partition(" ")
    return replace(fault, column=f"{word} {int(number) + by}") if number.isdecimal() else fault


def _body_faults(parts: _Parts, *, place: str, channel: str) -> list[Fault]:
    if not parts.body.strip():
        return [Fault(place, "there is no text below the front matter", "Write it.", line=parts.body_line)]
    faults = check_text(parts.body, place=place, first_line=parts.body_line)
    if channel == "email":
        faults += check_body(parts.body, place=place, first_line=parts.body_line)
        return faults + list(_story_faults(parts, place))
    for number, line in enumerate(parts.body.split("\n"), start=parts.body_line):
        if line.startswith(BLOCK):
            mend = f"Write plain words without {BLOCK} lines."
            faults.append(Fault(place, "a text message has no blocks", mend, line=number, value=line))
    return faults


def _story_faults(parts: _Parts, place: str) -> Iterator[Fault]:
    """Stories of the shelf in a pack's text: nobody would look at their permission before it is sent."""
    for block in written_blocks(parts.body):
        if block.fence.story:
            mend = "Take the story out here, and put it in with the editor, once the pack is applied."
            reason = "a pack cannot hold a customer's story"
            yield Fault(place, reason, mend, line=parts.body_line + block.line - 1, value=f"from={block.fence.story}")
