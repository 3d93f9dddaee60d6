"""SendGrid on this machine: takes calls, keeps what it would deliver, posts signed events.

    server = SendGridServer(api_key="SG.demo")
    with running_sendgrid(server) as base_url:
        ...  # SendGridProvider(api_key="SG.demo", base_url=base_url)
        events = [event_about(mail, "delivered", at=at) for mail in server.kept]
        server.report("http://127.0.0.1:8025/webhooks/sendgrid", events, at=at)

It can be told to misbehave, a call at a time.
"""

import base64
import hashlib
import json
import socket
import struct
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from email.utils import formataddr
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import uuid4

import httpx
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from outreach.demo.vendors.moods import HOST, Mood
from outreach.demo.vendors.sendgrid_contract import LARGEST_CALL, Refusal, refusals

SEND = "/v3/mail/send"
SIGNATURE_HEADER = "X-Twilio-Email-Event-Webhook-Signature"
TIMESTAMP_HEADER = "X-Twilio-Email-Event-Webhook-Timestamp"
_RESET = struct.pack("ii", 1, 0)


@dataclass(frozen=True, slots=True)
class Kept:
    """A mail that would have been delivered to one recipient.

    Attributes:
        reference: X-Message-Id of the call it came by. call: the number of that call, from 0.
    """

    recipient: str
    sender: str
    custom_args: Mapping[str, str]
    reference: str
    call: int = 0
    sender_name: str = ""
    reply_to: str = ""
    subject: str = ""
    text: str = ""
    html: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    def as_mail(self) -> bytes:
        """The mail as it would arrive (RFC 5322)."""
        # Lines as long as they may be: the library would encode a long List-Unsubscribe, and nobody could press it.
        mail = EmailMessage(policy=policy.SMTP.clone(max_line_length=998))
        mail["From"] = formataddr((self.sender_name, self.sender)) if self.sender_name else self.sender
        mail["To"], mail["Subject"] = self.recipient, self.subject
        if self.reply_to:
            mail["Reply-To"] = self.reply_to
        mail.set_content(self.text)
        if self.html:
            mail.add_alternative(self.html, subtype="html")
        for name, value in self.headers.items():
            mail[name] = value
        return bytes(mail)


@dataclass
class SendGridServer:
    """The vendor. Its lists are read after the calls they are about were answered.

    Attributes:
        api_key: the one it accepts.
        moods: what to do with the next calls, a status or a mood each; None or an empty queue means what is right.
        calls_left: how many calls it takes before it answers 429; None for any number.
        resets_at: seconds since 1970; told as X-RateLimit-Reset.
        is_vague: says no more than "Bad Request" about a call that is not sound, as the vendor at times does.
        store: keeps for good what a call brings, before it is answered.
        key: signs what it reports.
        kept: what it accepted. calls: how many requests it saw. connections: over how many connections.
    """

    api_key: str
    moods: deque[Mood | HTTPStatus | None] = field(default_factory=deque)
    calls_left: int | None = None
    resets_at: int = 0
    is_vague: bool = False
    store: Callable[[Sequence[Kept]], None] = lambda _kept: None
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    kept: list[Kept] = field(default_factory=list)
    calls: int = 0
    connections: int = 0
    port: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _stopped: threading.Event = field(default_factory=threading.Event)

    @property
    def public_key(self) -> str:
        """What the vendor's pages show for checking events: base64 of the SPKI, without PEM lines."""
        spki = self.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return base64.b64encode(spki).decode()

    def signed(self, body: bytes, *, timestamp: str) -> dict[str, str]:
        """The headers that make a POST of `body` genuine."""
        signature = self.key.sign(timestamp.encode() + body, ec.ECDSA(hashes.SHA256()))
        return {TIMESTAMP_HEADER: timestamp, SIGNATURE_HEADER: base64.b64encode(signature).decode()}

    def report(self, url: str, events: Sequence[Mapping[str, Any]], *, at: int) -> int:
        """Posts `events` to `url` at second `at`, one signed batch that ends with CRLF, as theirs; gives the status."""
        body = json.dumps(events).encode() + b"\r\n"
        headers = self.signed(body, timestamp=str(at)) | {"Content-Type": "application/json"}
        return httpx.post(url, content=body, headers=headers, timeout=30.0).status_code

    def take(self, call: Mapping[str, Any]) -> str:
        """Keeps what a sound call would deliver; returns its X-Message-Id."""
        reference = uuid4().hex[:22]
        with self._lock:
            number, self.calls = self.calls, self.calls + 1
        if not call.get("mail_settings", {}).get("sandbox_mode", {}).get("enable", False):
            kept = [_kept(call, one, reference, number) for one in call["personalizations"]]
            self.store(kept)
            with self._lock:
                self.kept += kept
        return reference


