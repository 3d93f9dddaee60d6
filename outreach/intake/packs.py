"""Reads a pack: `pack.yaml` with the line of everything in it, and the texts of its editions.

Every fault of every file is collected before anything is refused, so that an author mends them in one go.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from babel import Locale, UnknownLocaleError
from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from outreach.domain.calendar.contact_calendar import ContactCalendar
from outreach.domain.errors import BadInput, Fault
from outreach.domain.rhythm.band import RhythmBand
from outreach.intake.edition_files import EditionFile, read_edition_file
from outreach.intake.pack_schema import CampaignEntry, IndustryEntry, PackFile

FILE = "pack.yaml"


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack that can be applied.

    Attributes:
        file: what `pack.yaml` says.
        texts: edition texts by campaign key, text name and locale.
    """

    file: PackFile
    texts: Mapping[tuple[str, str, str], EditionFile]


def read_pack(folder: Path) -> Pack:
    """The pack in `folder`.

    Raises:
        BadInput: with everything that is wrong with it.
    """
    data = _load(folder / FILE)
    try:
        file = PackFile.model_validate(data)
    except ValidationError as error:
        raise BadInput([_schema_fault(data, dict(one)) for one in error.errors()]) from None
    faults = [
        *_locale_faults(data, file),
        *_key_faults(data, file),
        *(fault for index, one in enumerate(file.industries) for fault in _industry_faults(data, index, one, file)),
        *(fault for index, one in enumerate(file.campaigns) for fault in _campaign_faults(data, index, one, file)),
    ]
    texts, text_faults = _texts(folder, file)
    if faults or text_faults:
        raise BadInput([*faults, *text_faults])
    return Pack(file, texts)


