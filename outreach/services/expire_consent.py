"""Ends permissions whose time is over, unless the contact has bought or asked something since."""

from dataclasses import dataclass
from datetime import datetime

from outreach.db.queries.consent_proof import end_expired
from outreach.db.session import Database


@dataclass(frozen=True, slots=True)
class Expired:
    """What one call did: lines that began anew, contacts that lost a channel."""

    renewed: int
    ended: int


def expire_consent(*, db: Database, now: datetime) -> Expired:
    """Takes the channels of everybody whose last word on them has expired; a second call changes nothing.

    A message that is claimed between an expiry and this call is withheld by the last check.
    """
    with db.raw_transaction() as connection:
        return Expired(*end_expired(connection, now=now))
