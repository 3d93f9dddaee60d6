"""One call of SendGrid's API.

The SDK's own client opens a connection for each call and formats body and key of every one for a log line. So only its
addresses, headers and version are used, over connections of ours (`providers/pooled.py`).
"""

import json
import re
from dataclasses import dataclass
from typing import Any

import httpx
from python_http_client import Client
from sendgrid import SendGridAPIClient

from outreach.domain.errors import shortened
from outreach.providers.pooled import ANSWER_LIMIT, PooledCalls, Waits

#: Connections at once, and kept between calls.
MOST, KEPT = 8, 4
_KEY = re.compile(r"[\w.-]+", re.ASCII).fullmatch


#: An answer to a call of a thousand mails may take a while.
USUAL_WAITS = Waits(connect=10.0, write=30.0, answer=60.0)


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

    def __init__(self, pool: PooledCalls, **options: Any) -> None:
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
        headers = {**self.request_headers, "Content-Type": "application/json"}
        answer = self._pool.call("POST", self._build_url(None), content=request_body, headers=headers)
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
        self._pool = PooledCalls(waits=waits, most=MOST, kept=KEPT)
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
