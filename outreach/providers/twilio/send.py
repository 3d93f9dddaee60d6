"""Sending texts through Twilio: one call each, several at a time, and what each answer means.

The vendor knows no idempotency key, so a text that may have been accepted is never sent again. It is no `Witness`
either: its messages can be listed by number and day, and carry no name of ours; two texts to one number on one day, or
a list that is behind, would make a guess of what has to be certain.
"""

import re
import time
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from twilio.rest.api.v2010.account.message import MessageList

from outreach.domain.pacing.destinations import country_of
from outreach.domain.text_cost import TextCost
from outreach.domain.touch import Channel
from outreach.providers.base import Line, Outcome, Outgoing, Receipt
from outreach.providers.pooled import InDoubt, NotSent, Waits
from outreach.providers.twilio.answers import Rest, in_doubt, judged, not_sent
from outreach.providers.twilio.closed import ClosedCountries
from outreach.providers.twilio.costs import costs_of
from outreach.providers.twilio.reports import MESSAGE_ID, SOURCE
from outreach.providers.twilio.senders import Sender, read_sender
from outreach.providers.twilio.transport import USUAL_WAITS, PooledHttp, Refused, messages_of

#: Where accounts are that belong to no other region.
BASE_URL = "https://api.twilio.com"
#: Texts on their way at once, over as many connections. Most accounts may make more calls at a time.
ABREAST = 8
#: Texts between two commits: each of those abreast is followed by a few.
AT_ONCE = 40
#: Seconds after which no further text of a batch is begun; with the longest call well inside the lease.
PATIENCE = 60.0
LONGEST_TEXT = 1600
#: How the vendor calls our webhook: up to five more tries, after any failure, three seconds to connect ("Webhook
#: connection overrides" of the vendor).
_INSISTENTLY = "rc=5&rp=all&ct=3000"
_E164 = re.compile(r"\+[1-9][0-9]{6,14}").fullmatch


@dataclass(frozen=True, slots=True)
class TwilioTexts:
    """Texts through one account.

    Several are on their way at once, so it is an `Assembler`: whoever leaves before all receipts are there would take
    texts for not begun that are.

    Attributes:
        account_sid, auth_token: of the account.
        callback_url: our public address of the webhook, where the vendor reports what became of a text.
        sender: number, short code, name or messaging service (MG...); "" for each text's own.

    Raises:
        ValueError: for credentials or a sender that cannot be any.
    """

    account_sid: str
    auth_token: str = field(repr=False)
    callback_url: str
    sender: str = ""
    base_url: str = BASE_URL
    waits: Waits = USUAL_WAITS
    _http: PooledHttp = field(init=False, repr=False, compare=False)
    _messages: MessageList = field(init=False, repr=False, compare=False)
    _closed: ClosedCountries = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.sender:
            read_sender(self.sender)
        http = PooledHttp(waits=self.waits, connections=ABREAST)
        messages = messages_of(
            account_sid=self.account_sid, auth_token=self.auth_token, base_url=self.base_url, http=http
        )
        object.__setattr__(self, "_http", http)
        object.__setattr__(self, "_messages", messages)
        object.__setattr__(self, "_closed", ClosedCountries())

    @property
    def name(self) -> str:
        """Always twilio."""
        return SOURCE

    @property
    def channel(self) -> Channel:
        """Always sms."""
        return Channel.SMS

    @property
    def at_once(self) -> int:
        """How many texts it takes in one batch."""
        return AT_ONCE

    @contextmanager
    def open(self) -> Iterator[Line]:
        """A line over the connections of earlier lines, where they are still good."""
        with ThreadPoolExecutor(ABREAST, thread_name_prefix=SOURCE) as threads:
            yield TwilioLine(self, threads)

    def close(self) -> None:
        """Closes the connections."""
        self._http.close()

    def costs(self, since: datetime) -> Iterator[TextCost]:
        """What texts cost that left at `since` or later; the vendor prices a text a while after it left.

        Raises:
            NotSent, InDoubt, Refused: if it does not answer, or refuses.
        """
        return costs_of(self._messages, since)

    def send_text(self, text: "Text") -> tuple[Receipt, Rest | None]:
        """What became of one text, and why no more should be sent; None if they may."""
        touch_id = text.message.touch_id
        try:
            sent = self._messages.create(
                to=text.message.recipient,
                body=text.words,
                status_callback=f"{self.callback_url}?{MESSAGE_ID}={touch_id}#{_INSISTENTLY}",
                **text.sender.parameters(),
            )
        except NotSent as error:
            return not_sent(touch_id, error)
        except InDoubt as error:
            return in_doubt(touch_id, str(error))
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            # The vendor said yes, in a shape over which its own SDK stumbles.
            return in_doubt(touch_id, f"unreadable answer: {type(error).__name__}")
        except Refused as error:
            receipt, rest, closes = judged(touch_id, error.answer, text.sender)
            if closes:
                self._closed.close(country_of(text.message.recipient), receipt.answer)
            return receipt, rest
        segments = int(sent.num_segments) if str(sent.num_segments).isdecimal() else 0
        answer = f"201 {sent.status}"
        return Receipt(touch_id, Outcome.SENT, answer, reference=sent.sid or "", segments=segments), None

    def why_closed(self, text: "Text") -> str:
        """Why nobody in the recipient's country can be reached for now; "" if that is not known."""
        return self._closed.why(country_of(text.message.recipient))


