"""Mails as servers, vendors and people send them back, written after the RFCs and after what well-known servers say."""

from dataclasses import dataclass
from uuid import UUID

from outreach.domain.bounce import BounceKind
from outreach.domain.events import EventType
from outreach.providers.smtp.verp import ReturnPath
from outreach.rendering.links import Tokens

PATH = ReturnPath("bounce.hearth.example", [b"a secret of a test"])
TOKENS = Tokens([b"a secret of a test"], "https://hearth.example")
TOUCH = UUID("6f1d2c3b-4a59-4e68-8778-695a4b3c2d1e")
RETURN = PATH.of(TOUCH)

#: The head of the mail that came back, as our rendering writes it.
OURS = f"""\
From: "Hearth & Home" <hello@hearth.example>
List-Unsubscribe-Post: List-Unsubscribe=One-Click
To: anna@customer.example
Subject: Your autumn newsletter
Date: Mon, 07 Sep 2026 08:00:00 +0000
Message-ID: <{TOUCH}@hearth.example>
X-Outreach-Message: {TOUCH}
List-Unsubscribe: <{TOKENS.unsubscribe(TOUCH)}>
"""


@dataclass(frozen=True)
class Sample:
    """A mail that came back, and what it means.

    Attributes:
        text: the mail with line feeds.
        type: what happened. kind: of a bounce. code: that is to be found, "" for any.
    """

    name: str
    text: str
    type: EventType
    kind: BounceKind | None = None
    code: str = ""

    @property
    def raw(self) -> bytes:
        """As it comes over a wire."""
        return self.text.encode().replace(b"\n", b"\r\n")


def head(sender: str, subject: str, *more: str, to: str = RETURN) -> str:
    """The head of a mail that comes to the bounce mailbox."""
    lines = [
        f"From: {sender}",
        f"To: {to}",
        f"Subject: {subject}",
        "Date: Mon, 07 Sep 2026 08:05:00 +0000",
        "Message-ID: <report.1@mx.customer.example>",
        "MIME-Version: 1.0",
        *more,
    ]
    return "\n".join(lines) + "\n"


def dsn(
    fields: str, *, words: str = "It could not be delivered.", returned: str = OURS, to: str = RETURN, kind: str = ""
) -> str:
    """A delivery report (RFC 3464); `kind` is global- for RFC 6533."""
    return (
        head(
            "MAILER-DAEMON@mx.customer.example (Mail Delivery System)",
            "Undelivered Mail Returned to Sender",
            "Auto-Submitted: auto-replied",
            'Content-Type: multipart/report; report-type=delivery-status; boundary="B"',
            to=to,
        )
        + f"""
--B
Content-Type: text/plain; charset=us-ascii

{words}

--B
Content-Type: message/{kind}delivery-status

Reporting-MTA: dns; mx.customer.example
Arrival-Date: Mon, 07 Sep 2026 08:00:00 +0000

{fields}

--B
Content-Type: text/rfc822-headers

{returned}
--B--
"""
    )


def recipient(action: str, status: str, diagnostic: str = "", address: str = "anna@customer.example") -> str:
    """The fields of one recipient."""
    lines = [f"Final-Recipient: rfc822; {address}", f"Action: {action}"]
    lines += [f"Status: {status}"] if status else []
    lines += [f"Diagnostic-Code: smtp; {diagnostic}"] if diagnostic else []
    return "\n".join(lines)


def arf(feedback: str, *, returned: str = OURS, to: str = "fbl@hearth.example") -> str:
    """A complaint (RFC 5965) with the address blacked out."""
    return (
        head(
            "feedback@isp.example",
            "FW: Your autumn newsletter",
            'Content-Type: multipart/report; report-type=feedback-report; boundary="B"',
            to=to,
        )
        + f"""
--B
Content-Type: text/plain

This is an email abuse report.

--B
Content-Type: message/feedback-report

Feedback-Type: {feedback}
User-Agent: SomeLoop/1.0
Version: 1
Original-Rcpt-To: redacted@customer.example
Arrival-Date: Mon, 07 Sep 2026 08:00:00 +0000

--B
Content-Type: message/rfc822

{returned}
Hello [redacted].
--B--
"""
    )


