"""Takes a provider's word that somebody wants no more of us."""

from collections.abc import Sequence
from datetime import datetime

from outreach.db.queries.consent import Barred, ConsentWord, SuppressedFor, bar, record_consent
from outreach.db.queries.events import insert_events, lock_touches
from outreach.db.session import Database
from outreach.domain.events import Actor, Event, EventType
from outreach.domain.touch import Channel
from outreach.providers.base import Receipt


def take_opt_outs(db: Database, receipts: Sequence[Receipt], *, source: str, now: datetime) -> None:
    """Writes down that whoever has the address unsubscribed with the provider, withdraws the consent, and never writes
    there again.

    Args:
        receipts: those that are no opt-outs are left alone.
        source: the provider's name.
    """
    told = {receipt.touch_id: receipt for receipt in receipts if receipt.opted_out}
    if not told:
        return
    with db.raw_transaction() as connection:
        touches = lock_touches(connection, sorted(told))
        insert_events(connection, [_event(told[touch_id], now=now) for touch_id in touches], touches=touches, now=now)
        barred = [
            Barred(Channel(touch.channel), touch.address, SuppressedFor.UNSUBSCRIBED, now, touch.contact_id)
            for touch in touches.values()
        ]
        bar(connection, barred, now=now)
        for touch in touches.values():
            known = f"unsubscription reported by {source}"
            word = ConsentWord(touch.contact_id, Channel(touch.channel), False, known, now)
            record_consent(connection, word, now=now)


def _event(receipt: Receipt, *, now: datetime) -> Event:
    return Event(
        key=f"opted out {receipt.touch_id}",
        touch_id=receipt.touch_id,
        type=EventType.UNSUBSCRIBED,
        occurred_at=now,
        actor=Actor.HUMAN,
        data={"reason": receipt.answer},
    )
