"""A conversation with an SMTP server that always knows how far it got.

`smtplib` reports a connection cut in the middle of the body, cut after the final dot, and silent after the dot, all as
the same exception. We drive it command by command and remember the phase: until the dot is on its way nothing can have
been sent (RETRY); from then on, without an answer, nobody knows (UNKNOWN; RFC 1047). Codes are read by RFC 5321 4.2.1
(4yz passing, 5yz final) and RFC 3463 (class.subject.detail).

Where PIPELINING is offered (RFC 2920), what comes before the body goes in one write and costs one round trip instead of
three. The body still waits for every answer, so the phases are as sharp as without.
"""

import re
import smtplib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

from outreach.domain.bounce import DEAD_CODES
from outreach.domain.errors import OutreachError, shortened
from outreach.providers.base import Outcome, Outgoing, Receipt
from outreach.providers.dialling import Server, TimeOuts, Unreachable, Unwelcome, open_socket

#: Final refusals of us, not of a message (RFC 4954): the set-up needs mending; the list must not be burnt meanwhile.
SIGN_IN_CODES = frozenset({530, 534, 535, 538})
#: "Service closing transmission channel" (RFC 5321 3.8); to be taken as a passing refusal.
CLOSING = 421
GO_AHEAD = 354
#: So many broken connections in a row, and the rest of the batch is left for another time.
PATIENCE = 3
ANSWER_LIMIT = 300

_ENHANCED = re.compile(r"[245]\.\d{1,3}\.\d{1,3}\b")
_REFERENCE = re.compile(r"(?:queued as |id=)([\w.-]+)")
_FIRST_DOTS = re.compile(rb"(?m)^\.")


class Phase(IntEnum):
    """How far the conversation about a message has got."""

    MAIL = 1
    RCPT = 2
    DATA = 3
    #: The body is going over, without its end.
    BODY = 4
    #: The final dot is on its way; the message may have been accepted.
    DOT = 5


@dataclass(frozen=True, slots=True)
class Reply:
    """A server's answer: its code (-1 if unreadable) and its words on one line."""

    code: int
    text: str

    @property
    def is_yes(self) -> bool:
        """Whether it is a positive completion reply."""
        return 200 <= self.code < 300

    @property
    def status(self) -> str:
        """The enhanced status code the words begin with, "" if none."""
        found = _ENHANCED.match(self.text)
        return found.group() if found else ""

    def __str__(self) -> str:
        return shortened(f"{self.code} {self.text}".strip(), ANSWER_LIMIT)


#: What a server said no to, and how.
Refusal = tuple[Phase, Reply]


class Broken(OutreachError):
    """The connection cannot be used any more."""

    def __init__(self, phase: Phase, answer: str, *, refused: bool = False) -> None:
        super().__init__(answer)
        self.phase = phase
        self.answer = shortened(answer, ANSWER_LIMIT)
        #: Whether the server said so in an answer that leaves no doubt: it has not taken the message.
        self.refused = refused

    @property
    def outcome(self) -> Outcome:
        """What it means for the message that was being talked about."""
        return Outcome.UNKNOWN if self.phase is Phase.DOT and not self.refused else Outcome.RETRY


