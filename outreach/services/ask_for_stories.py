"""Asks customers who have something to tell for their story, by invitations to the pack's campaign `stories`."""

from datetime import UTC, datetime, timedelta

from outreach.db.queries.daily_jobs import first_run_of
from outreach.db.queries.graduates import load_graduates, load_inviting_edition, note_asked
from outreach.db.queries.invitations import NewInvitation, invite
from outreach.db.session import Database
from outreach.domain.care.stories import may_be_asked

#: The campaign that asks; a pack without it asks nobody.
CAMPAIGN = "stories"
#: How long the planner may look for a slot.
WITHIN = timedelta(days=45)
#: Contacts looked at in one transaction.
CHUNK = 5_000


def ask_for_stories(*, db: Database, now: datetime) -> int:
    """Invites them, once a (UTC) day of business time, and says how many; a tick too soon does nothing.

    Each is asked at most once a year, however often this runs.
    """
    today = now.astimezone(UTC).date()
    with db.raw_transaction() as connection:
        edition = load_inviting_edition(connection, CAMPAIGN, on=today)
        if edition is None or not first_run_of(connection, "ask for stories", today):
            return 0
    asked, after = 0, 0
    while True:
        with db.raw_transaction() as connection:
            found, last = load_graduates(connection, after=after, limit=CHUNK, now=now)
            chosen = [one.contact_id for one in found if may_be_asked(one, now=now)]
            until = min(today + WITHIN, edition.closes_on)
            asked += invite(
                connection,
                [NewInvitation(one, edition.id, today, until, f"story {today:%Y-%m-%d}") for one in chosen],
                now=now,
            )
            if chosen:
                note_asked(connection, chosen, now=now)
        if last is None:
            return asked
        after = last
