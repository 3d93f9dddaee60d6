"""Checks the catalogs: templates match the sources, and every language says everything that is asked of it.

python scripts/check_catalogs.py            reports what is stale or untranslated, exit code 1 if anything is
python scripts/check_catalogs.py --update   brings .pot and .po files up to date with the sources first
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

ROOT = Path(__file__).parent.parent
LOCALES = ROOT / "locales"
#: Both gettext domains, with the marks that stand for strings in them.
DOMAINS = {"messages": ["_"], "admin": ["_", "_l"]}
#: Languages that must be complete, per domain: what customers read in all of them, the back office in German.
COMPLETE = {"messages": ["cy", "zh_Hans", "es", "fr", "de", "ar"], "admin": ["de"]}


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
            found += [f"{path.relative_to(ROOT)}: not translated: {text!r}" for text in sorted(wanted - said)]
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
