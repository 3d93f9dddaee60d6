"""Checks the catalogs: templates match the sources, and every language says everything that is asked of it.

python scripts/check_catalogs.py            reports what is stale or untranslated, exit code 1 if anything is
python scripts/check_catalogs.py --update   brings .pot and .po files up to date with the sources first
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from babel.plural import to_gettext

ROOT = Path(__file__).parent.parent
LOCALES = ROOT / "locales"
#: Both gettext domains, with the marks that stand for strings in them.
DOMAINS = {"messages": ["_"], "admin": ["_", "_l"]}
#: Languages that must be complete, per domain.
COMPLETE = {domain: ["cy", "zh_Hans", "es", "fr", "de", "ar"] for domain in DOMAINS}


def pybabel(*arguments: str) -> None:
    """Runs pybabel in the repository, quietly."""
    command = [sys.executable, "-m", "babel.messages.frontend", "--quiet", *arguments]
    subprocess.run(command, cwd=ROOT, check=True)


def extract(domain: str, into: Path) -> None:
    """Writes the template of a domain as the sources are now."""
    marks = [f"--keyword={mark}" for mark in DOMAINS[domain]]
    config = f"--mapping-file=locales/{domain}.cfg"
    pybabel("extract", config, *marks, "--no-location", "--omit-header", "--sort-output", f"--output={into}", ".")


def update() -> None:
    """Brings templates and catalogs up to date; new strings wait untranslated."""
    for domain in DOMAINS:
        template = LOCALES / f"{domain}.pot"
        extract(domain, template)
        for language in COMPLETE[domain]:
            target = LOCALES / language / "LC_MESSAGES" / f"{domain}.po"
            verb = "update" if target.is_file() else "init"
            quiet = ["--no-fuzzy-matching", "--ignore-obsolete", "--width=120"] if verb == "update" else []
            pybabel(verb, f"--input-file={template}", f"--output-file={target}", f"--locale={language}", *quiet)
            use_plurals_of_cldr(target, language)


def plural_forms(language: str) -> str:
    """The header that counts as CLDR does: Welsh and Arabic have six forms, Chinese has one."""
    # `e` is the exponent of numbers like 1c6, which gettext does not know and nobody writes here.
    return re.sub(r"\be\b", "0", to_gettext(Locale.parse(language).plural_form))


def use_plurals_of_cldr(path: Path, language: str) -> None:
    """Writes that header into a catalog; pybabel has a table of its own, in which Welsh has five forms."""
    catalog = read(path)
    catalog.mime_headers = [("Plural-Forms", plural_forms(language))]
    with path.open("wb") as file:
        write_po(file, catalog, width=120)


def misshapen(catalog: Catalog, language: str) -> list[str]:
    """Plural forms that are too few or not CLDR's, and placeholders that a translation lost or made up."""
    found = []
    header = dict(catalog.mime_headers)["Plural-Forms"].rstrip(";")
    if header != plural_forms(language).rstrip(";"):
        found.append("the plural forms are not those of CLDR: run scripts/check_catalogs.py --update")
    for message in catalog:
        forms = message.string if isinstance(message.string, tuple) else (message.string,)
        if message.id and any(forms):
            found += [f"{message.id!r}: {error}" for error in message.check(catalog)]
            if not all(forms):
                found.append(f"{message.id!r}: {len(forms) - sum(map(bool, forms))} plural forms are missing")
    return found


def read(path: Path) -> Catalog:
    """The catalog in `path`."""
    with path.open("rb") as file:
        return read_po(file)


def strings(catalog: Catalog) -> set[str]:
    """The strings of a catalog, the header left out."""
    return {str(message.id) for message in catalog if message.id}


def faults() -> list[str]:
    """Everything that is stale, untranslated or fuzzy."""
    found = []
    for domain in DOMAINS:
        with tempfile.TemporaryDirectory() as folder:
            fresh = Path(folder) / f"{domain}.pot"
            extract(domain, fresh)
            wanted = strings(read(fresh))
        if wanted != strings(read(LOCALES / f"{domain}.pot")):
            found.append(f"locales/{domain}.pot does not match the sources: run scripts/check_catalogs.py --update")
        for language in COMPLETE[domain]:
            path = LOCALES / language / "LC_MESSAGES" / f"{domain}.po"
            catalog = read(path)
            said = {str(message.id) for message in catalog if message.id and message.string and not message.fuzzy}
            name = path.relative_to(ROOT)
            found += [f"{name}: not translated: {text!r}" for text in sorted(wanted - said)]
            found += [f"{name}: {fault}" for fault in misshapen(catalog, language)]
    return found


def main() -> int:
    if "--update" in sys.argv[1:]:
        update()
    found = faults()
    for line in found:
        print(line, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
