"""Decides the next touch of every contact whose turn it is."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from outreach.db.queries.planning import (
    NewTouch,
    NextLook,
    load_contacts,
    load_offers,
    lock_due_contacts,
    store_looks,
    store_touches,
)
from outreach.db.session import Database
from outreach.domain.planning.plan import plan_contacts
from outreach.domain.planning.values import Decision, PlanningContact
from outreach.domain.rhythm.explain import sentence

#: Contacts decided in one transaction.
CHUNK = 500
#: A touch is written down at most this long before it leaves, so that plans stay fresh and events can still move it.
HORIZON = timedelta(hours=36)


@dataclass(frozen=True, slots=True)
class Planned:
    """What one call did: contacts looked at, and touches written."""

    looked_at: int
    touches: int


def plan_touches(*, db: Database, now: datetime, limit: int = 20_000) -> Planned:
    """Looks at up to `limit` contacts that are due for a look, in chunks, and stores a decision for each.

    Every contact leaves with a planned touch or a reason to wait, and always with an instant for the next look; so
    nobody drops out of the planner's sight. The cost follows the number of due contacts, not the number of contacts.
    """
    looked_at = touches = 0
    while looked_at < limit:
        done = _plan_chunk(db=db, now=now, limit=min(CHUNK, limit - looked_at))
        looked_at += done.looked_at
        touches += done.touches
        if done.looked_at < CHUNK:
            break
    return Planned(looked_at, touches)


def _plan_chunk(*, db: Database, now: datetime, limit: int) -> Planned:
    with db.raw_transaction() as connection:
        ids = lock_due_contacts(connection, now=now, limit=limit)
        if not ids:
            return Planned(0, 0)
        contacts = load_contacts(connection, ids, now=now)
        offers = load_offers(connection, now=now, horizon=HORIZON)
        decisions = plan_contacts(contacts, offers, now=now, horizon=HORIZON)
        gaps = {contact.contact_id: contact for contact in contacts}
        touches = [_touch(decision, gaps[decision.contact_id]) for decision in decisions if decision.touch]
        stored = store_touches(connection, touches, now=now)
        store_looks(connection, [_look(decision) for decision in decisions], now=now)
        return Planned(len(ids), stored)


def _touch(decision: Decision, contact: PlanningContact) -> NewTouch:
    assert decision.touch is not None
    offer = decision.touch.offer
    return NewTouch(
        id=uuid4(),
        contact_id=decision.contact_id,
        edition_id=offer.edition_id,
        channel=offer.channel,
        touch_class=offer.touch_class,
        send_at=decision.touch.send_at,
        reason_code=decision.reason.code,
        reason_numbers=decision.reason.numbers,
        reason=sentence(decision.reason),
        gap=contact.gap,
    )


def _look(decision: Decision) -> NextLook:
    waits = decision.touch is None
    return NextLook(
        contact_id=decision.contact_id,
        look_at=decision.look_again_at,
        waiting_code=decision.reason.code if waits else "",
        waiting=sentence(decision.reason) if waits else "",
    )
