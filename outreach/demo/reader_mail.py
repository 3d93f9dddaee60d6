"""What a mail program finds in a message: pictures to load, links to follow, the way off the list. Only addresses of
ours are kept: a simulated reader never leaves this machine."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from html.parser import HTMLParser

_LISTED = re.compile(r"<(https?://[^>\s]+)>")
_IN_TEXT = re.compile(r"https?://[^\s<>\"')\]]+")


@dataclass(frozen=True, slots=True)
class Found:
    """Paths on our server, each with its slash, in the order in which the message shows them.

    Attributes:
        pictures: of the HTML part.
        links: to follow, without the way off the list.
        leave: the way off the list, from List-Unsubscribe; "" if the message names none.
        hidden: links that no person sees.
    """

    pictures: tuple[str, ...]
    links: tuple[str, ...]
    leave: str
    hidden: tuple[str, ...] = ()


def look_at_mail(raw: bytes, *, base_url: str) -> Found:
    """What is in a mail.

    Args:
        base_url: what our addresses begin with, without a final slash.
    """
    mail = message_from_bytes(raw)
    header = "".join(str(mail.get("List-Unsubscribe", "")).split())
    leave = next(iter(_ours(_LISTED.findall(header), base_url)), "")
    pictures: list[str] = []
    links: list[str] = []
    hidden: list[str] = []
    for part in mail.walk():
        if part.get_content_type() == "text/html":
            page = _Page()
            page.feed(_text(part))
            page.close()
            pictures += _ours(page.pictures, base_url)
            links += _ours(page.links, base_url)
            hidden += _ours(page.hidden, base_url)
    followed = (link for link in links if link != leave)
    return Found(tuple(dict.fromkeys(pictures)), tuple(dict.fromkeys(followed)), leave, tuple(dict.fromkeys(hidden)))


def look_at_text(words: str, *, base_url: str) -> Found:
    """What is in a text message; its trailing full stops and commas belong to the sentence."""
    found = (address.rstrip(".,;:!?") for address in _IN_TEXT.findall(words))
    return Found((), tuple(dict.fromkeys(_ours(found, base_url))), "")


@dataclass(frozen=True, slots=True)
class Form:
    """A form that a person sends off by its button: where to, and what it carries."""

    action: str
    fields: dict[str, str]


def find_form(page: str) -> Form | None:
    """The first form of `page` that is sent with POST, None if there is none."""
    reader = _Page()
    reader.feed(page)
    reader.close()
    return next(iter(reader.forms), None)


def _ours(addresses: Iterable[str], base_url: str) -> list[str]:
    """Paths of those addresses that are on our server."""
    return [address.removeprefix(base_url) for address in addresses if address.startswith(base_url + "/")]


def _text(part: Message) -> str:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    try:
        return payload.decode(part.get_content_charset("utf-8"), "replace")
    except LookupError:  # a charset that nobody knows; addresses are ASCII in most that exist
        return payload.decode("latin-1")


def _is_sent(attributes: dict[str, str]) -> bool:
    """Whether an untouched input is sent along."""
    return attributes.get("type", "").lower() not in ("checkbox", "radio") or "checked" in attributes


class _Page(HTMLParser):
    """Collects pictures, links and POST forms. A link that the keyboard cannot reach is one that no person sees."""

    def __init__(self) -> None:
        super().__init__()
        self.pictures: list[str] = []
        self.links: list[str] = []
        self.hidden: list[str] = []
        self.forms: list[Form] = []
        self._open: Form | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "img" and told.get("src"):
            self.pictures.append(told["src"])
        elif tag == "a" and told.get("href"):
            (self.hidden if told.get("tabindex") == "-1" else self.links).append(told["href"])
        elif tag == "form" and told.get("method", "").lower() == "post":
            self._open = Form(told.get("action", ""), {})
            self.forms.append(self._open)
        elif tag == "input" and self._open is not None and told.get("name") and _is_sent(told):
            self._open.fields[told["name"]] = told.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