DAEMON = "Mail Delivery Subsystem <mailer-daemon@mx.customer.example>"
PLAIN = "Content-Type: text/plain; charset=utf-8"
BELOW = "\n--- Below this line is a copy of the message.\n\n"

SAMPLES = (
    Sample(
        "postfix: unknown user",
        dsn(recipient("failed", "5.1.1", "550 5.1.1 <anna@customer.example>: User unknown")),
        EventType.BOUNCED,
        BounceKind.DEAD,
        "5.1.1",
    ),
    Sample("exchange: null MX", dsn(recipient("failed", "5.1.10")), EventType.BOUNCED, BounceKind.DEAD, "5.1.10"),
    Sample(
        "the remote server's code outweighs the reporter's 5.0.0",
        dsn(recipient("failed", "5.0.0", "550-5.2.1 The account is disabled")),
        EventType.BOUNCED,
        BounceKind.DEAD,
        "5.2.1",
    ),
    Sample(
        "a status without a word but in the diagnostic",
        dsn(recipient("failed", "5.0.0", "550 unknown user <anna@customer.example>")),
        EventType.BOUNCED,
        BounceKind.DEAD,
    ),
    Sample(
        "full mailbox",
        dsn(recipient("failed", "5.2.2", "552 5.2.2 Mailbox full")),
        EventType.BOUNCED,
        BounceKind.PASSING,
        "5.2.2",
    ),
    Sample("expired", dsn(recipient("failed", "4.4.7")), EventType.BOUNCED, BounceKind.PASSING, "4.4.7"),
    Sample("too big", dsn(recipient("failed", "5.3.4")), EventType.BOUNCED, BounceKind.PASSING, "5.3.4"),
    Sample(
        "blocked by policy",
        dsn(recipient("failed", "5.7.1", "550 5.7.1 rejected by our policy")),
        EventType.BOUNCED,
        BounceKind.BLOCKED,
        "5.7.1",
    ),
    Sample(
        "we are not authenticated",
        dsn(recipient("failed", "5.7.26", "550-5.7.26 Unauthenticated email from hearth.example is not accepted")),
        EventType.BOUNCED,
        BounceKind.OUR_SETUP,
        "5.7.26",
    ),
    Sample(
        "outlook wants authentication",
        dsn(recipient("failed", "5.7.515", "550 5.7.515 Access denied, sending domain does not meet the level")),
        EventType.BOUNCED,
        BounceKind.OUR_SETUP,
        "5.7.515",
    ),
    Sample("delayed", dsn(recipient("delayed", "4.4.1", "451 4.4.1 no answer")), EventType.DEFERRED, None, "4.4.1"),
    Sample("delivered", dsn(recipient("delivered", "2.1.5")), EventType.DELIVERED),
    Sample("relayed", dsn(recipient("relayed", "2.0.0")), EventType.DELIVERED),
    Sample(
        "one of two aliases failed",
        dsn(recipient("delivered", "2.1.5", address="b@c.example") + "\n\n" + recipient("failed", "5.1.1")),
        EventType.BOUNCED,
        BounceKind.DEAD,
        "5.1.1",
    ),
    Sample(
        "a report without an action",
        dsn("Final-Recipient: rfc822; anna@customer.example\nStatus: 5.1.2"),
        EventType.BOUNCED,
        BounceKind.DEAD,
        "5.1.2",
    ),
    Sample(
        "an internationalised report",
        dsn("Final-Recipient: utf-8; ännä@kunde.example\nAction: failed\nStatus: 5.1.1", kind="global-"),
        EventType.BOUNCED,
        BounceKind.DEAD,
        "5.1.1",
    ),
    Sample(
        "an internationalised report in base64",
        dsn("", kind="global-").replace(
            "Content-Type: message/global-delivery-status\n\nReporting-MTA: dns; mx.customer.example\n"
            "Arrival-Date: Mon, 07 Sep 2026 08:00:00 +0000\n",
            "Content-Type: message/global-delivery-status\nContent-Transfer-Encoding: base64\n\n"
            "UmVwb3J0aW5nLU1UQTogZG5zOyBteC5leGFtcGxlCgpGaW5hbC1SZWNpcGllbnQ6IHV0Zi04OyDDpEBi\n"
            "LmV4YW1wbGUKQWN0aW9uOiBmYWlsZWQKU3RhdHVzOiA1LjEuMQo=\n",
        ),
        EventType.BOUNCED,
        BounceKind.DEAD,
        "5.1.1",
    ),
    Sample(
        "exim",
        head(
            DAEMON,
            "Mail delivery failed: returning message to sender",
            "Auto-Submitted: auto-replied",
            "X-Failed-Recipients: anna@customer.example",
            PLAIN,
        )
        + "\nThis message was created automatically by mail delivery software.\n\n  anna@customer.example\n"
        "    SMTP error from remote mail server after RCPT TO:<anna@customer.example>:\n"
        "    550 5.1.1 <anna@customer.example> unknown\n\n------ This is a copy of the message ------\n\n" + OURS,
        EventType.BOUNCED,
        BounceKind.DEAD,
        "5.1.1",
    ),
    Sample(
        "exim warns of a delay",
        head(DAEMON, "Warning: message 1abc delayed 24 hours", "Auto-Submitted: auto-replied", PLAIN)
        + "\nThis message was created automatically by mail delivery software.\n"
        "A message that you sent has not yet been delivered to one or more of its recipients\n"
        "after more than 24 hours on the queue on mx.customer.example.\n\n"
        "The following address(es) have not yet been delivered:\n\n  anna@customer.example\n\n"
        "No action is required on your part.\n",
        EventType.DEFERRED,
    ),
    Sample(
        "qmail",
        head("MAILER-DAEMON@mx.customer.example", "failure notice", PLAIN)
        + "\nHi. This is the qmail-send program at mx.customer.example.\n"
        "I'm afraid I wasn't able to deliver your message to the following addresses.\n"
        "This is a permanent error; I've given up. Sorry it didn't work out.\n\n"
        "<anna@customer.example>:\nSorry, no mailbox here by that name. (#5.1.1)\n" + BELOW + OURS,
        EventType.BOUNCED,
        BounceKind.DEAD,
        "5.1.1",
    ),
    Sample(
        "qmail: full",
        head("MAILER-DAEMON@mx.customer.example", "failure notice", PLAIN)
        + "\nHi. This is the qmail-send program at mx.customer.example.\n\n"
        "<anna@customer.example>:\nThe user's mailfolder is full.\n" + BELOW + OURS,
        EventType.BOUNCED,
        BounceKind.PASSING,
    ),
    Sample(
        "old sendmail",
        head("Mail Delivery Subsystem <MAILER-DAEMON@mx.customer.example>", "Returned mail: User unknown", PLAIN)
        + "\nThe original message was received at Mon, 7 Sep 2026 08:00:00 GMT\n\n"
        "   ----- The following addresses had permanent fatal errors -----\n<anna@customer.example>\n\n"
        "   ----- Transcript of session follows -----\n550 <anna@customer.example>... User unknown\n\n"
        "   ----- Original message follows -----\n" + OURS,
        EventType.BOUNCED,
        BounceKind.DEAD,
    ),
    Sample(
        "a server in its own German words",
        head("postmaster@kunde.example", "Unzustellbar: Ihr Rundbrief", PLAIN) + "\nLeider nicht zugestellt.\n" + OURS,
        EventType.BOUNCED,
        BounceKind.PASSING,
    ),
    Sample(
        "a quota answer disguised as a read receipt",
        head(
            "MAILER-DAEMON@mx.customer.example",
            "Automatically rejected mail",
            "Auto-Submitted: auto-replied (rejected)",
            'Content-Type: multipart/report; report-type=disposition-notification; boundary="B"',
        )
        + "\n--B\nContent-Type: text/plain\n\nYour message to <anna@customer.example> was automatically rejected:\n"
        "Quota exceeded\n\n--B\nContent-Type: message/disposition-notification\n\n"
        "Reporting-UA: mx.customer.example\nFinal-Recipient: rfc822; anna@customer.example\n"
        "Disposition: automatic-action/MDN-sent-automatically; deleted\n\n--B--\n",
        EventType.BOUNCED,
        BounceKind.PASSING,
    ),
    Sample(
        "a read receipt",
        head(
            "anna@customer.example",
            "Read: Your autumn newsletter",
            'Content-Type: multipart/report; report-type=disposition-notification; boundary="B"',
        )
        + "\n--B\nContent-Type: text/plain\n\nIt was displayed.\n\n--B\n"
        "Content-Type: message/disposition-notification\n\nFinal-Recipient: rfc822; anna@customer.example\n"
        "Disposition: manual-action/MDN-sent-manually; displayed\n\n--B--\n",
        EventType.OTHER,
    ),
    Sample("a complaint", arf("abuse"), EventType.COMPLAINED),
    Sample("a complaint of fraud", arf("fraud"), EventType.COMPLAINED),
    Sample("a complaint that wants out", arf("opt-out"), EventType.UNSUBSCRIBED),
    Sample("not junk after all", arf("not-spam"), EventType.OTHER),
    Sample("a report on authentication", arf("auth-failure"), EventType.OTHER),
    Sample(
        "a complaint of the large free mailer's own kind",
        head(
            "staff@hotmail.example",
            "complaint about message from 192.0.2.1",
            'Content-Type: multipart/mixed; boundary="B"',
        )
        + "\n--B\nContent-Type: message/rfc822\n\nX-HmXmrOriginalRecipient: anna@customer.example\n"
        + OURS
        + "\nHello\n--B--\n",
        EventType.COMPLAINED,
    ),
    Sample(
        "out of office, well marked",
        head("anna@customer.example", "Re: Your autumn newsletter", "Auto-Submitted: auto-replied", PLAIN)
        + "\nI am away. The user unknown to you, Ben, can help.\n",
        EventType.OTHER,
    ),
    Sample(
        "out of office by its subject",
        head("anna@customer.example", "Automatic reply: Your autumn newsletter", PLAIN) + "\nAway.\n",
        EventType.OTHER,
    ),
    Sample(
        "out of office in German, in encoded words",
        head("anna@kunde.example", "=?utf-8?q?Abwesenheitsnotiz=3A_Gr=C3=BC=C3=9Fe?=", PLAIN) + "\nIch bin weg.\n",
        EventType.OTHER,
    ),
    Sample(
        "out of office in Chinese",
        head("anna@customer.example", "自动回复: 您好", PLAIN) + "\n我不在。\n",
        EventType.OTHER,
    ),
    Sample(
        "an old vacation program",
        head("anna@customer.example", "Re: Your autumn newsletter", "Precedence: junk", PLAIN) + "\nBack on Monday.\n",
        EventType.OTHER,
    ),
    Sample(
        "an answering machine of a shop",
        head("info@customer.example", "We got your mail", "X-Autoreply: yes", PLAIN) + "\nTicket 17.\n",
        EventType.OTHER,
    ),
    Sample(
        "a person writes to the return path",
        head("anna@customer.example", "Re: Your autumn newsletter", PLAIN) + "\nWhat is this?\n",
        EventType.OTHER,
    ),
)
