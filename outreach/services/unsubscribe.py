"""Takes the recipient of a message off its channel, at once and however often it is asked."""

from datetime import datetime
from uuid import UUID

from outreach.db.queries.consent import Barred, ConsentWord, SuppressedFor, bar, lock_addressee, record_consent
from outreach.db.queries.events import insert_events, lock_touches
from outreach.db.session import Database
from outreach.domain.consent_terms import UNKNOWN, Said
from outreach.domain.events import Actor, Event, EventType
from outreach.domain.touch import Channel

#: What the consent ledger says of it.
SOURCE = "unsubscribe link"


def unsubscribe(*, db: Database, touch_id: UUID, now: datetime, said: Said = UNKNOWN) -> None:
    """Withdraws consent for the channel of the message, suppresses its address, and skips what is planned on it.

    Nothing happens if there is no such message, or if all that was done before.
    """
    with db.raw_transaction() as connection:
        addressee = lock_addressee(connection, touch_id)
        if addressee is None:
            return
        channel = Channel(addressee.channel)
        barred = Barred(channel, addressee.address, SuppressedFor.UNSUBSCRIBED, now, addressee.contact_id)
        bar(connection, [barred], now=now)
        word = ConsentWord.of(
            said, addressee.contact_id, channel, granted=False, source=SOURCE, given_at=now, address=addressee.address
        )
        line = record_consent(connection, word, now=now)
        if line is None:
            return
        # Named after the line in the ledger: who comes back and leaves again has left twice.
        event = Event(
            key=f"unsubscribe:{line}",
            touch_id=touch_id,
            type=EventType.UNSUBSCRIBED,
            occurred_at=now,
            actor=Actor.HUMAN,
            data={"source": SOURCE},
        )
        insert_events(connection, [event], touches=lock_touches(connection, [touch_id]), now=now)
