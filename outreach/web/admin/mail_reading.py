"""A stored mail taken apart for people: its text, its HTML made safe to look at, its headers, its links."""

from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser

#: In a frame without `allow-popups` a link that opens a new window opens nothing, so a click by staff never counts.
_DEAD_LINKS = '<base target="_blank">'


@dataclass(frozen=True, slots=True)
class ReadMail:
    """What a mail holds.

    Attributes:
        subject: decoded.
        headers: names and values in the order they came, folded lines joined.
        text, html: the two bodies, "" if it lacks one.
        links: words and address of each link of the HTML, in order.
    """

    subject: str
    headers: list[tuple[str, str]]
    text: str
    html: str
    links: list[tuple[str, str]]


def read_mail(raw: bytes) -> ReadMail:
    """Takes a mail apart (RFC 5322); whatever cannot be decoded shows as replacement signs."""
    message = message_from_bytes(raw, EmailMessage, policy=policy.default)
    html = _body(message, "html")
    collector = _Links()
    collector.feed(html)
    return ReadMail(
        subject=str(message.get("Subject", "")),
        headers=[(name, " ".join(str(value).split())) for name, value in message.items()],
        text=_body(message, "plain"),
        html=html,
        links=collector.found,
    )


def with_dead_links(html: str) -> str:
    """`html` whose links do nothing in a frame that allows no new windows."""
    head = html.lower().find("<head")
    end = html.find(">", head) + 1 if head >= 0 else 0
    return html[:end] + _DEAD_LINKS + html[end:]


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    if part is None:
        return ""
    content = part.get_content()
    return content if isinstance(content, str) else ""


class _Links(HTMLParser):
    """Collects links with their words."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self._address = ""
        self._words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begins a link."""
        address = dict(attrs).get("href") or ""
        if tag == "a" and address.startswith(("http://", "https://")):
            self._address, self._words = address, []

    def handle_data(self, data: str) -> None:
        """Keeps a link's words."""
        if self._address:
            self._words.append(data)

    def handle_endtag(self, tag: str) -> None:
        """Ends a link."""
        if tag == "a" and self._address:
            self.found.append((" ".join(" ".join(self._words).split()), self._address))
            self._address = ""
