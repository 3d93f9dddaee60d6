"""Takes what servers said of recipients while a message was handed over, as it takes what comes back later."""

from collections.abc import Sequence
from datetime import datetime

from outreach.db.queries.bounces import load_bounces
from outreach.db.queries.consent import Barred, SuppressedFor, bar
from outreach.db.queries.events import insert_events, lock_touches
from outreach.db.session import Database
from outreach.domain.bounce import kind_of_bounce
from outreach.domain.bounce_policy import verdict_on
from outreach.domain.events import Actor, Event, EventType
from outreach.domain.touch import Channel
from outreach.providers.base import Receipt


def take_refusals(db: Database, receipts: Sequence[Receipt], *, now: datetime) -> None:
    """Writes refusals down as bounces, and leaves addresses alone that they say enough about.

    In a transaction of its own, because permissions are locked before rhythms everywhere else; to die before it costs
    one more refusal.

    Args:
        receipts: of messages that will not be tried again; those that say nothing of the recipient are left alone.
    """
    told = {one.touch_id: one for one in receipts if one.code or one.dead_address}
    if not told:
        return
    with db.raw_transaction() as connection:
        touches = lock_touches(connection, sorted(told))
        insert_events(connection, [_bounce(told[touch_id], now=now) for touch_id in touches], touches=touches, now=now)
        places = {(Channel(touch.channel), touch.address.lower()) for touch in touches.values() if touch.address}
        verdicts = ((place, verdict_on(known)) for place, known in load_bounces(connection, places).items())
        barred = [
            Barred(channel, address, SuppressedFor.BOUNCED, verdict.since, until=verdict.until)
            for (channel, address), verdict in verdicts
            if verdict
        ]
        bar(connection, barred, now=now)


def _bounce(receipt: Receipt, *, now: datetime) -> Event:
    data = {"reason": receipt.answer, "code": receipt.code}
    if receipt.dead_address:
        data["dead_address"] = "yes"
    return Event(
        key=f"refused {receipt.touch_id}",
        touch_id=receipt.touch_id,
        type=EventType.BOUNCED,
        occurred_at=now,
        actor=Actor.MACHINE,
        data={name: value for name, value in data.items() if value} | {"bounce": kind_of_bounce(data).value},
    )
