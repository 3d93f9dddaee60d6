"""Asks providers what texts cost, and keeps it with each."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import islice

from outreach.db.queries.texts import store_costs
from outreach.db.session import Database
from outreach.providers.base import Biller, Provider

#: A price is told within a day or two; what has none by then was never paid for.
LOOKS_BACK = timedelta(days=3)
#: Texts in one transaction.
CHUNK = 1_000


def note_costs(*, db: Database, providers: Iterable[Provider], now: datetime) -> int:
    """Writes what the texts of the last days cost; how many got a price. Running it again changes nothing.

    Args:
        providers: those that send no bill are not asked.

    Raises:
        OutreachError: if a provider does not answer, or refuses; what it told before stays.
    """
    priced = 0
    for provider in providers:
        if not isinstance(provider, Biller):
            continue
        costs = iter(provider.costs(now - LOOKS_BACK))
        while chunk := list(islice(costs, CHUNK)):
            with db.raw_transaction() as connection:
                priced += store_costs(connection, provider.name, chunk)
    return priced
