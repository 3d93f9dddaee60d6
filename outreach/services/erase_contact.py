"""Makes a contact nobody: who they were goes, that messages left stays, and their addresses cannot be brought back."""

from datetime import datetime

from outreach.db.queries.personal_data import erase_person, load_addresses
from outreach.db.queries.story_shelf import shelved_of, take_out_of_texts
from outreach.db.session import Database
from outreach.domain.erasure import keyed_hash


def erase_contact(*, db: Database, contact_id: int, secret: bytes, now: datetime) -> None:
    """Erases everything that says who the contact is; doing it twice is harmless.

    Args:
        secret: the product's; the key of the addresses' hashes is derived from it.
    """
    with db.raw_transaction() as connection:
        addresses = load_addresses(connection, contact_id)
        hashes = [(channel, keyed_hash(channel, address, secret=secret)) for channel, address in addresses.items()]
        take_out_of_texts(connection, shelved_of(connection, contact_id), now=now, everywhere=True)
        erase_person(connection, contact_id, hashes=hashes, now=now)
