"""What contacts were told in their last messages, by texts: for the customer-first meter."""

from collections.abc import Mapping, Sequence

import psycopg


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


def count_above(
    connection: psycopg.Connection,
    counts: Mapping[tuple[int, str], tuple[int, int]],
    *,
    contact_ids: Sequence[int],
    ours: int,
    words: int,
    last: int,
    limit: float,
) -> int:
    """How many of these contacts would have heard more about ourselves than `limit` in their last messages.

    Args:
        counts: words about ourselves and all words of each text, by edition and locale.
        ours, words: of the message that is to come on top.
        last: so many messages count, the one to come included.
    """
    row = connection.execute(
        """
        WITH said AS (
            SELECT t.contact_id, n.ours, n.words,
                   row_number() OVER (PARTITION BY t.contact_id ORDER BY COALESCE(t.sent_at, t.send_at) DESC) AS place
            FROM touches t
            JOIN unnest(%(editions)s::int[], %(locales)s::text[], %(ours)s::int[], %(words)s::int[])
                 AS n(edition_id, locale, ours, words) ON n.edition_id = t.edition_id AND n.locale = t.locale
            WHERE t.contact_id = ANY(%(contacts)s) AND t.state IN ('sent', 'unknown') AND t.channel = 'email'
        )
        SELECT count(*) FROM (
            SELECT c.id FROM unnest(%(contacts)s::bigint[]) AS c(id)
            LEFT JOIN said s ON s.contact_id = c.id AND s.place < %(last)s
            GROUP BY c.id
            HAVING (COALESCE(sum(s.ours), 0) + %(new_ours)s)::float8
                   > %(limit)s * (COALESCE(sum(s.words), 0) + %(new_words)s)
        ) AS above
        """,
        {
            "editions": [edition for edition, _ in counts],
            "locales": [locale for _, locale in counts],
            "ours": [one[0] for one in counts.values()],
            "words": [one[1] for one in counts.values()],
            "contacts": list(contact_ids),
            "new_ours": ours,
            "new_words": words,
            "last": last,
            "limit": limit,
        },
    ).fetchone()
    return row[0] if row else 0
