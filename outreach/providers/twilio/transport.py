"""The SDK's way to Twilio's API, over connections of ours (`providers/pooled.py`)."""

import json
import re
from dataclasses import dataclass, field
from typing import Any

import httpx
from twilio.http import HttpClient
from twilio.http.response import Response
from twilio.rest import Client
from twilio.rest.api.v2010.account.message import MessageList

from outreach.domain.errors import OutreachError, shortened
from outreach.providers.pooled import ANSWER_LIMIT, InDoubt, PooledCalls, Waits

_ACCOUNT = re.compile(r"AC[0-9a-fA-F]{32}").fullmatch
_NUMBER = re.compile(r"(?<!\w)\+?[0-9]{7,15}(?!\w)")
_TOKEN = re.compile(r"[!-~]+").fullmatch


USUAL_WAITS = Waits(connect=10.0, write=10.0, answer=20.0)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the vendor said: status, headers (folded, lower case) and body; readable if that is a JSON object."""

    status: int
    headers: httpx.Headers
    body: bytes
    is_readable: bool = field(init=False)
    _told: dict[str, Any] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        try:
            told = json.loads(self.body)
        except (ValueError, RecursionError):
            told = None
        object.__setattr__(self, "is_readable", isinstance(told, dict))
        object.__setattr__(self, "_told", told if isinstance(told, dict) else {})

    @property
    def code(self) -> int:
        """The vendor's own code; 0 if it gave none."""
        code = self._told.get("code")
        return code if isinstance(code, int) and not isinstance(code, bool) else 0

    @property
    def words(self) -> str:
        """Status, code and message on one line of at most `ANSWER_LIMIT` characters.

        Without the numbers it names: the same words may explain why texts to other people had to wait.
        """
        message = self._told.get("message")
        said = message if isinstance(message, str) else self.body.decode("utf-8", "replace")
        line = " ".join(f"{self.status} {self.code or ''} {said}".split())
        return shortened(_NUMBER.sub("(a number)", line), ANSWER_LIMIT)


class Refused(OutreachError):
    """The vendor answered, and not with a success."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.words)
        self.answer = answer


class PooledHttp(HttpClient):  # type: ignore[misc]  # the SDK has no types
    """The SDK's way to the network, with a pool of connections under it; any number of threads may use it.

    Args:
        connections: most that are open at once; as many as there are threads, so that none waits for another.
    """

    def __init__(self, *, waits: Waits, connections: int) -> None:
        self._pool = PooledCalls(waits=waits, most=connections, kept=connections)

    def request(
        self,
        method: str,
        uri: str,
        params: dict[str, str] | None = None,
        data: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        """Makes a call.

        Raises:
            NotSent: if it did not go out whole. InDoubt: if it did and no answer can be read.
            Refused: if the answer is no success.

        Args:
            timeout: of no effect; the same waits hold for all calls.
        """
        got = self._pool.call(
            method, uri, params=params, data=data, headers=headers, auth=auth, follow_redirects=allow_redirects
        )
        answer = Answer(got.status_code, got.headers, got.content)
        if not got.is_success:
            raise Refused(answer)
        if not answer.is_readable:
            raise InDoubt(answer.words)
        return Response(got.status_code, got.text, got.headers)

    def close(self) -> None:
        """Closes the connections."""
        self._pool.close()


def messages_of(*, account_sid: str, auth_token: str, base_url: str, http: PooledHttp) -> MessageList:
    """`/2010-04-01/Accounts/{account}/Messages.json` of one account.

    Args:
        base_url: like https://api.twilio.com; https://api.dublin.ie1.twilio.com for accounts in Ireland.

    Raises:
        ValueError: for credentials that cannot be any. The SDK would look for others in the environment.
    """
    if not _ACCOUNT(account_sid):
        raise ValueError("an account SID is AC and 32 hexadecimal digits")
    if not _TOKEN(auth_token):
        raise ValueError("an auth token is printable ASCII without spaces")
    client = Client(account_sid, auth_token, http_client=http)
    # The environment might send us elsewhere than the configuration says.
    client.edge = client.region = ""
    client.api.base_url = base_url
    return client.messages
