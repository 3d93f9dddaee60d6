"""Sending mail through SendGrid: a thousand messages in a call, and what each answer means for them.

The vendor knows no idempotency key: whatever may have been accepted is never sent again, and whatever was certainly
refused harmed nobody and may be tried in smaller calls.
"""

import re
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

import httpx

from outreach.domain.touch import Channel
from outreach.providers.base import Line, Outcome, Outgoing, Receipt
from outreach.providers.pooled import InDoubt, NotSent, Waits
from outreach.providers.sendgrid.calls import MOST_BYTES, MOST_MAILS, Call, Letter, body_of, calls_of
from outreach.providers.sendgrid.transport import USUAL_WAITS, Answer, MailSend
from outreach.rendering.shared_mail import parts_of

#: Where accounts outside the EU are.
BASE_URL = "https://api.sendgrid.com"
#: Calls that one batch may cost beyond its own, to find what a refused call was refused for: about two for each halving
#: of a thousand, and a few more for a second fault.
MOST_SPLITS = 24
#: Seconds after which no further call of a batch is begun; with the longest wait for an answer well inside the lease.
PATIENCE = 120.0
#: Seconds of quiet when the vendor says "too fast" and not for how long, and the most that it is believed to ask for.
USUAL_WAIT, LONGEST_WAIT = 60.0, 3600.0

_NAMED = re.compile(r"personalizations[.\[](\d+)")
_UNUSABLE = re.compile(r"[\x00-\x20\x7f<>(),:;\\\"\[\]]")


class Heed(Protocol):
    """Is told how many more messages the vendor welcomes (`left`) within `seconds`."""

    def __call__(self, *, left: int, seconds: float) -> None:
        """See the class."""
        ...


def heedless(*, left: int, seconds: float) -> None:
    """For whom limits are of no interest."""


@dataclass(frozen=True, slots=True)
class SendGridProvider:
    """Mail through one account; an `Assembler`.

    Attributes:
        api_key: needs the right to send mail, and no other.
        base_url: of the API.
        sandbox: the vendor checks every call and sends nothing.
        heed: is told the limits that each answer states.
        clock: seconds since 1970; what the vendor's limits are stated in.

    Raises:
        ValueError: for a key that cannot be one.
    """

    api_key: str = field(repr=False)
    base_url: str = BASE_URL
    sandbox: bool = False
    heed: Heed = heedless
    waits: Waits = USUAL_WAITS
    clock: Callable[[], float] = time.time
    _post: MailSend = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        post = MailSend(api_key=self.api_key, base_url=self.base_url, waits=self.waits)
        object.__setattr__(self, "_post", post)

    @property
    def name(self) -> str:
        """Always sendgrid."""
        return "sendgrid"

    @property
    def channel(self) -> Channel:
        """Always email."""
        return Channel.EMAIL

    @property
    def at_once(self) -> int:
        """As many as a call may carry."""
        return MOST_MAILS

    @contextmanager
    def open(self) -> Iterator[Line]:
        """A line over the connections of earlier lines, where they are still good."""
        yield SendGridLine(self._post, sandbox=self.sandbox, heed=self.heed, clock=self.clock)

    def close(self) -> None:
        """Closes the connections."""
        self._post.close()


@dataclass(frozen=True, slots=True)
class _Rest:
    """Why nothing more of a batch is sent."""

    answer: str
    refuses_us: bool = False
    wait: float = 0.0

    def receipts(self, call: Call) -> Iterator[Receipt]:
        for letter in call.letters:
            answer = f"not tried: {self.answer}"
            yield Receipt(letter.touch_id, Outcome.RETRY, answer, refuses_us=self.refuses_us, wait=self.wait)