def event_about(mail: Kept, kind: str, *, at: int, **more: Any) -> dict[str, Any]:
    """An event of `kind` about `mail` at second `at`, as the vendor tells it; its id is the same each time."""
    said = json.dumps([mail.reference, mail.recipient, mail.call, kind, at, more], sort_keys=True)
    return {
        "email": mail.recipient,
        "timestamp": at,
        "smtp-id": f"<{mail.reference}@ismtpd>",
        "event": kind,
        "category": [],
        "sg_event_id": base64.urlsafe_b64encode(hashlib.sha256(said.encode()).digest()[:24]).decode(),
        "sg_message_id": f"{mail.reference}.filter0001.16648.5515E0B88.0",
        **mail.custom_args,
        **more,
    }


@contextmanager
def running_sendgrid(server: SendGridServer, port: int = 0) -> Iterator[str]:
    """`server` in threads of this process; hands out its base URL. Port 0 takes any that is free."""
    web = _Web((HOST, port), _Handler)
    web.vendor = server
    server.port = web.server_address[1]
    thread = threading.Thread(target=web.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://{HOST}:{server.port}"
    finally:
        server._stopped.set()
        web.shutdown()
        web.server_close()
        thread.join()


class _Web(ThreadingHTTPServer):
    daemon_threads = True
    vendor: SendGridServer


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
        self._say(HTTPStatus.METHOD_NOT_ALLOWED if self.path == SEND else HTTPStatus.NOT_FOUND)

    def do_POST(self) -> None:
        vendor = self.server.vendor
        length = int(self.headers.get("Content-Length") or 0)
        if length > LARGEST_CALL:
            self.close_connection = True
            self._say(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            return
        body = self.rfile.read(length)
        status, wrong = self._verdict(body)
        if status is not HTTPStatus.ACCEPTED:
            vendor.calls += 1
            self._say(status, wrong)
            return
        call = json.loads(body)
        mood = vendor.moods.popleft() if vendor.moods else None
        if isinstance(mood, HTTPStatus):
            vendor.calls += 1
            self._say(mood)
            return
        if mood in (Mood.HANG_BEFORE, Mood.RESET_BEFORE):
            vendor.calls += 1
        else:
            reference = vendor.take(call)
        if mood is None:
            self._say(HTTPStatus.ACCEPTED, reference=reference)
        else:
            self._fall_silent(mood)

    def _verdict(self, body: bytes) -> tuple[HTTPStatus, list[Refusal]]:
        vendor = self.server.vendor
        if self.path != SEND:
            return HTTPStatus.NOT_FOUND, []
        if self.headers.get("Authorization") != f"Bearer {vendor.api_key}":
            return HTTPStatus.UNAUTHORIZED, [Refusal("The provided authorization grant is invalid")]
        if vendor.calls_left is not None:
            if vendor.calls_left <= 0:
                return HTTPStatus.TOO_MANY_REQUESTS, [Refusal("too many requests")]
            vendor.calls_left -= 1
        if self.headers.get_content_type() != "application/json":
            return HTTPStatus.UNSUPPORTED_MEDIA_TYPE, []
        try:
            call = json.loads(body)
        except ValueError:
            return HTTPStatus.BAD_REQUEST, [Refusal("Bad Request")]
        wrong = refusals(call)
        if wrong and vendor.is_vague:
            wrong = [Refusal("Bad Request")]
        return (HTTPStatus.BAD_REQUEST if wrong else HTTPStatus.ACCEPTED), wrong

    def _fall_silent(self, mood: Mood) -> None:
        self.close_connection = True
        if mood in (Mood.HANG_BEFORE, Mood.HANG_AFTER):
            self.server.vendor._stopped.wait()
        else:
            # With nothing to linger for, closing sends a reset.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)

    def _say(self, status: HTTPStatus, wrong: Sequence[Refusal] = (), *, reference: str = "") -> None:
        vendor = self.server.vendor
        told = wrong or ([] if status is HTTPStatus.ACCEPTED else [Refusal(status.phrase.lower())])
        body = json.dumps({"errors": [one._asdict() | {"help": None} for one in told]}).encode() if told else b""
        self.send_response(status)
        if reference:
            self.send_header("X-Message-Id", reference)
        if vendor.calls_left is not None:
            self.send_header("X-RateLimit-Remaining", str(vendor.calls_left))
            self.send_header("X-RateLimit-Reset", str(vendor.resets_at))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _kept(call: Mapping[str, Any], one: Mapping[str, Any], reference: str, number: int) -> Kept:
    """What one personalization becomes; tags are replaced one after the other, as the vendor does."""
    parts = {part["type"]: part["value"] for part in call["content"]}

    def replaced(words: str) -> str:
        for tag, value in one.get("substitutions", {}).items():
            words = words.replace(tag, value)
        return words

    return Kept(
        recipient=one["to"][0]["email"],
        sender=call["from"]["email"],
        sender_name=call["from"].get("name", ""),
        reply_to=call.get("reply_to", {}).get("email", ""),
        subject=replaced(one.get("subject") or call["subject"]),
        text=replaced(parts.get("text/plain", "")),
        html=replaced(parts.get("text/html", "")),
        headers=call.get("headers", {}) | one.get("headers", {}),
        custom_args=one.get("custom_args", {}),
        reference=reference,
        call=number,
    )
