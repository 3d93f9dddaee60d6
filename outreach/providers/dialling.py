"""Reaching an SMTP server: its address, encryption and sign-in. Nothing of a message is sent here, so every failure is
provably "not sent"."""

import smtplib
import socket
import ssl
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

from outreach.domain.errors import BadInput, Fault, OutreachError, shortened

SUBMISSION_PORT = 587
IMPLICIT_TLS_PORT = 465


class Unreachable(OutreachError):
    """There is no conversation to be had with the server now; says why, without any password."""


class Unwelcome(Unreachable):
    """The server does not accept who we are (RFC 4954): user or password need mending."""


@dataclass(frozen=True, slots=True)
class TimeOuts:
    """Longest waits in seconds; a message that meets all of them takes seven minutes, inside the lease of its worker.

    RFC 5321 4.5.3.2 allows more, but waiting less costs us at worst an unknown outcome, never a doubled message.

    Attributes:
        connect: for the connection, the greeting, encryption and sign-in, each.
        command: for the answer to MAIL, RCPT, DATA and RSET, each.
        body: for handing over the whole body.
        dot: for the answer to the final dot.
    """

    connect: float = 15.0
    command: float = 30.0
    body: float = 60.0
    dot: float = 120.0


USUAL_TIME_OUTS = TimeOuts()


@dataclass(frozen=True, slots=True)
class Server:
    """Where mail goes.

    Attributes:
        host, port: its address.
        implicit_tls: encrypted from the first byte (smtps, RFC 8314); otherwise STARTTLS is used where it is offered.
        user, password: for AUTH; no user means no sign-in.
        context: which certificates to trust; None for the system's.
    """

    host: str
    port: int
    implicit_tls: bool = False
    user: str = ""
    password: str = ""
    context: ssl.SSLContext | None = None

    @classmethod
    def from_url(cls, url: str) -> "Server":
        """The server of `smtp[s]://[user:password@]host[:port]`; user and password are percent-encoded.

        Raises:
            BadInput: if it is not such an address. The password is not repeated.
        """
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise _bad_url("cannot be read as an address", "") from None
        if parts.scheme not in ("smtp", "smtps"):
            raise _bad_url("has another scheme than smtp, smtps", parts.scheme)
        if not parts.hostname:
            raise _bad_url("names no server", parts.scheme)
        implicit = parts.scheme == "smtps"
        return cls(
            host=parts.hostname,
            port=port or (IMPLICIT_TLS_PORT if implicit else SUBMISSION_PORT),
            implicit_tls=implicit,
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
        )

    def dial(self, *, hostname: str, time_outs: TimeOuts) -> smtplib.SMTP:
        """An open, greeted, encrypted and signed-in connection.

        Args:
            hostname: what we call ourselves in EHLO (RFC 5321 4.1.1.1).

        Raises:
            Unreachable: if there is none to be had.
        """
        smtp = None
        try:
            smtp = self._greeted(hostname, time_outs.connect)
            open_socket(smtp).setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            smtp.ehlo_or_helo_if_needed()
            encrypted = self.implicit_tls
            if not encrypted and smtp.has_extn("starttls"):
                smtp.starttls(context=self._trust())
                smtp.ehlo()
                encrypted = True
            if self.user:
                self._sign_in(smtp, encrypted=encrypted)
        except (OSError, smtplib.SMTPException, UnicodeError) as error:
            if smtp is not None:
                smtp.close()
            refused = isinstance(error, smtplib.SMTPAuthenticationError) and error.smtp_code >= 500
            kind = Unwelcome if refused else Unreachable
            raise kind(f"{self.host}:{self.port}: {_told(error)}") from error
        return smtp

    def _greeted(self, hostname: str, time_out: float) -> smtplib.SMTP:
        if not self.implicit_tls:
            return smtplib.SMTP(self.host, self.port, local_hostname=hostname, timeout=time_out)
        return smtplib.SMTP_SSL(self.host, self.port, local_hostname=hostname, timeout=time_out, context=self._trust())

    def _trust(self) -> ssl.SSLContext:
        return self.context or ssl.create_default_context()

    def _sign_in(self, smtp: smtplib.SMTP, *, encrypted: bool) -> None:
        if not encrypted and not _is_loopback(self.host):
            raise smtplib.SMTPNotSupportedError("no encryption is offered, and the password is not sent in the clear")
        smtp.login(self.user, self.password)


def open_socket(smtp: smtplib.SMTP) -> socket.socket:
    """The socket of a connection.

    Raises:
        SMTPServerDisconnected: if it is closed.
    """
    if smtp.sock is None:
        raise smtplib.SMTPServerDisconnected("the connection is closed")
    return smtp.sock


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _told(error: Exception) -> str:
    """What happened, with the server's own words if it had any."""
    if isinstance(error, smtplib.SMTPResponseException):
        words = error.smtp_error
        text = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
        return shortened(f"{error.smtp_code} {text}", 200)
    return shortened(str(error) or type(error).__name__, 200)


def _bad_url(reason: str, value: str) -> BadInput:
    mend = "Set it like smtp://user:password@host:587."
    return BadInput([Fault(place="environment", column="SMTP_URL", value=value, reason=reason, mend=mend)])
