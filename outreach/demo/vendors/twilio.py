"""Twilio on this machine: takes texts, keeps what it would deliver, posts signed status callbacks and replies.

    server = TwilioServer(account_sid="AC" + 32 * "0", auth_token="demo")
    with running_twilio(server) as base_url:
        ...  # TwilioTexts(account_sid=..., auth_token="demo", base_url=base_url, ...)
        for text in server.kept:
            server.report(text, "delivered")

It can be told to misbehave, a number at a time.
"""

import base64
import hashlib
import hmac
import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit
from uuid import uuid4

import httpx

from outreach.demo.vendors.moods import HOST, Mood
from outreach.demo.vendors.twilio_contract import Refusal, form_of, refusal_of
from outreach.demo.vendors.twilio_texts import KeptText, page_of, shown

SIGNATURE_HEADER = "X-Twilio-Signature"
_LARGEST_CALL = 64 * 1024
_RESET = struct.pack("ii", 1, 0)


@dataclass
class TwilioServer:
    """The vendor. Its lists are read after the calls they are about were answered.

    Attributes:
        account_sid, auth_token: those it accepts.
        fates: what to do with a sound call to a number: an error code of the vendor's, a status or a mood.
        unpriced: ids of texts that have no price yet.
        clock: when it is (aware).
        calls_left: how many calls it takes before it answers 429; None for any number.
        retry_after: seconds, told with 429; 0 tells nothing.
        store: keeps a text for good before its call is answered.
        kept: what it accepted. calls: how many requests it saw. connections: over how many connections.
    """

    account_sid: str
    auth_token: str = field(repr=False)
    fates: dict[str, Mood | HTTPStatus | int] = field(default_factory=dict)
    unpriced: set[str] = field(default_factory=set)
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    calls_left: int | None = None
    retry_after: int = 0
    store: Callable[[KeptText], None] = lambda _text: None
    kept: list[KeptText] = field(default_factory=list)
    calls: int = 0
    connections: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _stopped: threading.Event = field(default_factory=threading.Event)

    def signature(self, url: str, form: Mapping[str, str]) -> str:
        """What makes a POST of `form` to `url` genuine."""
        words = url + "".join(name + form[name] for name in sorted(form))
        mac = hmac.new(self.auth_token.encode(), words.encode(), hashlib.sha1)
        return base64.b64encode(mac.digest()).decode()

    def report(self, text: KeptText, status: str, code: int = 0) -> int:
        """Posts what became of `text` to its callback, with an error code where there is one; gives the status."""
        return self._post(text.callback.partition("#")[0], self.callback_form(text, status, code))

    def callback_form(self, text: KeptText, status: str, code: int = 0) -> dict[str, str]:
        """What `report` posts."""
        ends = {"From": text.sender} if text.sender else {"MessagingServiceSid": text.service}
        error = {"ErrorCode": str(code)} if code else {}
        return {
            "AccountSid": self.account_sid,
            "ApiVersion": "2010-04-01",
            "MessageSid": text.sid,
            "MessageStatus": status,
            "SmsSid": text.sid,
            "SmsStatus": status,
            "To": text.recipient,
            **ends,
            **error,
        }

    def reply(self, url: str, *, sender: str, to: str, body: str, opt_out: str = "") -> int:
        """Posts a text that a customer wrote to the webhook of our number; gives the status. See `reply_form`."""
        with self._lock:
            self.calls += 1
            sid = _sid(f"reply {self.calls} {sender} {to} {body}")
        return self._post(url, self.reply_form(sid, sender=sender, to=to, body=body, opt_out=opt_out))

    def reply_form(self, sid: str, *, sender: str, to: str, body: str, opt_out: str = "") -> dict[str, str]:
        """What `reply` posts.

        Args:
            sid: names the text.
            opt_out: STOP, START or HELP where the vendor has acted on it; "" where it left that to us.
        """
        ends = {"From": sender, "To": to, "Body": body, "NumMedia": "0", "NumSegments": "1"}
        form = {"AccountSid": self.account_sid, "ApiVersion": "2010-04-01", "SmsStatus": "received", **ends}
        form |= {"MessageSid": sid, "SmsMessageSid": sid, "SmsSid": sid}
        return form | ({"OptOutType": opt_out} if opt_out else {})

    def headers(self, url: str, form: Mapping[str, str]) -> dict[str, str]:
        """The headers of a genuine POST of `form` to `url`."""
        return {
            SIGNATURE_HEADER: self.signature(url, form),
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
            "User-Agent": "TwilioProxy/1.1",
        }

    def _post(self, url: str, form: Mapping[str, str]) -> int:
        headers = self.headers(url, form)
        return httpx.post(url, content=urlencode(form), headers=headers, timeout=30.0).status_code

    def hang_up(self) -> None:
        """Closes the connections of all calls that it leaves without an answer, and of those to come."""
        self._stopped.set()

    def listed(self, query: Mapping[str, str]) -> list[dict[str, Any]]:
        """The texts that `query` asks for, newest first, by "DateSent>" (or equal) if it says."""
        since = datetime.fromisoformat(query.get("DateSent>", "1970-01-01T00:00:00Z"))
        return [
            shown(text, account_sid=self.account_sid, is_final=text.sid not in self.unpriced)
            for text in reversed(self.kept)
            if text.taken_at >= since
        ]

    def take(self, form: Mapping[str, str]) -> KeptText:
        """Keeps the text of a sound call."""
        text = KeptText(
            sid=f"SM{uuid4().hex}",
            recipient=form["To"],
            sender=form.get("From", ""),
            service=form.get("MessagingServiceSid", ""),
            body=form["Body"],
            callback=form.get("StatusCallback", ""),
            taken_at=self.clock(),
        )
        self.store(text)
        with self._lock:
            self.kept.append(text)
        return text


