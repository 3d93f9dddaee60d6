"""Gives a contact a rhythm band of its own, or the industry's again."""

from datetime import datetime

from outreach.db.queries.cadence import load_histories, store_learnt
from outreach.db.queries.early_touches import take_back_early
from outreach.db.queries.tuning import load_tuning
from outreach.db.queries.wishes import lock_wishes, look_soon, note_same_gap, store_own_band
from outreach.db.session import Database
from outreach.domain.reason import Reason, ReasonNumber
from outreach.domain.rhythm.codes import Code
from outreach.domain.rhythm.explain import days
from outreach.domain.rhythm.own_band import check_own_band
from outreach.domain.rhythm.rebound import rebound


def set_own_band(*, db: Database, contact_id: int, min_gap: float | None, max_gap: float | None, now: datetime) -> bool:
    """Sets shortest and longest gap in days, None for the industry's; whether that changed anything.

    The gap moves inside the band at once, and what is planned too early for it is taken back.

    Raises:
        BadInput: if no gap would fit between the two.
    """
    with db.raw_transaction() as connection:
        standing = lock_wishes(connection, contact_id, now=now)
        if standing is None or (standing.own_min_gap, standing.own_max_gap) == (min_gap, max_gap):
            return False
        shortest = standing.min_gap if min_gap is None else min_gap
        longest = standing.max_gap if max_gap is None else max_gap
        check_own_band(shortest, longest)
        store_own_band(connection, contact_id, min_gap=min_gap, max_gap=max_gap)
        numbers: dict[str, ReasonNumber] = {"min_gap": shortest, "max_gap": longest}
        (history,) = load_histories(connection, [contact_id], now=now)
        learnt = rebound(history, tuning=load_tuning(connection), code=Code.CADENCE_OWN_BAND, numbers=numbers)
        if not store_learnt(connection, [learnt], now=now):
            same = {"gap_before": standing.gap, "gap_after": standing.gap}
            note_same_gap(
                connection, contact_id, gap=standing.gap, reason=Reason(Code.CADENCE_OWN_BAND, numbers | same), now=now
            )
        take_back_early(connection, {contact_id: f"the shortest gap is {days(shortest)} now"}, now=now)
        look_soon(connection, contact_id, now=now)
        return True
