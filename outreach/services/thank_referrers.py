"""Thanks customers who brought somebody, by invitations to the pack's campaign `thank-you`; never says whom."""

from datetime import UTC, datetime, timedelta

from outreach.db.queries.graduates import load_inviting_edition
from outreach.db.queries.invitations import NewInvitation, invite
from outreach.db.queries.referrals import lock_unthanked, note_thanked
from outreach.db.session import Database

#: The campaign that thanks; without it nobody is thanked.
CAMPAIGN = "thank-you"
#: How long the planner may look for a slot.
WITHIN = timedelta(days=30)
#: Recommendations settled at once.
CHUNK = 500


def thank_referrers(*, db: Database, now: datetime) -> int:
    """Invites whoever was not thanked yet and says how many; where the pack has no such text, nobody is."""
    today = now.astimezone(UTC).date()
    with db.raw_transaction() as connection:
        waiting = lock_unthanked(connection, limit=CHUNK)
        if not waiting:
            return 0
        edition = load_inviting_edition(connection, CAMPAIGN, on=today)
        thanked = 0
        if edition:
            until = min(today + WITHIN, edition.closes_on)
            thanked = invite(
                connection,
                [
                    NewInvitation(one.referrer_id, edition.id, today, until, f"recommendation {one.number}")
                    for one in waiting
                ],
                now=now,
            )
        note_thanked(connection, [one.contact_id for one in waiting], now=now)
        return thanked