@dataclass(frozen=True, slots=True)
class Text:
    """A message that may be handed to the vendor."""

    message: Outgoing
    sender: Sender
    words: str


class TwilioLine:
    """Sends batches; see `TwilioTexts` for the parts."""

    def __init__(self, texts: TwilioTexts, threads: ThreadPoolExecutor) -> None:
        self._texts, self._threads = texts, threads

    def send(self, batch: Sequence[Outgoing]) -> Iterator[Receipt]:
        """Sends the batch; after an answer that forbids or leaves a doubt, begins no more of it."""
        waiting = deque(batch)
        leaving: set[Future[tuple[Receipt, Rest | None]]] = set()
        rest: Rest | None = None
        began = time.monotonic()
        while waiting or leaving:
            if rest is None and time.monotonic() - began > PATIENCE:
                rest = Rest("the provider was too slow")
            while waiting and len(leaving) < ABREAST:
                text = self._begin(waiting.popleft(), rest)
                if isinstance(text, Receipt):
                    yield text
                else:
                    leaving.add(self._threads.submit(self._texts.send_text, text))
            if leaving:
                done, leaving = wait(leaving, return_when=FIRST_COMPLETED)
                answers = [one.result() for one in done]
                rest = rest or next((why for _, why in answers if why), None)
                yield from (receipt for receipt, _ in answers)

    def _begin(self, message: Outgoing, rest: Rest | None) -> Text | Receipt:
        """The message as a text to be handed over, or why it is not."""
        try:
            text = Text(message, read_sender(self._texts.sender or message.sender), _words(message))
        except ValueError as error:
            return Receipt(message.touch_id, Outcome.FAILED, str(error))
        if rest is None and (why := self._texts.why_closed(text)):
            rest = Rest(why)
        return rest.receipt(message.touch_id) if rest else text


def _words(message: Outgoing) -> str:
    """What the text says. The vendor's description of its API states none of these rules; it answers with errors.

    Raises:
        ValueError: if the vendor would not take it.
    """
    if not _E164(message.recipient):
        raise ValueError("21211 that is no number in the international form")
    words = message.data.decode()
    if not words.strip():
        raise ValueError("21619 there is nothing in the text")
    if len(words) > LONGEST_TEXT:
        raise ValueError(f"21617 the text has {len(words)} characters; {LONGEST_TEXT} are the most")
    return words
