"""Does what a reader chooses about the ways we may reach them: each allowed or withdrawn, at once."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import psycopg

from outreach.db.queries.choices import ChannelFacts, load_choices
from outreach.db.queries.consent import (
    Barred,
    ConsentWord,
    SuppressedFor,
    bar,
    lift_unsubscription,
    record_consent,
)
from outreach.db.queries.events import insert_events, lock_touches
from outreach.db.session import Database
from outreach.domain.consent_terms import UNKNOWN, Said
from outreach.domain.events import Actor, Event, EventType
from outreach.domain.touch import Channel

#: What the consent ledger says of it.
SOURCE = "choices page"
#: Reasons that a reader's own word on this page ends; who reported us, or cannot be reached, must write to us.
_LIFTED = (None, SuppressedFor.UNSUBSCRIBED)


def may_be_allowed(channel: ChannelFacts) -> bool:
    """Whether the reader's word is enough to write there again."""
    return channel.suppressed in _LIFTED


def choose_channels(
    *, db: Database, touch_id: UUID, wanted: Collection[Channel], now: datetime, said: Said = UNKNOWN
) -> bool:
    """Allows the channels in `wanted` and withdraws all others; False if there is no such message.

    Saying it twice is saying it once. A channel whose address bounced, or whose owner reported us, stays closed.

    Args:
        said: in which words and from where.
    """
    with db.raw_transaction() as connection:
        reader = load_choices(connection, touch_id, now=now, locked=True)
        if reader is None:
            return False
        for channel in reader.channels:
            if channel.channel in wanted:
                _allow(connection, reader.contact_id, channel, said=said, now=now)
            else:
                about = touch_id if channel.channel is reader.through else None
                _withdraw(connection, reader.contact_id, channel, touch_id=about, said=said, now=now)
        return True


def _allow(
    connection: psycopg.Connection, contact_id: int, channel: ChannelFacts, *, said: Said, now: datetime
) -> None:
    if channel.allowed or not may_be_allowed(channel):
        return
    word = ConsentWord.of(
        said, contact_id, channel.channel, granted=True, source=SOURCE, given_at=now, address=channel.address
    )
    record_consent(connection, word, now=now)
    lift_unsubscription(connection, channel=channel.channel, address=channel.address, now=now)


def _withdraw(
    connection: psycopg.Connection,
    contact_id: int,
    channel: ChannelFacts,
    *,
    touch_id: UUID | None,
    said: Said,
    now: datetime,
) -> None:
    """Closes a channel; `touch_id` is the message whose owner has had enough, None if it came another way."""
    barred = Barred(channel.channel, channel.address, SuppressedFor.UNSUBSCRIBED, now, contact_id)
    word = ConsentWord.of(
        said, contact_id, channel.channel, granted=False, source=SOURCE, given_at=now, address=channel.address
    )
    if channel.last_source is None and not channel.allowed:
        # Never allowed and nothing said: there is nothing to withdraw.
        return
    bar(connection, [barred], now=now)
    line = record_consent(connection, word, now=now)
    if line is None or touch_id is None:
        return
    event = Event(
        key=f"unsubscribe:{line}",
        touch_id=touch_id,
        type=EventType.UNSUBSCRIBED,
        occurred_at=now,
        actor=Actor.HUMAN,
        data={"source": SOURCE, "channel": channel.channel.value},
    )
    insert_events(connection, [event], touches=lock_touches(connection, [touch_id]), now=now)
