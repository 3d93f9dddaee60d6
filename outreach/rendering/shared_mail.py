"""A mail in two halves, for a vendor that puts mails together: what many readers get alike, with tags for what differs,
and what stands in place of the tags for one of them.

A vendor replaces tag by tag, in an order nobody promises. That gives the right words in any order if nothing but a tag
holds what a tag begins with, and nothing ends with the first sign of that; `MailParts.is_sound` says so.
"""

import email
import email.policy
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import NamedTuple

#: Every tag begins so. No author writes it, and tokens of ours have neither sign.
OPENING = "~%"

#: Headers that a vendor writes itself, from what it is told beside them.
_SAID_OTHERWISE = frozenset(
    {"from", "to", "cc", "bcc", "reply-to", "subject", "date", "mime-version"}
    | {"content-type", "content-transfer-encoding", "received", "dkim-signature"}
)


@dataclass(frozen=True, slots=True, eq=False)
class SharedMail:
    """What many mails say alike. Each is itself only: two mails share what they hold the very same of.

    Attributes:
        sender_name, sender_email: From. reply_to: a bare address, "" for none.
        text, html: the parts with tags in their holes; html is "" if there is none.
        headers: those of every mail, beyond From, Reply-To, To, Subject and Date.
        tags: all that stand in the parts.
        is_sound: whether nothing in it but a tag can be taken for one.
    """

    sender_name: str
    sender_email: str
    reply_to: str
    text: str
    html: str
    headers: Mapping[str, str] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    is_sound: bool = True


class MailParts(NamedTuple):
    """One mail: what it shares, and what is its own; a tuple, because one is made for every message.

    Attributes:
        subject: as a mail program shows it.
        headers: its own, beside those that are shared.
        values: what stands in place of each tag, in their order.
    """

    shared: SharedMail
    subject: str
    headers: Mapping[str, str]
    values: tuple[str, ...] = ()

    @property
    def is_sound(self) -> bool:
        """Whether tags can be replaced in any order without one appearing that was none."""
        # One look at all of them; the line feed keeps two from becoming one, and no tag begins with it.
        return self.shared.is_sound and not could_be_tag("\n".join(self.values), "\n")

    def whole(self) -> "MailParts":
        """The same mail with nothing left to replace, sharing with nobody."""
        one = self.shared
        text, html = (self._replaced(part) for part in (one.text, one.html))
        shared = SharedMail(one.sender_name, one.sender_email, one.reply_to, text, html, one.headers)
        return MailParts(shared, self.subject, self.headers)

    def _replaced(self, words: str) -> str:
        """`words` with every tag replaced, all at once."""
        values = dict(zip(self.shared.tags, self.values, strict=True))
        if not values:
            return words
        return re.sub("|".join(map(re.escape, values)), lambda found: values[found[0]], words)


def could_be_tag(words: str, between: str = "") -> bool:
    """Whether `words`, whatever stands behind them, could hold the beginning of a tag.

    Args:
        between: parts `words` into several of which each may have anything behind it.
    """
    return OPENING in words or words.endswith(OPENING[0]) or bool(between and OPENING[0] + between in words)


def parts_of(data: bytes) -> MailParts:
    """A finished mail in parts, sharing with nobody.

    Raises:
        ValueError: if it has no sender, or more than a text and an HTML part.
    """
    message = email.message_from_bytes(data, policy=email.policy.default)
    if not isinstance(message, EmailMessage) or not message["From"] or not message["From"].addresses:
        raise ValueError("the mail names no sender")
    leaves = [part for part in message.walk() if not part.is_multipart()]
    words = {part.get_content_type(): str(part.get_content()) for part in leaves if not part.is_attachment()}
    if len(words) != len(leaves) or not words.keys() <= {"text/plain", "text/html"}:
        raise ValueError("the mail holds more than a text and an HTML part")
    sender = message["From"].addresses[0]
    answers = message["Reply-To"].addresses if message["Reply-To"] else ()
    plain, page = (words.get(kind, "").replace("\r\n", "\n") for kind in ("text/plain", "text/html"))
    shared = SharedMail(sender.display_name, sender.addr_spec, answers[0].addr_spec if answers else "", plain, page)
    headers = {name: str(value) for name, value in message.items() if name.lower() not in _SAID_OTHERWISE}
    return MailParts(shared, str(message["Subject"] or ""), headers)
