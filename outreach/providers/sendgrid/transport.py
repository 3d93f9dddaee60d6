"""One call of SendGrid's API over kept connections, that always knows how far it got.

The SDK's own client opens a connection for each call, has one time-out for everything, tells "nothing was sent" from
"nobody answered" by words only, and formats body and key of every call for a log line. So only its addresses, headers
and version are used; the request goes through `httpx`, whose trace tells when the body had gone.
"""

import json
import re
from dataclasses import dataclass
from typing import Any

import httpx
from python_http_client import Client
from sendgrid import SendGridAPIClient

from outreach.domain.errors import OutreachError, shortened

#: A connection that nobody used for a while is not trusted: the other side may be closing it that very moment.
LIMITS = httpx.Limits(max_connections=8, max_keepalive_connections=4, keepalive_expiry=20.0)
ANSWER_LIMIT = 300
_KEY = re.compile(r"[\w.-]+", re.ASCII).fullmatch


@dataclass(frozen=True, slots=True)
class Waits:
    """Longest waits in seconds: for a connection, for a stretch of the body to go, and for the answer to a call of a
    thousand mails."""

    connect: float = 10.0
    write: float = 30.0
    answer: float = 60.0


USUAL_WAITS = Waits()


class NotSent(OutreachError):
    """The call did not reach the vendor whole; nothing of it can have been accepted."""


class InDoubt(OutreachError):
    """The whole call went out and no answer came; nobody knows whether it was accepted."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the vendor said: status, headers (folded, lower case) and body."""

    status: int
    headers: httpx.Headers
    body: bytes

    @property
    def words(self) -> str:
        """Status and messages on one line of at most `ANSWER_LIMIT` characters."""
        said = "; ".join(message for message, _ in self.errors()) or self.body.decode("utf-8", "replace")
        return shortened(" ".join(f"{self.status} {said}".split()), ANSWER_LIMIT)

    def errors(self) -> list[tuple[str, str]]:
        """Message and field ("" if none is named) of each error that the body tells."""
        try:
            told = json.loads(self.body)
        except (ValueError, RecursionError):
            return []
        errors = told.get("errors") if isinstance(told, dict) else None
        return [
            (str(one.get("message") or ""), str(one.get("field") or ""))
            for one in (errors if isinstance(errors, list) else [])
            if isinstance(one, dict)
        ]


class PooledClient(Client):  # type: ignore[misc]  # the SDK has no types
    """The SDK's client with a pool of connections under its `post`."""

    def __init__(self, pool: httpx.Client, **options: Any) -> None:
        super().__init__(**options)
        self._pool = pool

    def _build_client(self, name: str | None = None) -> "PooledClient":
        path = [*self._url_path, name] if name else self._url_path
        return PooledClient(
            self._pool,
            host=self.host,
            version=self._version,
            request_headers=self.request_headers,
            url_path=path,
        )

    def post(self, request_body: bytes) -> Answer:
        """Posts a JSON body.

        Raises:
            NotSent: if it did not go out whole. InDoubt: if it did and no answer can be read.
        """
        gone = False

        def trace(event: str, _info: object) -> None:
            nonlocal gone
            if event == "http11.send_request_body.complete":
                gone = True

        headers = {**self.request_headers, "Content-Type": "application/json"}
        try:
            answer = self._pool.post(
                self._build_url(None), content=request_body, headers=headers, extensions={"trace": trace}
            )
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            said = shortened(f"{type(error).__name__}: {error}", ANSWER_LIMIT)
            raise (InDoubt if gone else NotSent)(said) from error
        return Answer(answer.status_code, answer.headers, answer.content)


class MailSend:
    """`POST /v3/mail/send` of one account.

    Args:
        base_url: like https://api.sendgrid.com; https://api.eu.sendgrid.com for accounts in the EU.

    Raises:
        ValueError: for a key that cannot be one. The SDK would look for another in the environment.
    """

    def __init__(self, *, api_key: str, base_url: str, waits: Waits = USUAL_WAITS) -> None:
        if not _KEY(api_key):
            raise ValueError("an API key is letters, digits, dots, dashes and underscores")
        time_outs = httpx.Timeout(connect=waits.connect, pool=waits.connect, write=waits.write, read=waits.answer)
        self._pool = httpx.Client(timeout=time_outs, limits=LIMITS)
        account = SendGridAPIClient(api_key, host=base_url.rstrip("/"))
        client = PooledClient(
            self._pool, host=account.host, version=3, request_headers=dict(account.client.request_headers)
        )
        self._send: PooledClient = client.mail.send

    def __call__(self, body: bytes) -> Answer:
        """See `PooledClient.post`."""
        return self._send.post(body)

    def close(self) -> None:
        """Closes the connections."""
        self._pool.close()
