"""Takes an unsubscription back, on the very page where it was made."""

from datetime import datetime
from uuid import UUID

from outreach.db.queries.consent import ConsentWord, last_source, lift_unsubscription, lock_addressee, record_consent
from outreach.db.session import Database
from outreach.domain.consent_terms import UNKNOWN, Said
from outreach.domain.touch import Channel

#: What the consent ledger says of it.
SOURCE = "undo on unsubscribe page"


def resubscribe(*, db: Database, touch_id: UUID, undoes: str, now: datetime, said: Said = UNKNOWN) -> bool:
    """Grants consent again for the channel of the message; whether there was something to take back.

    Only a withdrawal made on the page can be undone there: who complained, or told a member of staff, is left in peace,
    and so is an address that bounced. What was planned and skipped stays skipped.

    Args:
        undoes: the source in the consent ledger whose word may be taken back.
    """
    with db.raw_transaction() as connection:
        addressee = lock_addressee(connection, touch_id)
        if addressee is None:
            return False
        channel = Channel(addressee.channel)
        if last_source(connection, contact_id=addressee.contact_id, channel=channel) != undoes:
            return False
        word = ConsentWord.of(
            said, addressee.contact_id, channel, granted=True, source=SOURCE, given_at=now, address=addressee.address
        )
        record_consent(connection, word, now=now)
        lift_unsubscription(connection, channel=channel, address=addressee.address, now=now)
        return True
