"""Lets messages that had their days teach the cadence what silence teaches."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from outreach.db.queries.cadence import lock_learning_contacts, mature_oldest, store_learnt
from outreach.db.queries.tuning import load_tuning
from outreach.db.session import Database
from outreach.domain.rhythm.cadence import MATURES_AFTER_DAYS
from outreach.domain.rhythm.lessons import learnt

#: Messages matured in one transaction.
CHUNK = 500


@dataclass(frozen=True, slots=True)
class Matured:
    """What one call did: messages that had their days, and gaps that moved."""

    touches: int
    cadences: int


def mature_touches(*, db: Database, now: datetime, limit: int = 20_000) -> Matured:
    """Matures up to `limit` messages, oldest first.

    A mail without a human answer stretches the gap; one with an answer taught already when it came. Nobody can see
    whether a text message was read, so its silence teaches nothing.
    """
    touches = cadences = 0
    while touches < limit:
        done = _mature_chunk(db=db, now=now, limit=min(CHUNK, limit - touches))
        touches += done.touches
        cadences += done.cadences
        if not done.touches:
            break
    return Matured(touches, cadences)


def _mature_chunk(*, db: Database, now: datetime, limit: int) -> Matured:
    with db.raw_transaction() as connection:
        matured = mature_oldest(connection, sent_before=now - timedelta(days=MATURES_AFTER_DAYS), now=now, limit=limit)
        if not matured:
            return Matured(0, 0)
        news = frozenset(touch.id for touch in matured)
        histories = lock_learning_contacts(connection, {touch.contact_id for touch in matured}, now=now)
        moved = store_learnt(connection, learnt(histories, news=news, tuning=load_tuning(connection)), now=now)
    return Matured(len(matured), moved)
