"""Writes to a reader in the language they choose from now on."""

from datetime import datetime
from uuid import UUID

from outreach.db.queries.choices import load_choices, store_language
from outreach.db.queries.publishing import load_rules
from outreach.db.session import Database


def choose_language(*, db: Database, touch_id: UUID, language: str, now: datetime) -> bool:
    """Whether it was done: the message exists, and the business writes in `language`."""
    with db.raw_transaction() as connection:
        reader, rules = load_choices(connection, touch_id, now=now, locked=True), load_rules(connection)
        if reader is None or rules is None or language not in rules.locales:
            return False
        store_language(connection, reader.contact_id, language, now=now)
        return True