class Conversation:
    """A `Line` to one server: connects when there is something to send, and again after a break."""

    def __init__(self, server: Server, *, hostname: str, time_outs: TimeOuts) -> None:
        self.server = server
        self.hostname = hostname
        self.time_outs = time_outs
        self._smtp: smtplib.SMTP | None = None
        self._talking = False
        self._breaks = 0
        #: Why the server could not be reached for the last messages of the present batch, "" if it could.
        self.unreachable = ""

    def send(self, batch: Sequence[Outgoing]) -> Iterator[Receipt]:
        """Sends the batch one by one; if the server cannot be reached the rest is RETRY at once."""
        self.unreachable = ""
        for place, message in enumerate(batch):
            if fault := unusable(message):
                yield Receipt(message.touch_id, Outcome.FAILED, fault)
                continue
            try:
                receipt = self._deliver(message)
            except Unreachable as error:
                self.unreachable = answer = shortened(f"not tried: {error}", ANSWER_LIMIT)
                refuses_us = isinstance(error, Unwelcome)
                for left in batch[place:]:
                    yield Receipt(left.touch_id, Outcome.RETRY, answer, refuses_us=refuses_us, unwell=True)
                return
            yield receipt

    @property
    def is_open(self) -> bool:
        """Whether there is a connection between two messages, ready for another."""
        return self._smtp is not None and not self._talking

    def close(self) -> None:
        """Says good-bye, unless a message was interrupted: then a QUIT would land in its body."""
        smtp, self._smtp = self._smtp, None
        if smtp is None:
            return
        if not self._talking:
            try:
                open_socket(smtp).settimeout(self.time_outs.connect)
                smtp.docmd("QUIT")
            except (OSError, smtplib.SMTPException):
                pass  # every receipt is out; a server that hangs up without a good-bye changes none of them
        smtp.close()

    def _deliver(self, message: Outgoing) -> Receipt:
        """One message; over a fresh connection if the present one had gone stale before we said anything."""
        for fresh in (self._smtp is None, True):
            smtp = self._connected()
            self._talking = True
            try:
                receipt = self._talk(smtp, message)
            except Broken as broken:
                smtp.close()
                self._smtp, self._talking = None, False
                if broken.phase is Phase.MAIL and not fresh:
                    continue
                self._breaks += 1
                return Receipt(message.touch_id, broken.outcome, broken.answer, unwell=True)
            self._talking = False
            self._breaks = 0
            return receipt
        raise AssertionError("the second connection is always fresh")

    def _connected(self) -> smtplib.SMTP:
        if self._smtp is None:
            if self._breaks >= PATIENCE:
                raise Unreachable(f"{self.server.host}: the connection broke {self._breaks} times in a row")
            self._smtp = self.server.dial(hostname=self.hostname, time_outs=self.time_outs)
        return self._smtp

    def _talk(self, smtp: smtplib.SMTP, message: Outgoing) -> Receipt:
        wide = _needs_utf8(message)
        if wide and not smtp.has_extn("smtputf8"):
            return Receipt(message.touch_id, Outcome.FAILED, "5.6.7 the server takes no addresses beyond ASCII")
        smtp.command_encoding = "utf-8" if wide else "ascii"
        lines = {
            Phase.MAIL: f"MAIL FROM:<{message.sender}>{_parameters(smtp, message, wide=wide)}",
            Phase.RCPT: f"RCPT TO:<{message.recipient}>",
            Phase.DATA: "DATA",
        }
        introduce = self._introduce_at_once if smtp.has_extn("pipelining") else self._introduce
        if refusal := introduce(smtp, lines):
            phase, reply = refusal
            return self._refused(smtp, message, phase=phase, reply=reply)
        reply = self._hand_over(smtp, message.data)
        if not reply.is_yes:
            return self._refused(smtp, message, phase=Phase.DOT, reply=reply)
        named = _REFERENCE.search(reply.text)
        return Receipt(message.touch_id, Outcome.SENT, str(reply), reference=named.group(1) if named else "")

    def _introduce(self, smtp: smtplib.SMTP, lines: Mapping[Phase, str]) -> Refusal | None:
        """All that comes before the body, one answer after the other; the first refusal, None if the body may come."""
        for phase, line in lines.items():
            reply = self._say(smtp, phase, line)
            if not _welcomes(phase, reply):
                return phase, reply
        return None

    def _introduce_at_once(self, smtp: smtplib.SMTP, lines: Mapping[Phase, str]) -> Refusal | None:
        """The same in one write. A server that refuses and yet waits for a body gets an empty one (RFC 2920 3.1): with
        nobody to deliver it to, it cannot be a message.
        """
        try:
            open_socket(smtp).settimeout(self.time_outs.command)
            smtp.send("".join(f"{line}\r\n" for line in lines.values()))
        except (OSError, smtplib.SMTPException) as error:
            raise Broken(Phase.MAIL, f"broken off at {Phase.MAIL.name}: {error}") from error
        refusal: Refusal | None = None
        reply = Reply(-1, "")
        for phase in lines:
            reply = self._hear(smtp, phase)
            if not refusal and not _welcomes(phase, reply):
                refusal = phase, reply
                if reply.code == CLOSING:
                    return refusal
        if refusal and reply.code == GO_AHEAD:
            self._say(smtp, Phase.DATA, ".")
        return refusal

    def _say(self, smtp: smtplib.SMTP, phase: Phase, line: str) -> Reply:
        try:
            open_socket(smtp).settimeout(self.time_outs.command)
            smtp.putcmd(line)
        except (OSError, smtplib.SMTPException) as error:
            raise Broken(phase, f"broken off at {phase.name}: {error}") from error
        return self._hear(smtp, phase)

    def _hear(self, smtp: smtplib.SMTP, phase: Phase) -> Reply:
        try:
            return _heard(smtp)
        except (OSError, smtplib.SMTPException) as error:
            raise Broken(phase, f"broken off at {phase.name}: {error}") from error

    def _hand_over(self, smtp: smtplib.SMTP, data: bytes) -> Reply:
        """The body, then on its own the dot that ends it: only once the dot is being sent is there any doubt."""
        phase = Phase.BODY
        try:
            open_socket(smtp).settimeout(self.time_outs.body)
            smtp.send(_FIRST_DOTS.sub(b"..", data) + (b"" if data.endswith(b"\r\n") else b"\r\n"))
            phase = Phase.DOT
            open_socket(smtp).settimeout(self.time_outs.dot)
            smtp.send(b".\r\n")
            return _heard(smtp)
        except (OSError, smtplib.SMTPException) as error:
            raise Broken(phase, f"broken off at {phase.name}: {error}") from error

    def _refused(self, smtp: smtplib.SMTP, message: Outgoing, *, phase: Phase, reply: Reply) -> Receipt:
        """The receipt of a message the server said no to; the conversation is ready for the next one."""
        if reply.code == CLOSING:
            raise Broken(phase, str(reply), refused=True)
        if not 400 <= reply.code < 600:
            raise Broken(phase, f"nonsense at {phase.name}: {reply}")
        final = reply.code >= 500 and reply.code not in SIGN_IN_CODES
        receipt = Receipt(
            message.touch_id,
            Outcome.FAILED if final else Outcome.RETRY,
            str(reply),
            dead_address=final and phase > Phase.MAIL and reply.status in DEAD_CODES,
            code="" if phase is Phase.MAIL else reply.status or f"{reply.code // 100}.0.0",
            refuses_us=reply.code in SIGN_IN_CODES,
        )
        if phase is not Phase.DOT:
            self._start_over(smtp)
        return receipt

    def _start_over(self, smtp: smtplib.SMTP) -> None:
        """RSET, so that nothing of a refused message clings to the next; a connection that cannot is let go."""
        try:
            ready = self._say(smtp, Phase.MAIL, "RSET").is_yes
        except Broken:
            ready = False
        if not ready:
            smtp.close()
            self._smtp = None


