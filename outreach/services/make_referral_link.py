"""Gives a customer the address by which they may recommend us."""

from datetime import datetime
from uuid import UUID

from outreach.db.queries.referrals import make_link, own_link
from outreach.db.queries.stories import load_teller
from outreach.db.session import Database


def make_referral_link(*, db: Database, touch_id: UUID, token: str, now: datetime) -> str | None:
    """The token of the link of whoever got a message: `token`, or the one they have; None if there is none."""
    with db.raw_transaction() as connection:
        teller = load_teller(connection, touch_id, locked=True)
        if teller is None:
            return None
        make_link(connection, teller.contact_id, token, now=now)
        return own_link(connection, teller.contact_id)