def _sid(of: str) -> str:
    return "SM" + hashlib.sha256(of.encode()).hexdigest()[:32]


@contextmanager
def running_twilio(server: TwilioServer, port: int = 0) -> Iterator[str]:
    """`server` in threads of this process; hands out its base URL. Port 0 takes any that is free."""
    web = _Web((HOST, port), _Handler)
    web.vendor = server
    thread = threading.Thread(target=web.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://{HOST}:{web.server_address[1]}"
    finally:
        server.hang_up()
        web.shutdown()
        web.server_close()
        thread.join()


class _Web(ThreadingHTTPServer):
    daemon_threads = True
    vendor: TwilioServer


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Web

    def setup(self) -> None:
        super().setup()
        with self.server.vendor._lock:
            self.server.vendor.connections += 1

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing; whoever runs the server looks at what it kept."""

    def do_GET(self) -> None:
        vendor = self.server.vendor
        with vendor._lock:
            vendor.calls += 1
        parts = urlsplit(self.path)
        if refusal := self._stranger():
            self._refuse(refusal.status, refusal)
            return
        query = dict(parse_qsl(parts.query))
        self._say(HTTPStatus.OK, page_of(vendor.listed(query), path=parts.path, query=query))

    def do_POST(self) -> None:
        vendor = self.server.vendor
        with vendor._lock:
            vendor.calls += 1
        length = int(self.headers.get("Content-Length") or 0)
        if length > _LARGEST_CALL:
            self.close_connection = True
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, Refusal(20001, "Request too large"))
            return
        body = self.rfile.read(length)
        refusal = self._refusal(body)
        if refusal:
            self._refuse(refusal.status, refusal)
            return
        form = dict(form_of(body))
        fate = vendor.fates.get(form["To"])
        if isinstance(fate, HTTPStatus):
            self._refuse(fate, Refusal(0, fate.phrase))
        elif isinstance(fate, int):
            refusal = Refusal(fate, f"Refused with {fate}: {form['To']}")
            self._refuse(refusal.status, refusal)
        else:
            text = None if fate in (Mood.HANG_BEFORE, Mood.RESET_BEFORE) else vendor.take(form)
            if fate is None and text:
                self._say(HTTPStatus.CREATED, shown(text, account_sid=vendor.account_sid, is_final=False))
            elif fate:
                self._fall_silent(fate)

    def _stranger(self) -> Refusal | None:
        """Why the call is none of this account's; None if it is."""
        vendor = self.server.vendor
        credentials = base64.b64encode(f"{vendor.account_sid}:{vendor.auth_token}".encode()).decode()
        if self.headers.get("Authorization") != f"Basic {credentials}":
            return Refusal(20003, "Authenticate")
        if urlsplit(self.path).path != f"/2010-04-01/Accounts/{vendor.account_sid}/Messages.json":
            return Refusal(20404, f"The requested resource {self.path} was not found")
        return None

    def _refusal(self, body: bytes) -> Refusal | None:
        """Why the call is not sound; None if it is."""
        vendor = self.server.vendor
        if stranger := self._stranger():
            return stranger
        with vendor._lock:
            if vendor.calls_left is not None:
                if vendor.calls_left <= 0:
                    return Refusal(20429, "Too Many Requests")
                vendor.calls_left -= 1
        if self.headers.get_content_type() != "application/x-www-form-urlencoded":
            return Refusal(20001, "The body is not form-encoded")
        try:
            return refusal_of(form_of(body))
        except ValueError as error:
            return Refusal(20001, str(error))

    def _fall_silent(self, mood: Mood) -> None:
        self.close_connection = True
        if mood in (Mood.HANG_BEFORE, Mood.HANG_AFTER):
            self.server.vendor._stopped.wait()
        else:
            # With nothing to linger for, closing sends a reset.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)

    def _refuse(self, status: HTTPStatus, why: Refusal) -> None:
        code = {"code": why.code, "more_info": f"https://www.twilio.com/docs/errors/{why.code}"} if why.code else {}
        self._say(status, {**code, "message": why.message, "status": int(status)})

    def _say(self, status: HTTPStatus, told: Mapping[str, Any]) -> None:
        body = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        if status is HTTPStatus.TOO_MANY_REQUESTS and self.server.vendor.retry_after:
            self.send_header("Retry-After", str(self.server.vendor.retry_after))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