def _load(path: Path) -> Any:
    if not path.is_file():
        raise BadInput([Fault(str(path), "there is no such file", "A pack is a folder with a pack.yaml in it.")])
    try:
        data = YAML(typ="rt").load(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        raise BadInput([Fault(path.name, "it is not UTF-8", "Save it in UTF-8.")]) from None
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise BadInput([Fault(path.name, f"it is no YAML: {error.problem}", "Correct the line.", line=line)]) from None
    except YAMLError as error:
        raise BadInput([Fault(path.name, f"it is no YAML: {error}", "Correct it.")]) from None
    if not isinstance(data, Mapping):
        raise BadInput([Fault(path.name, "it holds no table", "Begin with `pack: name-of-the-pack`.")])
    return data


def _schema_fault(data: Any, error: dict[str, Any]) -> Fault:
    path = [part for part in error["loc"] if part not in ("function-after",)]
    missing = error["type"] == "missing"
    extra = error["type"] == "extra_forbidden"
    value = "" if missing or isinstance(error["input"], Mapping | list) else str(error["input"])
    mend = {"missing": "Add it.", "extra_forbidden": "Remove it, or look for a slip of the pen in its name."}
    return Fault(
        FILE,
        "the key is missing" if missing else "there is no such key" if extra else error["msg"],
        mend.get(error["type"], "See docs/packs.md."),
        line=_line(data, path[:-1] if missing else path),
        column=_dotted(path),
        value=value,
    )


def _fault(data: Any, path: Sequence[str | int], reason: str, mend: str, value: object = "") -> Fault:
    return Fault(FILE, reason, mend, line=_line(data, path), column=_dotted(path), value=str(value))


def _dotted(path: Sequence[str | int]) -> str:
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.lstrip(".")


def _undotted(text: str) -> list[str | int]:
    return [int(index) if index else name for name, index in re.findall(r"([^.\[\]]+)|\[(\d+)\]", text)]


def _line(data: Any, path: Sequence[str | int]) -> int | None:
    """The line of what `path` leads to, or of the last part of it that exists."""
    line: int | None = None
    node = data
    for part in path:
        try:
            # ruamel keeps positions beside the values: `lc.key` of a table, `lc.item` of a list, counted from 0.
            position = node.lc.item(part) if isinstance(part, int) else node.lc.key(part)
            line, node = position[0] + 1, node[part]
        except (AttributeError, KeyError, IndexError, TypeError):
            break
    return line


def _locale_faults(data: Any, file: PackFile) -> list[Fault]:
    faults = []
    for index, locale in enumerate(file.locales):
        try:
            Locale.parse(locale, sep="-")
        except (ValueError, UnknownLocaleError):
            faults.append(
                _fault(data, ["locales", index], "there is no such locale", "Use a BCP 47 tag like zh-Hans.", locale)
            )
    if file.default_locale not in file.locales:
        faults.append(
            _fault(data, ["default_locale"], "it is not among the locales", "Add it there.", file.default_locale)
        )
    return faults


def _key_faults(data: Any, file: PackFile) -> list[Fault]:
    """Keys that stand twice where they must be unique."""
    faults = []
    lists: list[tuple[list[str | int], list[str]]] = [
        (["industries"], [one.key for one in file.industries]),
        (["campaigns"], [one.key for one in file.campaigns]),
    ]
    for index, campaign in enumerate(file.campaigns):
        lists.append((["campaigns", index, "editions"], [one.key for one in campaign.editions]))
    for path, keys in lists:
        for place, key in enumerate(keys):
            if key in keys[:place]:
                faults.append(_fault(data, [*path, place], "the key stands twice", "Give each a key of its own.", key))
    return faults


def _industry_faults(data: Any, index: int, industry: IndustryEntry, file: PackFile) -> list[Fault]:
    path: list[str | int] = ["industries", index]
    faults = [
        _fault(data, [*path, "name"], f"the name in {locale} is missing", "Add it.", industry.key)
        for locale in file.locales
        if locale not in industry.name
    ]
    try:
        RhythmBand(industry.rhythm.min_gap, industry.rhythm.target_gap, industry.rhythm.max_gap)
    except BadInput as refused:
        (fault,) = refused.faults
        faults.append(_fault(data, [*path, "rhythm"], fault.reason, fault.mend, fault.value))
    try:
        ContactCalendar.from_pack(industry.calendar, place=FILE, path=_dotted([*path, "calendar"]))
    except BadInput as refused:
        for fault in refused.faults:
            faults.append(_fault(data, _undotted(fault.column), fault.reason, fault.mend, fault.value))
    return faults


def _campaign_faults(data: Any, index: int, campaign: CampaignEntry, file: PackFile) -> list[Fault]:
    path: list[str | int] = ["campaigns", index]
    known = sorted(one.key for one in file.industries)
    faults = [
        _fault(
            data,
            [*path, "industries", place],
            "there is no such industry",
            "Use one of " + ", ".join(known) + ".",
            key,
        )
        for place, key in enumerate(campaign.industries)
        if key not in known
    ]
    for place, edition in enumerate(campaign.editions):
        if edition.opens_on > edition.closes_on:
            faults.append(
                _fault(
                    data,
                    [*path, "editions", place],
                    "its first day lies after its last",
                    "Swap from and to.",
                    f"{edition.opens_on} to {edition.closes_on}",
                )
            )
    return faults


def _texts(folder: Path, file: PackFile) -> tuple[dict[tuple[str, str, str], EditionFile], list[Fault]]:
    texts: dict[tuple[str, str, str], EditionFile] = {}
    faults: list[Fault] = []
    for campaign in file.campaigns:
        for text in dict.fromkeys(edition.text for edition in campaign.editions):
            for locale in file.locales:
                name = f"editions/{campaign.key}/{text}.{locale}.md"
                try:
                    read = read_edition_file(folder / name, place=name, channel=campaign.channel)
                except BadInput as refused:
                    faults += refused.faults
                else:
                    texts[campaign.key, text, locale] = read
    return texts, faults
