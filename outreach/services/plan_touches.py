"""Decides the next touch of every contact whose turn it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

import numpy as np

from outreach.db.queries.planning import (
    NewTouch,
    NewWithheld,
    NextLooks,
    load_offers,
    lock_due_contacts,
    store_looks,
    store_touches,
    store_withheld,
)
from outreach.db.queries.planning_table import PlanningTable, load_planning_table
from outreach.db.queries.riders import NewRider, store_riders
from outreach.db.session import Database
from outreach.domain.planning.almanac import Almanac, instant
from outreach.domain.planning.decide import Decisions, decide
from outreach.domain.planning.losers import Fate, Losers, losers
from outreach.domain.planning.reasons import Reasons
from outreach.domain.rhythm.explain import sentence

#: Contacts decided in one transaction.
CHUNK = 10_000
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
        chunk = min(CHUNK, limit - looked_at)
        done = _plan_chunk(db=db, now=now, limit=chunk)
        looked_at += done.looked_at
        touches += done.touches
        if done.looked_at < chunk:
            break
    return Planned(looked_at, touches)


def _plan_chunk(*, db: Database, now: datetime, limit: int) -> Planned:
    with db.raw_transaction() as connection:
        turns = lock_due_contacts(connection, now=now, limit=limit)
        if not turns:
            return Planned(0, 0)
        table = load_planning_table(connection, turns, offers=load_offers(connection, now=now), now=now, look_at=turns)
        almanac = Almanac.of(table.cohorts, now=now)
        decisions = decide(table.contacts, table.offers, almanac, now=now, horizon=HORIZON)
        reasons = Reasons(table.contacts, table.offers, almanac, decisions)
        lost = losers(table.contacts, table.offers, almanac, decisions.slots)
        touches = _touches(table, decisions, reasons)
        stored = store_touches(connection, touches, now=now)
        store_riders(connection, _riders(table, lost, reasons, touches), now=now)
        store_withheld(connection, _withheld(table, lost, reasons), now=now)
        store_looks(
            connection,
            NextLooks(table.contacts.id.tolist(), decisions.look_at.tolist(), reasons.waiting_codes()),
            now=now,
        )
        return Planned(len(turns), stored)


def _touches(table: PlanningTable, decisions: Decisions, reasons: Reasons) -> list[NewTouch]:
    touches = []
    for place in np.flatnonzero(decisions.sends).tolist():
        offer, reason = table.offers.offers[int(decisions.slots.offer[place])], reasons.of(place)
        touches.append(
            NewTouch(
                id=uuid4(),
                contact_id=int(table.contacts.id[place]),
                edition_id=offer.edition_id,
                channel=offer.channel,
                touch_class=offer.touch_class,
                send_at=instant(float(decisions.slots.send_at[place])),
                reason_code=reason.code,
                reason_numbers=reason.numbers,
                reason=sentence(reason),
                gap=float(table.contacts.gap[place]),
            )
        )
    return touches


def _riders(table: PlanningTable, lost: Losers, reasons: Reasons, touches: Sequence[NewTouch]) -> list[NewRider]:
    carriers = {touch.contact_id: touch.id for touch in touches}
    riders = []
    for line in np.flatnonzero(lost.fate == Fate.MERGED).tolist():
        offer, reason = table.offers.offers[int(lost.offer[line])], reasons.of_loser(lost, line)
        riders.append(
            NewRider(
                id=uuid4(),
                carrier=carriers[int(table.contacts.id[lost.row[line]])],
                edition_id=offer.edition_id,
                touch_class=offer.touch_class,
                reason_code=reason.code,
                reason_numbers=reason.numbers,
                reason=sentence(reason),
            )
        )
    return riders


def _withheld(table: PlanningTable, lost: Losers, reasons: Reasons) -> list[NewWithheld]:
    lines = []
    for line, (place, offer) in enumerate(zip(lost.row.tolist(), lost.offer.tolist(), strict=True)):
        reason = reasons.of_loser(lost, line)
        contact_id, edition_id = int(table.contacts.id[place]), table.offers.offers[offer].edition_id
        lines.append(NewWithheld(contact_id, edition_id, reason.code, reason.numbers))
    return lines
