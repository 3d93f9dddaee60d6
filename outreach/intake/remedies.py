"""Remedies of a pack: what customers whom it let down may choose from, held against the rest of it."""

from collections.abc import Collection, Iterator, Mapping

from outreach.domain.answers import REMEDY, read_answer
from outreach.domain.errors import Fault
from outreach.intake.edition_files import EditionFile
from outreach.intake.pack_schema import RemedyEntry
from outreach.intake.positions import KeyPath

#: Where below the remedy, what is wrong, how to mend it, and the value.
Slip = tuple[KeyPath, str, str, str]


def remedy_slips(remedy: RemedyEntry, *, locales: Collection[str]) -> Iterator[Slip]:
    """The languages in which a remedy has no name, and those that nobody reads it in."""
    for locale in locales:
        if locale not in remedy.name:
            yield ["name"], f"the name in {locale} is missing", "Add it.", remedy.key
    for tag in sorted(remedy.name.keys() - set(locales)):
        yield ["name", tag], "the business does not write in it", "Remove it.", tag


def unknown_remedies(
    texts: Mapping[tuple[str, str, str], EditionFile], remedies: Collection[RemedyEntry]
) -> Iterator[Fault]:
    """Answers in texts that choose a remedy which the pack does not have."""
    known = [remedy.key for remedy in remedies]
    for (campaign, text, locale), file in texts.items():
        for url in file.urls:
            answer = read_answer(url)
            if answer and answer.question == REMEDY and answer.answer not in known:
                mend = "Use one of " + ", ".join(known) + "." if known else "Declare it under remedies in pack.yaml."
                name = f"editions/{campaign}/{text}.{locale}.md"
                yield Fault(name, "there is no such remedy in the pack", mend, value=url)
