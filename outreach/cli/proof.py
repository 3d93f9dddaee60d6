"""`outreach proof`: writes an edition as its readers would get it into files, in every language it is written in."""

import html
import importlib.util
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from outreach.bootstrap import Outreach, bootstrap
from outreach.db.queries.drafts import load_edition
from outreach.db.queries.sample_contacts import find_editions, load_worst_cases
from outreach.domain.content import chosen_locale
from outreach.domain.errors import BadInput, Fault, NotReady
from outreach.rendering.email import RenderedMail
from outreach.services.proof_edition import EditionProof, proof_edition

#: What each picture shows: the file's name behind the locale, and the width in CSS pixels.
SCREENS = {"desktop": 700, "phone": 390}
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")
NO_PNG = (
    "Pictures need Playwright and a Chromium on this machine: install the package playwright and one of "
    f"{', '.join(CHROMIUMS)}, and try again with --png. Or open the .desktop.html and .phone.html files in a browser "
    "and take pictures there."
)


@dataclass(frozen=True, slots=True)
class Written:
    """A file of the proof. `about` is what there is to say of it."""

    locale: str
    contact: str
    path: Path
    about: str


@click.command()
@click.argument("edition")
@click.option("--campaign", metavar="KEY", help="The edition's campaign, if its key alone is not enough.")
@click.option("--locale", "locales", multiple=True, metavar="TAG", help="Only this language; may be named repeatedly.")
@click.option("--contact", "external_id", default="", metavar="ID", help="As this contact, by the id in your list.")
@click.option(
    "--to",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("proofs"),
    show_default=True,
    help="Write here.",
)
@click.option("--png", is_flag=True, help="Take pictures, too, with the Chromium of this machine.")
def proof(
    edition: str, campaign: str | None, locales: tuple[str, ...], external_id: str, folder: Path, png: bool
) -> None:
    """Writes EDITION (its key, or campaign/key) as its readers would get it: HTML, text, mail and pictures.

    Drafts come before what is published. Links lead where they should and count for nothing.
    """
    outreach = bootstrap()
    try:
        edition_id, name = _edition(outreach, edition, campaign)
        proofs = list(_proofs(outreach, edition_id, locales=locales, external_id=external_id))
    finally:
        outreach.close()
    target = folder / name
    try:
        target.mkdir(parents=True, exist_ok=True)
        written = [file for one in proofs for file in _write(one, target)]
    except OSError as error:
        mend = "Name a folder that can be written with --to."
        raise BadInput([Fault(place=str(target), reason=f"cannot be written ({error.strerror})", mend=mend)]) from error
    mails = [one for one in proofs if isinstance(one.message, RenderedMail)]
    if png and mails:
        written = sorted(written + _pictures(mails, target), key=lambda file: file.locale)
    _show(written)
    if not png and mails:
        click.echo("Add --png for pictures of both screens.")


def _edition(outreach: Outreach, words: str, campaign: str | None) -> tuple[int, str]:
    """The id of the one edition that is meant, and a folder's name for it."""
    if "/" in words and campaign is None:
        campaign, _, words = words.partition("/")
    with outreach.db.raw_transaction() as connection:
        found = find_editions(connection, key=words, campaign_key=campaign)
    if len(found) == 1:
        return found[0].id, f"{found[0].campaign_key}-{found[0].key}"
    if found:
        known = ", ".join(f"{one.campaign_key}/{one.key}" for one in found[:10])
        raise _refused("edition", words, "is the key of several editions", f"Say which: {known}.")
    named = f"{campaign}/{words}" if campaign else words
    raise _refused("edition", named, "there is no such edition", "Write campaign/key as on the campaign's page.")


def _proofs(outreach: Outreach, edition_id: int, *, locales: Sequence[str], external_id: str) -> Iterator[EditionProof]:
    """The edition in each language, for the contact named or for the first who would get it."""
    now = outreach.clock.now()

    def rendered(*, locale: str = "", contact_id: int | None = None) -> EditionProof:
        return proof_edition(
            db=outreach.db,
            renderer_for=outreach.renderer_for,
            edition_id=edition_id,
            contact_id=contact_id,
            external_id=external_id,
            locale=locale,
            tracked=False,
            now=now,
        )

    any_of_them = rendered(locale=locales[0] if locales else "")
    readers = {} if external_id else _readers(outreach, any_of_them)
    for locale in dict.fromkeys(locales or any_of_them.written):
        yield rendered(locale=locale, contact_id=readers.get(locale))


