"""How much of what a contact was told lately was about ourselves."""

from outreach.db.queries.said_words import LAST_HEARD, load_last_bodies
from outreach.db.session import Database
from outreach.rendering.word_count import WordCount, total_count, word_count


def weigh_last_words(*, db: Database, contact_id: int) -> WordCount:
    """The words of the contact's last `LAST_HEARD` mails."""
    with db.raw_transaction() as connection:
        bodies = load_last_bodies(connection, contact_id, last=LAST_HEARD)
    return total_count(word_count(body) for body in bodies)
