"""What contacts were told in their last messages, by texts: for the customer-first meter."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import psycopg

from outreach.db.queries.audience import AUDIENCE, audience_of
from outreach.db.queries.drafts import EditionFacts
from outreach.rendering.word_count import WordCount

#: So many mails count: about a quarter of a year of an ordinary rhythm.
LAST_HEARD = 6
#: Readers who are counted for one text: enough for a share, few enough for a page.
MOST_COUNTED = 10_000


def load_last_bodies(connection: psycopg.Connection, contact_id: int, *, last: int) -> list[str]:
    """The bodies of the last mails that reached a contact, newest first."""
    rows = connection.execute(
        """
        SELECT c.body FROM touches t JOIN edition_contents c ON c.edition_id = t.edition_id AND c.locale = t.locale
        WHERE t.contact_id = %s AND t.state IN ('sent', 'unknown') AND t.channel = 'email'
        ORDER BY COALESCE(t.sent_at, t.send_at) DESC LIMIT %s
        """,
        (contact_id, last),
    )
    return [body for (body,) in rows]


def load_mail_bodies(connection: psycopg.Connection) -> dict[tuple[int, str], str]:
    """The bodies of all mails that readers may have got, by edition and locale."""
    rows = connection.execute(
        """
        SELECT x.edition_id, x.locale, x.body FROM edition_contents x JOIN editions e ON e.id = x.edition_id
        JOIN campaigns c ON c.id = e.campaign_id WHERE c.channel = 'email'
        """
    )
    return {(edition, locale): body for edition, locale, body in rows}


@dataclass(frozen=True, slots=True)
class Heard:
    """How many of some readers were counted, and how many would have heard too much about ourselves."""

    readers: int
    above: int


def count_above(
    connection: psycopg.Connection,
    edition: EditionFacts,
    counts: Mapping[tuple[int, str], WordCount],
    *,
    languages: Collection[str],
    coming: WordCount,
    limit: float,
    last: int = LAST_HEARD,
    most: int = MOST_COUNTED,
) -> Heard:
    """Of an edition's readers, those who would have heard more about ourselves than `limit` in their last mails.

    Args:
        counts: of every mail that anybody may have got, by edition and locale.
        languages: of the readers who would get the text that is to come, whose words are `coming`.
        last: so many mails count, the one to come included.
        most: so many readers are counted at most; any, the same every time.
    """
    row = connection.execute(
        f"""
        WITH readers AS (
            SELECT c.id {AUDIENCE} AND c.language = ANY(%(languages)s)
            ORDER BY c.id LIMIT %(most)s
        ), said AS (
            SELECT t.contact_id, n.ours, n.words,
                   row_number() OVER (PARTITION BY t.contact_id ORDER BY COALESCE(t.sent_at, t.send_at) DESC) AS place
            FROM readers r JOIN touches t ON t.contact_id = r.id
            JOIN unnest(%(editions)s::int[], %(locales)s::text[], %(ours)s::int[], %(words)s::int[])
                 AS n(edition_id, locale, ours, words) ON n.edition_id = t.edition_id AND n.locale = t.locale
            WHERE t.state IN ('sent', 'unknown') AND t.channel = 'email' AND t.edition_id <> %(edition)s
        ), heard AS (
            SELECT r.id, COALESCE(sum(s.ours), 0) + %(new_ours)s AS ours,
                   COALESCE(sum(s.words), 0) + %(new_words)s AS words
            FROM readers r LEFT JOIN said s ON s.contact_id = r.id AND s.place < %(last)s GROUP BY r.id
        )
        SELECT count(*)::int, (count(*) FILTER (WHERE ours > %(limit)s * words))::int FROM heard
        """,  # noqa: S608 - constants of this product
        audience_of(edition)
        | {
            "languages": list(languages),
            "edition": edition.id,
            "editions": [number for number, _ in counts],
            "locales": [locale for _, locale in counts],
            "ours": [one.about_us for one in counts.values()],
            "words": [one.words for one in counts.values()],
            "new_ours": coming.about_us,
            "new_words": coming.words,
            "last": last,
            "limit": limit,
            "most": most,
        },
    ).fetchone()
    return Heard(*row) if row else Heard(0, 0)
