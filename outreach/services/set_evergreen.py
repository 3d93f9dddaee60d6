"""Lets a series begin anew for whoever has had all of it, or end."""

from datetime import datetime

from outreach.db.queries.rounds import load_series_rule, store_evergreen
from outreach.db.session import Database
from outreach.domain.errors import BadInput, Fault


def set_evergreen(*, db: Database, campaign_id: int, evergreen: bool, now: datetime) -> bool:
    """Keeps the choice; whether that changed anything. Rounds that are there already stay.

    Raises:
        BadInput: if the campaign is no series, or one that is told without interruption, which has to end.
    """
    with db.raw_transaction() as connection:
        rule = load_series_rule(connection, campaign_id)
        if evergreen and (rule is None or rule.rule != "series"):
            raise BadInput([Fault("campaign", "only a series can begin anew", "Leave it as it is.")])
        if evergreen and rule is not None and rule.exclusive:
            reason = "everything else waits until this series has ended, so it has to end"
            raise BadInput([Fault("campaign", reason, "Leave it as it is, or let it run beside the others.")])
        return store_evergreen(connection, campaign_id, evergreen=evergreen, now=now)
