"""What an answer of the vendor, or its silence, means for a text and for those behind it."""

import logging
import math
from dataclasses import dataclass
from uuid import UUID

import httpx

from outreach.providers.base import Outcome, Receipt
from outreach.providers.pooled import NotSent
from outreach.providers.twilio.codes import MEANINGS, Meaning, meaning_of
from outreach.providers.twilio.senders import Sender, SenderKind
from outreach.providers.twilio.transport import Answer

log = logging.getLogger(__name__)

#: Seconds of quiet when the vendor says "too fast" and not for how long, and the most that it is believed to ask for.
USUAL_WAIT, LONGEST_WAIT = 5.0, 3600.0
#: Refused credentials or rights, and addresses that are none: the set-up needs mending, and the list must not be burnt.
_NO_FAULT_OF_A_TEXT = frozenset(
    {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN, httpx.codes.NOT_FOUND, httpx.codes.METHOD_NOT_ALLOWED}
)


@dataclass(frozen=True, slots=True)
class Rest:
    """Why nothing more of a batch is begun."""

    answer: str
    refuses_us: bool = False
    wait: float = 0.0

    def receipt(self, touch_id: UUID) -> Receipt:
        """What it means for a text that was not begun."""
        answer = f"not tried: {self.answer}"
        return Receipt(touch_id, Outcome.RETRY, answer, refuses_us=self.refuses_us, wait=self.wait)


def not_sent(touch_id: UUID, error: NotSent) -> tuple[Receipt, Rest]:
    """The call never reached the vendor."""
    return Receipt(touch_id, Outcome.RETRY, str(error), unwell=True), Rest(str(error))


def in_doubt(touch_id: UUID, why: str) -> tuple[Receipt, Rest]:
    """The call did and no answer came. Whoever does not answer once seldom answers the next call, and each would leave
    one more in doubt."""
    return Receipt(touch_id, Outcome.UNKNOWN, why), Rest(why)


def judged(touch_id: UUID, answer: Answer, sender: Sender) -> tuple[Receipt, Rest | None, bool]:
    """What an answer that is no success means: for the text, for those behind it, and whether the recipient's country
    cannot be reached."""
    said, meaning = answer.words, meaning_of(answer.code)
    if answer.status >= 500:
        # It may have been taken before something broke.
        return Receipt(touch_id, Outcome.UNKNOWN, said), Rest(said), False
    if answer.status == httpx.codes.TOO_MANY_REQUESTS or meaning.wait:
        wait = _wait(answer, meaning)
        return Receipt(touch_id, Outcome.RETRY, said, wait=wait), Rest(said, wait=wait), False
    short_code = sender.kind is SenderKind.SHORT_CODE
    if _refuses_us(answer, meaning, short_code=short_code):
        return Receipt(touch_id, Outcome.RETRY, said, refuses_us=True), Rest(said, refuses_us=True), False
    closes = meaning.closes_country or (meaning.refuses_sender and short_code)
    if meaning.outcome is Outcome.RETRY and not closes:
        log.error("a text was refused and will be tried again: %s", said)
    return (
        Receipt(
            touch_id,
            meaning.outcome,
            said,
            dead_address=meaning.dead_address,
            opted_out=meaning.opted_out,
            unwell=meaning.unwell,
        ),
        None,
        closes,
    )


def _refuses_us(answer: Answer, meaning: Meaning, *, short_code: bool) -> bool:
    """Whether nothing of ours can leave: by the code, and where there is none that we know, by the status."""
    if meaning.refuses_us or (meaning.refuses_sender and not short_code):
        return True
    return answer.status < 400 or (answer.status in _NO_FAULT_OF_A_TEXT and answer.code not in MEANINGS)


def _wait(answer: Answer, meaning: Meaning) -> float:
    """Seconds for which the vendor wants quiet."""
    try:
        asked = float(answer.headers.get("Retry-After", ""))
    except ValueError:
        asked = math.nan
    seconds = asked if 0 <= asked < math.inf else meaning.wait or USUAL_WAIT
    return min(max(seconds, 1.0), LONGEST_WAIT)
