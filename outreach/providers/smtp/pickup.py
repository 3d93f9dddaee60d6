"""Fetching reports from a mailbox over IMAP (RFC 9051) or POP3 (RFC 1939), encrypted from the first byte (RFC 8314).

A mail is handed out, and goes only once the caller has said that it is kept. Dying between the two means that it is
handed out again, which the keys of events make harmless.
"""

import imaplib
import poplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Protocol
from urllib.parse import unquote, urlsplit

from outreach.domain.errors import BadInput, Fault, OutreachError, shortened
from outreach.providers.letters import LARGEST_MAIL

#: Seconds for every answer of the server.
TIME_OUT = 30.0
#: Lines of a POP mail above `LARGEST_MAIL` that are fetched; a line has at most 1,000 octets.
_POP_LINES = LARGEST_MAIL // 1000

_PORTS = {"imaps": 993, "pop3s": 995, "imap": 143, "pop3": 110}


class MailboxFailed(OutreachError):
    """The mailbox cannot be read now; says why, without any password."""


class OpenMailbox(Protocol):
    """A mailbox while it is open."""

    def mails(self, limit: int) -> Iterator[tuple[str, bytes]]:
        """Up to `limit` waiting mails, each with its name in the mailbox, cut off at `LARGEST_MAIL` octets."""
        ...

    def remove(self, name: str) -> None:
        """Lets a mail go; for good once the mailbox is closed without an error."""
        ...


@dataclass(frozen=True, slots=True)
class BounceMailbox:
    """Where reports wait for us.

    Attributes:
        scheme: imaps, pop3s, or imap, pop3 in the clear on this machine only.
        folder: of an IMAP mailbox.
        context: which certificates to trust; None for the system's.
    """

    scheme: str
    host: str
    port: int
    user: str
    password: str = field(repr=False)
    folder: str = "INBOX"
    context: ssl.SSLContext | None = None
    time_out: float = TIME_OUT

    @classmethod
    def from_url(cls, url: str) -> "BounceMailbox":
        """The mailbox of `imaps://user:password@host[:port][/folder]` or `pop3s://...`; parts are percent-encoded.

        Raises:
            BadInput: if it is not such an address. The password is not repeated.
        """
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise _bad_url("cannot be read as an address", "") from None
        if parts.scheme not in _PORTS:
            raise _bad_url("has another scheme than imaps, pop3s", parts.scheme)
        if not parts.hostname or not parts.username:
            raise _bad_url("names no server or no user", parts.scheme)
        if not parts.scheme.endswith("s") and not _is_loopback(parts.hostname):
            raise _bad_url("would send the password in the clear", parts.scheme)
        return cls(
            scheme=parts.scheme,
            host=parts.hostname,
            port=port or _PORTS[parts.scheme],
            user=unquote(parts.username),
            password=unquote(parts.password or ""),
            folder=unquote(parts.path.strip("/")) or "INBOX",
        )

    @contextmanager
    def open(self) -> Iterator[OpenMailbox]:
        """The mailbox, signed in; closing it without an error lets go of what was removed.

        Raises:
            MailboxFailed: if it cannot be reached, does not let us in, or breaks off.
        """
        try:
            with self._imap() if self.scheme.startswith("imap") else self._pop() as mailbox:
                yield mailbox
        except (OSError, imaplib.IMAP4.error, poplib.error_proto, EOFError) as error:
            told = shortened(str(error) or type(error).__name__, 200)
            raise MailboxFailed(f"{self.host}:{self.port}: {told}") from error

    @contextmanager
    def _imap(self) -> Iterator[OpenMailbox]:
        server = (
            imaplib.IMAP4_SSL(self.host, self.port, ssl_context=self._trust(), timeout=self.time_out)
            if self.scheme == "imaps"
            else imaplib.IMAP4(self.host, self.port, timeout=self.time_out)
        )
        try:
            server.login(self.user, self.password)
            status, answer = server.select('"' + self.folder.replace("\\", "\\\\").replace('"', '\\"') + '"')
            if status != "OK":
                raise imaplib.IMAP4.error(f"the folder cannot be opened: {answer!r}")
            yield _Imap(server)
            server.expunge()
        finally:
            with suppress(OSError, imaplib.IMAP4.error):
                server.logout()

    @contextmanager
    def _pop(self) -> Iterator[OpenMailbox]:
        server = (
            poplib.POP3_SSL(self.host, self.port, context=self._trust(), timeout=self.time_out)
            if self.scheme == "pop3s"
            else poplib.POP3(self.host, self.port, timeout=self.time_out)
        )
        try:
            server.user(self.user)
            server.pass_(self.password)
            yield _Pop(server)
            # Only QUIT makes the server remove anything (RFC 1939 6).
            server.quit()
        finally:
            with suppress(OSError):
                server.close()

    def _trust(self) -> ssl.SSLContext:
        return self.context or ssl.create_default_context()


@dataclass(frozen=True, slots=True)
class _Imap:
    server: imaplib.IMAP4

    def mails(self, limit: int) -> Iterator[tuple[str, bytes]]:
        _, found = self.server.uid("SEARCH", "UNDELETED")
        for uid in (found[0] or b"").split()[:limit]:
            name = uid.decode("ascii")
            # PEEK leaves it unseen; the size is cut at the server.
            _, answer = self.server.uid("FETCH", name, f"(BODY.PEEK[]<0.{LARGEST_MAIL}>)")
            raw = next((part[1] for part in answer or () if isinstance(part, tuple)), None)
            if raw is not None:
                yield name, raw

    def remove(self, name: str) -> None:
        self.server.uid("STORE", name, "+FLAGS.SILENT", r"(\Deleted)")


@dataclass(frozen=True, slots=True)
class _Pop:
    server: poplib.POP3

    def mails(self, limit: int) -> Iterator[tuple[str, bytes]]:
        for line in self.server.list()[1][:limit]:
            number, size = (int(part) for part in line.split()[:2])
            lines = self.server.retr(number)[1] if size <= LARGEST_MAIL else self.server.top(number, _POP_LINES)[1]
            yield str(number), b"\r\n".join([*lines, b""])[:LARGEST_MAIL]

    def remove(self, name: str) -> None:
        self.server.dele(int(name))


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _bad_url(reason: str, value: str) -> BadInput:
    mend = "Set it like imaps://user:password@host/INBOX or pop3s://user:password@host."
    return BadInput([Fault(place="environment", column="BOUNCE_MAILBOX_URL", value=value, reason=reason, mend=mend)])
