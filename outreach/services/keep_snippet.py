"""Keeps a snippet: one or more blocks, or plain words, under a name, in as many locales as somebody wrote."""

from collections.abc import Mapping
from datetime import datetime

from outreach.db.queries.publishing import Rules, load_rules
from outreach.db.queries.snippets import delete_snippet, load_snippets, store_snippet
from outreach.db.session import Database
from outreach.domain.errors import BadInput, Fault
from outreach.rendering.blocks import check_body
from outreach.rendering.merge import check_text

#: Characters of a name.
NAME_LENGTH = 80
_PLACE = "snippet"
#: Stands before a snippet while it is checked: one that is for some readers only is sound, as a letter is not.
_BEFORE = "::: value\nWords.\n:::\n\n"


def keep_snippet(
    *, db: Database, name: str, bodies: Mapping[str, str], was: str | None = None, by: str, now: datetime
) -> str:
    """The name under which it is kept.

    Args:
        bodies: by locale, each as blocks or as plain Markdown; an empty one is left out.
        was: the name of the snippet that this replaces, None for a new one.

    Raises:
        BadInput: if the name is missing or taken, nothing is written, or a body is unsound, with its line.
    """
    name = " ".join(name.replace("\x00", "").split())
    texts = {locale: _storable(body) for locale, body in bodies.items() if body.strip()}
    with db.raw_transaction() as connection:
        faults = _faults(name, texts, load_rules(connection))
        if faults:
            raise BadInput(faults)
        if was is not None:
            delete_snippet(connection, was)
        taken = bool(load_snippets(connection, name=name))
        if taken or not store_snippet(connection, name, texts, saved_by=by, now=now):
            mend = "Give this one another name."
            raise BadInput([Fault(_PLACE, "there is another snippet of this name", mend, column="name", value=name)])
    return name


def _faults(name: str, texts: Mapping[str, str], rules: Rules | None) -> list[Fault]:
    faults = []
    if not name or len(name) > NAME_LENGTH:
        reason = "has a name that is too long" if name else "has no name"
        mend = f"Give it one of at most {NAME_LENGTH} characters."
        faults.append(Fault(_PLACE, reason, mend, column="name", value=name))
    if not texts:
        faults.append(Fault(_PLACE, "says nothing", "Write it in at least one language.", column="body"))
    spoken = rules.locales if rules else ()
    for locale, text in texts.items():
        if locale not in spoken:
            mend = f"Use one of: {', '.join(spoken)}." if spoken else "Apply a pack first."
            faults.append(Fault(_PLACE, "we do not write in this language", mend, value=locale))
        faults += check_text(text, place=f"{_PLACE} ({locale})") or _body_faults(text, locale)
    return faults


def _body_faults(text: str, locale: str) -> list[Fault]:
    in_blocks = any(line.lstrip().startswith(":::") for line in text.split("\n"))
    before = _BEFORE if in_blocks else f"{_BEFORE}::: value\n"
    whole = before + text + ("\n" if in_blocks else "\n:::\n")
    return check_body(whole, place=f"{_PLACE} ({locale})", first_line=1 - before.count("\n"))


def _storable(text: str) -> str:
    text = text.replace("\x00", "").encode("utf-8", "replace").decode()
    return text.replace("\r\n", "\n").replace("\r", "\n").strip("\n") + "\n"
