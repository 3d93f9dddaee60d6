"""What one revision changed in another, word by word."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from outreach.db.queries.drafts import DraftText

#: Words around a change that are shown with it.
_AROUND = 8
_WORDS = re.compile(r"\s+|[\u2e80-\u9fff]|[^\s\u2e80-\u9fff]+")


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of a text: same | added | gone | left-out."""

    kind: str
    words: str


def changes_between(old: DraftText | None, new: DraftText) -> list[Stretch]:
    """The changes from `old` to `new`; everything is added where there was nothing."""
    before, after = _WORDS.findall(_whole(old)) if old else [], _WORDS.findall(_whole(new))
    stretches: list[Stretch] = []
    for act, i, j, k, end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if act == "equal":
            stretches += _same(after[k:end], first=not stretches, last=end == len(after))
            continue
        if i < j:
            stretches.append(Stretch("gone", "".join(before[i:j])))
        if k < end:
            stretches.append(Stretch("added", "".join(after[k:end])))
    return stretches


def _whole(text: DraftText) -> str:
    return "\n".join(part for part in (text.subject, text.preheader, text.body) if part)


def _same(words: list[str], *, first: bool, last: bool) -> list[Stretch]:
    """What stays the same, shortened to the words beside a change."""
    if len(words) <= 2 * _AROUND:
        return [Stretch("same", "".join(words))]
    stretches = [] if first else [Stretch("same", "".join(words[:_AROUND]))]
    stretches.append(Stretch("left-out", ""))
    return stretches if last else [*stretches, Stretch("same", "".join(words[-_AROUND:]))]
