"""The two Jinja environments: one for our own frames, one for the words of authors."""

from pathlib import Path
from typing import Any

from babel.support import NullTranslations
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from jinja2.sandbox import ImmutableSandboxedEnvironment


def frame_environment(templates_dir: Path, translations: NullTranslations) -> Environment:
    """For the frames in `templates_dir`, in the language of `translations`; markup is escaped, unknown names raise."""
    environment = Environment(
        loader=FileSystemLoader(templates_dir),
        autoescape=select_autoescape(["mjml", "html"]),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    # `install_gettext_translations` comes from the i18n extension, which mypy cannot see.
    install: Any = environment
    install.install_gettext_translations(translations, newstyle=True)
    return environment


def merge_environment(*, autoescape: bool = False) -> Environment:
    """For authors' merge fields: no loader, no globals, one filter. Splits their text, and renders it for comparison.

    Messages are never rendered by it: `merge` lets through so little of the language that a skeleton does the work.
    """
    environment = ImmutableSandboxedEnvironment(
        autoescape=autoescape, undefined=StrictUndefined, keep_trailing_newline=True
    )
    environment.globals.clear()
    environment.tests.clear()
    environment.filters = {"default": _default}
    return environment


def _default(value: str, replacement: str) -> str:
    """Jinja's own `default` replaces only what is undefined; a contact's unknown name is an empty one."""
    return value or replacement
