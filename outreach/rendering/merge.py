"""The merge fields authors may write: `{{ name }}` and `{{ name | default("text") }}`, and nothing else of Jinja.

Jinja's own lexer finds the fields and its own parser reads them; what is not on the allow-list is refused, so loops,
calls, arithmetic, attribute tricks and includes cannot be expressed (in a mere sandbox they can eat CPU and memory).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from jinja2 import TemplateSyntaxError, nodes

from outreach.domain.content import OCCASION
from outreach.domain.errors import BadInput, Fault
from outreach.rendering.environment import merge_environment
from outreach.rendering.fields import cleaned

NAMES: tuple[str, ...] = (
    "contact.first_name",
    "contact.last_name",
    "contact.company",
    "contact.industry",
    "contact.customer_since",
    "business.name",
    "business.phone",
    "business.website",
    *(f"occasion.{name}" for name in OCCASION),
)
"""What a merge field may print."""

MARK_WORD = "OUTREACHSLOT"
"""Begins the words that stand for slots while a text is laid out; authors may not write it."""

_ENVIRONMENT = merge_environment()
_MEND = 'Write {{ name }} or {{ name | default("text") }} with one of: ' + ", ".join(NAMES) + "."
#: `name . name | default ( string )` is 8 tokens; longer ones never reach the parser, so its depth is bounded.
_MOST_TOKENS = 8
#: No letter is longer, counted in characters; reading one, Markdown and all, stays a matter of milliseconds.
LONGEST = 50_000
#: What is read before a text counts as hostile: merge fields in it, tokens in one of them, and faults that are named.
_MOST_FIELDS, _ENOUGH_TOKENS, _ENOUGH_FAULTS = 500, 100, 50


@dataclass(frozen=True, slots=True)
class Field:
    """A merge field: prints the value of `name`, or `default` if that is empty."""

    name: str
    default: str = ""


@dataclass(frozen=True, slots=True)
class _Found:
    """A stretch of the source between `{{`, `{%` or `{#` and its end, or the beginning of one that is never read on."""

    start: int
    end: int
    opening: str
    tokens: int


def pieces(text: str, *, place: str = "text") -> tuple[str | Field, ...]:
    """`text` as literal stretches and merge fields, in order.

    Raises:
        BadInput: if it holds anything of Jinja beyond the two forms; every fault is named.
    """
    found, faults = _read(text, place, 1)
    if faults:
        raise BadInput(faults)
    return tuple(found)


def check_text(text: str, *, place: str, first_line: int = 1) -> list[Fault]:
    """What is wrong with the merge fields of `text`, whose first line is `first_line` of `place`; [] if nothing."""
    return _read(text, place, first_line)[1]


def _read(text: str, place: str, first_line: int) -> tuple[list[str | Field], list[Fault]]:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    report = _Report(text=text, place=place, first_line=first_line)
    if len(text) > LONGEST:
        report.add(LONGEST, "", f"is longer than {LONGEST:,} characters", "Make two letters of it.")
        return [text], report.faults
    if MARK_WORD in text:
        report.add(text.index(MARK_WORD), MARK_WORD, "is a word that we use ourselves", "Write another word.")
    try:
        stretches = list(islice(_stretches(text), _MOST_FIELDS + 1))
    except TemplateSyntaxError as error:
        where = _last_opening(text, error.lineno)
        report.add(
            where, text[where : where + 40].split("\n")[0], (error.message or "cannot be read").rstrip("."), _MEND
        )
        return [text], report.faults
    if len(stretches) > _MOST_FIELDS:
        report.add(stretches[0].start, "", f"has more than {_MOST_FIELDS} merge fields", "Take some of them out.")
        return [text], report.faults
    result: list[str | Field] = []
    position = 0
    for stretch in stretches:
        if len(report.faults) >= _ENOUGH_FAULTS:
            break
        source = text[stretch.start : stretch.end]
        field = _field(source) if stretch.opening == "variable_begin" and stretch.tokens <= _MOST_TOKENS else None
        if field is None:
            report.add(stretch.start, source, "is not a merge field that may be used", _MEND)
        else:
            result += [text[position : stretch.start], field]
        position = stretch.end
    result.append(text[position:])
    return [piece for piece in result if piece != ""], report.faults


def _stretches(text: str) -> Iterator[_Found]:
    """The parts of `text` that are Jinja's, by its own lexer. Positions are found by walking along with the tokens."""
    position = start = tokens = 0
    opening = ""
    for _line, kind, value in _ENVIRONMENT.lex(text):
        at = text.index(value, position)
        position = at + len(value)
        if kind in ("variable_begin", "block_begin", "comment_begin", "raw_begin"):
            start, opening, tokens = at, kind, 0
        elif kind in ("variable_end", "block_end", "comment_end", "raw_end"):
            yield _Found(start=start, end=position, opening=opening, tokens=tokens)
            opening = ""
        elif kind not in ("whitespace", "data"):
            tokens += 1
            if tokens > _ENOUGH_TOKENS:
                yield _Found(start=start, end=position, opening=opening, tokens=tokens)
                return
    if opening:
        raise TemplateSyntaxError("has no end", text[:start].count("\n") + 1)


def _field(source: str) -> Field | None:
    """The merge field that `source` ({{ ... }}) is, or None if it is anything else."""
    if "\n" in source or not source.startswith("{{") or source[2] in "+-" or source[-3] in "+-":
        return None
    try:
        body = _ENVIRONMENT.parse(source).body
    except (TemplateSyntaxError, SyntaxError, ValueError):
        # The last two come from Python itself: digits of another script in a float, an integer of thousands of digits.
        return None
    match body:
        case [nodes.Output(nodes=[nodes.Filter() as node])]:
            return _with_default(node)
        case [nodes.Output(nodes=[node])]:
            name = _name(node)
            return Field(name) if name else None
    return None


def _with_default(node: nodes.Filter) -> Field | None:
    plain = not (node.kwargs or node.dyn_args or node.dyn_kwargs)
    match node.name, node.args:
        case "default", [nodes.Const(value=str(text))] if plain:
            name = _name(node.node)
            return Field(name, text) if name and text == cleaned(text) else None
    return None


def _name(node: nodes.Node | None) -> str:
    """The dotted name that `node` is, if it is one of NAMES, else ""."""
    match node:
        case nodes.Getattr(node=nodes.Name(name=owner), attr=attribute):
            name = f"{owner}.{attribute}"
            return name if name in NAMES else ""
    return ""


def _last_opening(text: str, line: int) -> int:
    """Where the last Jinja opening at or before the end of `line` stands, or the start of that line."""
    lines: Sequence[str] = text.split("\n")
    end = len("\n".join(lines[:line]))
    return max([*(text.rfind(mark, 0, end) for mark in ("{{", "{%", "{#")), len("\n".join(lines[: line - 1]))])


class _Report:
    """Collects faults and turns offsets into lines and columns."""

    def __init__(self, *, text: str, place: str, first_line: int) -> None:
        self.text, self.place, self.first_line = text, place, first_line
        self.faults: list[Fault] = []

    def add(self, offset: int, value: str, reason: str, mend: str) -> None:
        before = self.text[:offset]
        self.faults.append(
            Fault(
                place=self.place,
                reason=reason,
                mend=mend,
                line=self.first_line + before.count("\n"),
                column=f"column {len(before.rpartition(chr(10))[2]) + 1}",
                value=value,
            )
        )
