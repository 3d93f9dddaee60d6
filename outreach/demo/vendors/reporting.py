"""Reports in the vendors' own words, for messages that their stand-ins carried, and what customers write back."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlencode

import httpx

from outreach.demo.readers import Deed
from outreach.demo.vendors.accounts import Accounts
from outreach.demo.vendors.sendgrid import Kept, SendGridServer, event_about
from outreach.demo.vendors.twilio import TwilioServer
from outreach.demo.vendors.twilio_texts import KeptText
from outreach.domain.touch import Channel

EVENTS, MAILS, TEXTS = "/webhooks/sendgrid", "/webhooks/sendgrid-inbound", "/webhooks/twilio"
#: Events in one POST.
AT_ONCE = 500
#: What a customer writes who writes at all.
WORDS = "Thank you. Could somebody call me in the morning?"
#: The vendor's code for a number that is none (30005), whatever the reader's own word for it.
_UNKNOWN_NUMBER = 30005


@dataclass(frozen=True, slots=True)
class VendorReporter:
    """Speaks for both stand-ins.

    Attributes:
        public_url: what the product told the vendors its address is; Twilio signs it.
    """

    accounts: Accounts
    public_url: str

    def report(self, deeds: Sequence[Deed], *, client: httpx.Client, now: datetime) -> None:
        """Events of mails in signed batches, everything else one by one, as the vendors do."""
        mails = [deed for deed in deeds if deed.message.channel == Channel.EMAIL]
        events = [event for deed in mails if (event := _event(deed))]
        vendor = SendGridServer(api_key=self.accounts.api_key, key=self.accounts.signing_key)
        for start in range(0, len(events), AT_ONCE):
            body = json.dumps(events[start : start + AT_ONCE]).encode() + b"\r\n"
            headers = vendor.signed(body, timestamp=str(int(now.timestamp())))
            _take(client.post(EVENTS, content=body, headers=headers | {"Content-Type": "application/json"}))
        for deed in mails:
            if deed.action.target == "replied":
                form = {"email": (None, _reply(deed))}
                _take(client.post(f"{MAILS}/{self.accounts.inbound_secret}", files=form))
        for deed in deeds:
            if deed.message.channel == Channel.SMS:
                self._report_text(deed, client)

    def _report_text(self, deed: Deed, client: httpx.Client) -> None:
        vendor = TwilioServer(account_sid=self.accounts.account_sid, auth_token=self.accounts.auth_token)
        path, form = _said_of_text(deed, vendor)
        headers = vendor.headers(self.public_url + path, form)
        _take(client.post(path, content=urlencode(form), headers=headers))


def _said_of_text(deed: Deed, vendor: TwilioServer) -> tuple[str, dict[str, str]]:
    """Where the vendor posts what, about one text."""
    message, word = deed.message, deed.action.target
    if word in ("unsubscribed", "replied"):
        said = "STOP" if word == "unsubscribed" else WORDS
        sid = f"SM{_hex(f'{message.reference} {word}')}"
        return TEXTS, vendor.reply_form(sid, sender=message.recipient, to=message.sender, body=said)
    text = KeptText(message.reference, message.recipient, message.sender, "", "", "", deed.action.due_at)
    status = {"delivered": "delivered", "deferred": "sent"}.get(word, "undelivered")
    code = _UNKNOWN_NUMBER if status == "undelivered" else 0
    return f"{TEXTS}?m={message.touch_id}", vendor.callback_form(text, status, code)


def _event(deed: Deed) -> dict[str, Any] | None:
    """What the Event Webhook says of a deed; None for what it says nothing of."""
    data, word = deed.action.data, deed.action.target
    told: Mapping[str, tuple[str, dict[str, str]]] = {
        "delivered": ("delivered", {"response": "250 2.0.0 OK"}),
        "deferred": ("deferred", {"response": f"451 {data.get('code', '')} {data.get('reason', '')}", "attempt": "1"}),
        "bounced": ("bounce", {"type": "bounce", "status": data.get("code", ""), "reason": data.get("reason", "")}),
        "complained": ("spamreport", {}),
    }
    if word not in told:
        return None
    kind, more = told[word]
    message = deed.message
    mail = Kept(
        recipient=message.recipient,
        sender=message.sender,
        custom_args={"message_id": str(message.touch_id)},
        reference=message.reference,
    )
    return event_about(mail, kind, at=int(deed.action.due_at.timestamp()), **more)


def _reply(deed: Deed) -> bytes:
    """A mail in which a customer answers."""
    mail = EmailMessage()
    mail["From"], mail["To"] = deed.message.recipient, deed.message.sender
    mail["Subject"] = "Re: your mail"
    mail["Date"] = format_datetime(deed.action.due_at)
    mail["Message-ID"] = f"<{_hex(f'reply {deed.message.touch_id} {deed.message.id}')}@customers.example>"
    mail["In-Reply-To"] = f"<{deed.message.touch_id}@{deed.message.sender.rpartition('@')[2]}>"
    mail.set_content(WORDS)
    return bytes(mail)


def _hex(words: str) -> str:
    """32 hexadecimal digits, the same for the same words."""
    return hashlib.blake2b(words.encode(), digest_size=16).hexdigest()


def _take(answer: httpx.Response) -> None:
    answer.raise_for_status()
