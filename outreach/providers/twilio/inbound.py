"""Texts that customers write, as Twilio posts them.

With Advanced Opt-Out the vendor acts by itself and says so in OptOutType; then its word counts and nobody answers. It
does not say when a text was written, so that the instant of its arrival is taken.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime

from outreach.domain.errors import shortened
from outreach.domain.events import Actor, Event, EventType
from outreach.domain.revocation import Intent, intent_of

#: What the vendor says that it has acted on.
_ACTED = {"STOP": Intent.STOP, "START": Intent.START, "HELP": Intent.HELP}
#: What each means in the vocabulary of events; to begin anew is news about the number and about no message.
_TYPES = {Intent.STOP: EventType.UNSUBSCRIBED, Intent.START: EventType.OTHER}
_WORDS_KEPT = 900


def events(form: Mapping[str, str], received_at: datetime) -> Iterator[Event]:
    """The one event that a posted text tells of. It names no message of ours: it is about a number."""
    sender, words = form.get("From", ""), form.get("Body", "").replace("\0", "")
    acted = _ACTED.get(form.get("OptOutType", "").strip().upper())
    intent = acted or intent_of(words)
    data = {
        "from": sender,
        "to": form.get("To", ""),
        "text": shortened(words, _WORDS_KEPT),
        "intent": intent.value,
        "acted": "yes" if acted else "",
        "word": "received" if intent is Intent.START else "",
    }
    yield Event(
        key=f"twilio:{form.get('MessageSid') or form.get('SmsSid', '')}:received",
        touch_id=None,
        type=_TYPES.get(intent, EventType.REPLIED),
        occurred_at=received_at,
        actor=Actor.HUMAN,
        data={name: value for name, value in data.items() if value},
    )
