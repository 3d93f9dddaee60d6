"""Keeps evergreen series going: appends the next round in time, and moves their last day on."""

from datetime import datetime, timedelta

from outreach.db.queries.edition_days import lock_series
from outreach.db.queries.packs import look_again
from outreach.db.queries.rounds import append_round, lengthen, load_evergreen, load_rounds
from outreach.db.session import Database, driver_connection

#: A series is lengthened when fewer days than this are left: more than any forecast looks ahead.
AT_LEAST = timedelta(days=400)
#: And then ends so many days from now.
ENDS_AFTER = timedelta(days=800)


def extend_series(*, db: Database, now: datetime) -> int:
    """Gives every evergreen series a next round as soon as anybody has something of the last; says how many it made.

    A next round repeats the first as it stands, behind it: whoever has had all of a round gets the next from its
    beginning, and everybody else goes on where they are. A second call at once, or a tick missed, does no harm. A
    series whose editions are all over has been stopped and stays so.
    """
    with db.raw_transaction() as connection:
        campaigns = load_evergreen(connection)
    return sum(_extend(db, campaign, now=now) for campaign in campaigns)


def _extend(db: Database, campaign: int, *, now: datetime) -> bool:
    today = now.date()
    with db.transaction() as session:
        connection = driver_connection(session)
        lock_series(connection, campaign)
        rounds = load_rounds(connection, campaign, today=today)
        if rounds is None or rounds.ends_on is None:
            return False
        ends_on = rounds.ends_on
        if ends_on - today < AT_LEAST:
            ends_on = today + ENDS_AFTER
            lengthen(connection, campaign, ends_on=ends_on, today=today, now=now)
        if not rounds.begun:
            return False
        made = append_round(connection, campaign, round=rounds.last + 1, ends_on=ends_on, today=today, now=now)
        if made:
            look_again(session, now=now)
    return made > 0
