"""Puts the editions of a series, or of one of its rounds, in another order."""

from collections.abc import Sequence
from datetime import datetime

from outreach.db.queries.edition_days import load_series, lock_series, store_order
from outreach.db.queries.packs import look_again
from outreach.db.session import Database, driver_connection
from outreach.domain.series import check_order, position_in_round


def order_series(*, db: Database, campaign_id: int, order: Sequence[int], now: datetime) -> bool:
    """Lets contacts get the editions of one round in this order, given as their ids; whether that changed anything.

    Raises:
        BadInput: if these are not the editions of one round, or what has begun for somebody would change its place.
    """
    with db.transaction() as session:
        connection = driver_connection(session)
        lock_series(connection, campaign_id)
        series = load_series(connection, campaign_id)
        meant = next((edition.round for edition in series if edition.id in order), 0)
        of_round = [edition for edition in series if edition.round == meant]
        before = [edition.id for edition in of_round]
        check_order(before, order, begun={edition.id for edition in of_round if edition.begun})
        if list(order) == before:
            return False
        places = [(edition, position_in_round(place, round=meant)) for place, edition in enumerate(order, start=1)]
        store_order(connection, places, now=now)
        look_again(session, now=now)
    return True
