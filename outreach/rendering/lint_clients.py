"""What mail programs do not show, by the data of caniemail.com, and which of it a rendered mail uses.

Only four families matter here: Apple Mail, Gmail, Outlook and Yahoo read most of the world's mail. A family fails where
most of its programs, in their newest tested version, do not show a feature at all.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from outreach.domain.content_rules.facts import Weakness

FAMILIES = {"apple-mail": "Apple Mail", "gmail": "Gmail", "outlook": "Outlook", "yahoo": "Yahoo"}

_PROPERTY = re.compile(r"(?:^|[;{\"\s])([a-z-]+)\s*:")
_STYLE = re.compile(r"style=\"([^\"]*)\"|<style[^>]*>(.*?)</style>", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<([a-z][a-z0-9]*)\b", re.IGNORECASE)
_IMAGE = re.compile(r"<img\b[^>]*\bsrc=\"[^\"?#]*\.([a-z]+)[\"?#]", re.IGNORECASE)
#: Formats with two endings.
_ENDINGS = {"jpeg": "jpg"}


@dataclass(frozen=True, slots=True)
class ClientSupport:
    """Which families do not show a feature, by its name ("css-gap", "html-video", "image-webp"), and its title."""

    failing: Mapping[str, tuple[str, ...]]
    titles: Mapping[str, str]

    def weaknesses(self, html: str, *, without: str) -> tuple[Weakness, ...]:
        """Features of `html` that some family does not show; `without` is what our own frame uses anyway."""
        used = sorted(used_features(html) - used_features(without))
        return tuple(Weakness(self.titles[one], self.failing[one]) for one in used if self.failing.get(one))


NO_DATA = ClientSupport({}, {})
"""Where the data was not set up: the rule is silent."""


def read_client_support(path: Path) -> ClientSupport:
    """The data of caniemail.com in `path`; NO_DATA if there is no such file."""
    if not path.is_file():
        return NO_DATA
    features = json.loads(path.read_text(encoding="utf-8"))["data"]
    return ClientSupport(
        failing={feature["slug"]: _failing(feature["stats"]) for feature in features},
        titles={feature["slug"]: feature["title"] for feature in features},
    )


def used_features(html: str) -> set[str]:
    """The names of the properties, elements and image formats in `html`, as caniemail.com spells them."""
    styles = " ".join(inline or sheet for inline, sheet in _STYLE.findall(html))
    found = {f"css-{name}" for name in _PROPERTY.findall(styles)}
    found |= {f"html-{name.lower()}" for name in _TAG.findall(html)}
    return found | {f"image-{_ENDINGS.get(ending.lower(), ending.lower())}" for ending in _IMAGE.findall(html)}


def _failing(stats: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> tuple[str, ...]:
    failing = []
    for family, name in FAMILIES.items():
        newest = [str(list(versions.values())[-1]) for versions in stats.get(family, {}).values() if versions]
        if newest and sum(verdict.startswith("n") for verdict in newest) * 2 > len(newest):
            failing.append(name)
    return tuple(failing)