def _welcomes(phase: Phase, reply: Reply) -> bool:
    return reply.code == GO_AHEAD if phase is Phase.DATA else reply.is_yes


def unusable(message: Outgoing) -> str:
    """Why a message must not go near a wire, "" if it may.

    An address with a space, a control character or an angle bracket could end the command it stands in; a bare CR or LF
    lets two servers disagree where a mail ends (SMTP smuggling, CVE-2023-51764).
    """
    for address in (message.sender, message.recipient):
        if any(character <= " " or character in "<>\x7f" for character in address):
            return "5.1.3 an address holds a character that no address may hold"
    if not message.recipient:
        return "5.1.3 there is no address"
    ends = message.data.count(b"\r\n")
    if message.data.count(b"\n") != ends or message.data.count(b"\r") != ends:
        return "5.6.0 the message holds a line that does not end with CRLF"
    return ""


def _heard(smtp: smtplib.SMTP) -> Reply:
    code, words = smtp.getreply()
    return Reply(code, " ".join(words.decode("utf-8", "replace").split()))


def _needs_utf8(message: Outgoing) -> bool:
    """Whether an address needs SMTPUTF8 (RFC 6531)."""
    return not (message.sender.isascii() and message.recipient.isascii())


def _parameters(smtp: smtplib.SMTP, message: Outgoing, *, wide: bool) -> str:
    """What MAIL tells beforehand: the size (RFC 1870), octets beyond ASCII (RFC 6152), wide addresses (RFC 6531)."""
    told = []
    if smtp.has_extn("size"):
        told.append(f"SIZE={len(message.data)}")
    if smtp.has_extn("8bitmime") and not message.data.isascii():
        told.append("BODY=8BITMIME")
    if wide:
        told.append("SMTPUTF8")
    return "".join(f" {parameter}" for parameter in told)
