"""Moves an edition to other days; it keeps its length."""

from dataclasses import dataclass
from datetime import date, datetime

from outreach.db.queries.edition_days import (
    EditionDays,
    load_days_of,
    lock_series,
    planned_outside,
    store_days,
    take_back_outside,
)
from outreach.db.queries.packs import look_again
from outreach.db.session import Database, driver_connection
from outreach.domain.errors import BadInput, Fault


@dataclass(frozen=True, slots=True)
class Moved:
    """What moving an edition comes to.

    Attributes:
        edition: as it was before.
        opens_on, closes_on: its days now.
        taken_back: planned touches that lie outside these days; they are planned anew.
    """

    edition: EditionDays
    opens_on: date
    closes_on: date
    taken_back: int


def move_edition(
    *, db: Database, edition_id: int, opens_on: date, now: datetime, preview: bool = False
) -> Moved | None:
    """Lets an edition open on `opens_on`; both ends move by the same number of days. None if there is no such edition.

    What was planned of it for other days is taken back. Moving it to where it is changes nothing.

    Args:
        preview: say what it would come to, and change nothing.

    Raises:
        BadInput: if its sending has begun and it would be over before today: whoever waits for it would never get it.
    """
    with db.transaction() as session:
        connection = driver_connection(session)
        found = load_days_of(connection, edition_id)
        if found is None:
            return None
        lock_series(connection, found.campaign_id)
        # Read again under the lock: somebody else may have moved it meanwhile.
        edition = load_days_of(connection, edition_id) or found
        closes_on = _closes_on(edition, opens_on)
        if edition.begun and closes_on < now.date():
            raise _refused(
                "its sending has begun, and it would be over before today",
                "Choose days of which the last is today or later.",
                opens_on,
            )
        if preview or opens_on == edition.opens_on:
            outside = planned_outside(connection, edition_id, opens_on=opens_on, closes_on=closes_on)
            return Moved(edition, opens_on, closes_on, len(outside) if opens_on != edition.opens_on else 0)
        store_days(connection, edition_id, opens_on=opens_on, closes_on=closes_on, now=now)
        taken = take_back_outside(connection, edition_id, opens_on=opens_on, closes_on=closes_on, now=now)
        look_again(session, now=now)
    return Moved(edition, opens_on, closes_on, taken)


def _closes_on(edition: EditionDays, opens_on: date) -> date:
    try:
        return opens_on + (edition.closes_on - edition.opens_on)
    except OverflowError:
        raise _refused("no calendar reaches that far", "Choose an earlier day.", opens_on) from None


def _refused(reason: str, mend: str, opens_on: date) -> BadInput:
    return BadInput([Fault("days of the edition", reason, mend, value=opens_on.isoformat())])
