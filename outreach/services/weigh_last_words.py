"""How much of what a contact was told lately was about ourselves."""

from outreach.db.queries.said_words import load_last_bodies
from outreach.db.session import Database
from outreach.rendering.word_count import WordCount, total_count, word_count

#: So many mails count: about a quarter of a year of an ordinary rhythm.
LAST = 6


def weigh_last_words(*, db: Database, contact_id: int) -> WordCount:
    """The words of the contact's last `LAST` mails."""
    with db.raw_transaction() as connection:
        bodies = load_last_bodies(connection, contact_id, last=LAST)
    return total_count(word_count(body) for body in bodies)