def _readers(outreach: Outreach, proof: EditionProof) -> dict[str, int]:
    """For each locale the first contact that would get it."""
    with outreach.db.raw_transaction() as connection:
        edition = load_edition(connection, proof.edition.id)
        looks = load_worst_cases(connection, edition) if edition else []
    readers: dict[str, int] = {}
    for one in looks:
        # Without the business's own language: who falls back to that is no reader of it, and has another text to show.
        locale = chosen_locale(one.language, proof.written, one.language) if one.language else None
        if locale:
            readers.setdefault(locale, one.contact_id)
    return readers


def _write(proof: EditionProof, folder: Path) -> Iterator[Written]:
    """The files of one language."""
    who = f"{proof.contact.name} ({proof.contact.external_id})" if proof.contact else "an invented person"

    def keep(suffix: str, data: bytes, about: str) -> Written:
        path = folder / f"{proof.locale}.{suffix}"
        path.write_bytes(data)
        return Written(proof.locale, who, path, about)

    message = proof.message
    if not isinstance(message, RenderedMail):
        segments = f"{message.segments} segment{'s' if message.segments > 1 else ''}, {message.encoding}"
        yield keep("txt", message.body.encode(), segments)
        return
    octets = message.html.encode()
    yield keep("desktop.html", octets, f"{len(octets) / 1024:.1f} KB")
    yield keep("phone.html", _phone(proof).encode(), "the same, 390 pixels wide")
    yield keep("txt", message.text.encode(), "text part")
    yield keep("eml", message.data, message.subject)


def _phone(proof: EditionProof) -> str:
    """A page that shows the mail's file as wide as a phone does."""
    direction = "rtl" if 'dir="rtl"' in _html(proof) else "ltr"
    subject = html.escape(proof.message.subject if isinstance(proof.message, RenderedMail) else "")
    return f"""<!doctype html>
<html lang="{proof.locale}" dir="{direction}">
<head><meta charset="utf-8"><title>{subject}</title>
<style>body {{ margin: 24px; background: #d9dce1; text-align: center; }}
iframe {{ width: {SCREENS["phone"]}px; height: 844px; border: 8px solid #232a33; border-radius: 28px; }}
</style></head>
<body><iframe src="{proof.locale}.desktop.html" title="{subject}"></iframe></body>
</html>
"""


def _html(proof: EditionProof) -> str:
    return proof.message.html if isinstance(proof.message, RenderedMail) else ""


def _pictures(proofs: Sequence[EditionProof], folder: Path) -> list[Written]:
    """Takes a picture of each mail on each screen, the whole length of it.

    Raises:
        NotReady: if there is no Playwright or no Chromium here.
    """
    chromium = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if chromium is None or importlib.util.find_spec("playwright") is None:
        raise NotReady(f"All files but the pictures are in {folder}. {NO_PNG}")
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only who takes pictures has it

    written = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium)
        for screen, width in SCREENS.items():
            page = browser.new_page(viewport={"width": width, "height": 844}, device_scale_factor=2)
            for one in proofs:
                path = folder / f"{one.locale}.{screen}.png"
                page.goto((folder / f"{one.locale}.desktop.html").resolve().as_uri())
                page.screenshot(path=path, full_page=True)
                written.append(Written(one.locale, "", path, f"{width} pixels wide"))
        browser.close()
    return written


def _show(written: Sequence[Written]) -> None:
    # A file is named to be opened: its path is never cut short.
    console = Console(highlight=False, width=None if Console().is_terminal else 1_000)
    table = Table("Language", "As", Column("File", overflow="fold"), "", box=None, pad_edge=False)
    seen = set()
    for file in written:
        first = file.locale not in seen
        seen.add(file.locale)
        cells = (file.locale if first else "", file.contact if first else "", str(file.path), file.about)
        # A subject may look like rich's own markup.
        table.add_row(*map(Text, cells))
    console.print(table)


def _refused(place: str, value: str, reason: str, mend: str) -> BadInput:
    return BadInput([Fault(place=place, value=value, reason=reason, mend=mend)])