class SendGridLine:
    """Sends batches; see `SendGridProvider` for the parts."""

    def __init__(
        self, post: Callable[[bytes], Answer], *, sandbox: bool, heed: Heed, clock: Callable[[], float]
    ) -> None:
        self._post, self._sandbox, self._heed, self._clock = post, sandbox, heed, clock
        self._calls: deque[Call] = deque()
        self._splits = 0

    def send(self, batch: Sequence[Outgoing]) -> Iterator[Receipt]:
        """Sends the batch in as few calls as may be; after an answer that forbids or leaves a doubt, no more of it."""
        letters = []
        for message in batch:
            letter = _letter(message)
            if isinstance(letter, Letter):
                letters.append(letter)
            else:
                yield letter
        self._calls, self._splits = deque(calls_of(letters)), 0
        rest: _Rest | None = None
        began = time.monotonic()
        while self._calls:
            call = self._calls.popleft()
            if rest is None and time.monotonic() - began > PATIENCE:
                rest = _Rest("the provider was too slow")
            if rest is not None:
                yield from rest.receipts(call)
                continue
            receipts, rest = self._send_call(call)
            yield from receipts

    def _send_call(self, call: Call) -> tuple[list[Receipt], _Rest | None]:
        """What became of the letters of a call as far as it is known, and why no more should be sent, None if they may.

        Letters that it says nothing about are in the queue again.
        """
        body = body_of(call, sandbox=self._sandbox)
        if len(body) > MOST_BYTES:
            return self._refused(call, f"413 the call has {len(body)} bytes", ()), None
        try:
            answer = self._post(body)
        except NotSent as error:
            return _all(call, Outcome.RETRY, str(error), unwell=True), _Rest(str(error))
        except InDoubt as error:
            # Whoever does not answer once seldom answers the next call, and each would leave a thousand in doubt.
            return _all(call, Outcome.UNKNOWN, str(error)), _Rest(str(error))
        self._tell_limits(answer)
        return self._judged(call, answer)

    def _judged(self, call: Call, answer: Answer) -> tuple[list[Receipt], _Rest | None]:
        said = answer.words
        if 200 <= answer.status < 300:
            reference = answer.headers.get("X-Message-Id", "")
            return _all(call, Outcome.SENT, said, reference=reference), None
        if answer.status == httpx.codes.TOO_MANY_REQUESTS:
            wait = self._wait(answer)
            return _all(call, Outcome.RETRY, said, wait=wait), _Rest(said, wait=wait)
        if answer.status >= 500:
            return _all(call, Outcome.UNKNOWN, said), _Rest(said)
        if answer.status in _NO_FAULT_OF_A_MESSAGE or answer.status < 400:
            return _all(call, Outcome.RETRY, said, refuses_us=True), _Rest(said, refuses_us=True)
        places = (int(found[1]) for _, named in answer.errors() if (found := _NAMED.match(named)))
        return self._refused(call, said, [place for place in places if place < len(call.letters)]), None

    def _refused(self, call: Call, said: str, named: Sequence[int]) -> list[Receipt]:
        """Receipts of those a refused call was refused for; the others go back to the queue in smaller calls."""
        at_fault = {*named} if len(call.letters) > 1 else {0}
        receipts = [Receipt(call.letters[place].touch_id, Outcome.FAILED, said) for place in sorted(at_fault)]
        left = call.without(at_fault)
        if left is None:
            return receipts
        if self._splits >= MOST_SPLITS:
            return receipts + _all(left, Outcome.RETRY, said)
        self._splits += 1
        self._calls.extendleft([left] if at_fault else left.halves())
        return receipts

    def _tell_limits(self, answer: Answer) -> None:
        """Passes on what the vendor says of its limits, which it counts in calls."""
        left, seconds = _number(answer.headers.get("X-RateLimit-Remaining")), self._until_reset(answer)
        if left is not None and seconds is not None:
            self._heed(left=int(left) * MOST_MAILS, seconds=seconds)

    def _wait(self, answer: Answer) -> float:
        """Seconds for which the vendor wants quiet."""
        asked = _number(answer.headers.get("Retry-After"))
        seconds = self._until_reset(answer) if asked is None else asked
        return min(max(seconds, 1.0), LONGEST_WAIT) if seconds is not None else USUAL_WAIT

    def _until_reset(self, answer: Answer) -> float | None:
        """Seconds until the limits begin anew; the header holds an instant in seconds since 1970."""
        at = _number(answer.headers.get("X-RateLimit-Reset"))
        return None if at is None else max(at - self._clock(), 0.0)


#: Refused credentials or rights, and addresses that are none: the set-up needs mending, and the list must not be burnt.
_NO_FAULT_OF_A_MESSAGE = frozenset(
    {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN, httpx.codes.NOT_FOUND, httpx.codes.METHOD_NOT_ALLOWED}
)


def _all(
    call: Call,
    outcome: Outcome,
    said: str,
    *,
    reference: str = "",
    refuses_us: bool = False,
    wait: float = 0.0,
    unwell: bool = False,
) -> list[Receipt]:
    return [
        Receipt(letter.touch_id, outcome, said, reference=reference, refuses_us=refuses_us, wait=wait, unwell=unwell)
        for letter in call.letters
    ]


def _letter(message: Outgoing) -> Letter | Receipt:
    """The message as a letter, or why it can be none."""
    local, _, domain = message.recipient.rpartition("@")
    if not local or not domain or _UNUSABLE.search(message.recipient):
        return Receipt(message.touch_id, Outcome.FAILED, "5.1.3 that is no address")
    try:
        parts = message.parts or parts_of(message.data)
    except ValueError as error:
        return Receipt(message.touch_id, Outcome.FAILED, f"5.6.0 {error}")
    return Letter(message.touch_id, message.recipient, parts)


def _number(said: str | None) -> float | None:
    """A header's number; None if it holds none that is finite and not negative."""
    try:
        number = float(said or "")
    except ValueError:
        return None
    return number if 0 <= number < 1e12 else None
