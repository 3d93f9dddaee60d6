"""The plain planner: one contact after the other through the planner's own code, an array of one each.

It is what a loop in Python would cost at the least, as each decision pays for its arrays; and being the same code it
decides the same.
"""

import time
from datetime import datetime, timedelta

import numpy as np

from outreach.db.queries.planning import load_offers
from outreach.db.queries.planning_table import load_planning_table
from outreach.db.session import Database
from outreach.domain.planning.almanac import Almanac
from outreach.domain.planning.decide import decide

#: Contacts decided for one after the other.
SAMPLE = 1_000


def plain_rate(db: Database, *, now: datetime, horizon: timedelta) -> float:
    """Decisions a second, one by one; loading is not counted."""
    with db.raw_transaction() as connection:
        table = load_planning_table(
            connection, list(range(1, SAMPLE + 1)), offers=load_offers(connection, now=now), now=now
        )
    almanac = Almanac.of(table.cohorts, now=now)
    one_by_one = [table.contacts.at(np.array([place])) for place in range(len(table.contacts))]
    began = time.perf_counter()
    for contact in one_by_one:
        decide(contact, table.offers, almanac, now=now, horizon=horizon)
    return len(one_by_one) / (time.perf_counter() - began)
