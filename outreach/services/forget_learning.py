"""Takes back what a contact's messages taught: its rhythm starts anew from the industry's target."""

from dataclasses import dataclass
from datetime import datetime

from outreach.db.queries.cadence import forget, lock_learning_contacts, store_learnt
from outreach.db.queries.tuning import load_tuning
from outreach.db.session import Database
from outreach.domain.rhythm.lessons import forgotten


@dataclass(frozen=True, slots=True)
class Forgotten:
    """The gap before and after, in days; a wish to hear less often outlives the forgetting."""

    before: float
    after: float


def forget_learning(*, db: Database, contact_id: int, now: datetime) -> Forgotten | None:
    """Lets messages that left before `now` teach nothing any more; None if there is no such contact."""
    with db.raw_transaction() as connection:
        histories = lock_learning_contacts(connection, [contact_id], now=now)
        if not histories:
            return None
        learnt = forgotten(histories[0], tuning=load_tuning(connection), now=now)
        forget(connection, contact_id, now=now)
        store_learnt(connection, [learnt], now=now)
    revision = learnt.revision
    return Forgotten(histories[0].gap, revision.after if revision else histories[0].gap)
