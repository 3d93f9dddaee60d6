"""What readers choose to hear of: campaigns that have a public name, and who refused them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import psycopg
from psycopg.rows import class_row


@dataclass(frozen=True, slots=True)
class TopicChoice:
    """A campaign as a reader knows it; `names` by locale."""

    campaign_id: int
    names: dict[str, str]
    refused: bool

    def name(self, locale: str, default_locale: str) -> str:
        """What to call it in `locale`."""
        return self.names.get(locale) or self.names.get(default_locale) or next(iter(self.names.values()))


def load_topics(connection: psycopg.Connection, contact_id: int) -> list[TopicChoice]:
    """The topics that may concern a contact: of its industry, and on a channel it has an address for."""
    with connection.cursor(row_factory=class_row(TopicChoice)) as cursor:
        return cursor.execute(
            """
            SELECT m.id AS campaign_id, m.topic AS names, f.contact_id IS NOT NULL AS refused
            FROM contacts c JOIN industries i ON i.id = c.industry_id
            JOIN campaigns m ON m.active AND m.topic <> '{}' AND (m.industries = '[]' OR m.industries ? i.key)
                 AND CASE m.channel WHEN 'sms' THEN c.phone <> '' ELSE c.email <> '' END
            LEFT JOIN topic_refusals f ON f.contact_id = c.id AND f.campaign_id = m.id
            WHERE c.id = %s ORDER BY m.id
            """,
            (contact_id,),
        ).fetchall()


def store_refusals(
    connection: psycopg.Connection, contact_id: int, refused: Collection[int], *, source: str, now: datetime
) -> None:
    """Replaces what a contact refused, skips what is planned of it, and lets the planner look again."""
    values = {"contact": contact_id, "refused": list(refused), "source": source, "now": now}
    connection.execute(
        "DELETE FROM topic_refusals WHERE contact_id = %(contact)s AND NOT campaign_id = ANY(%(refused)s)", values
    )
    connection.execute(
        """
        INSERT INTO topic_refusals (contact_id, campaign_id, source, refused_at)
        SELECT %(contact)s, unnest(%(refused)s::int[]), %(source)s::text, %(now)s ON CONFLICT DO NOTHING
        """,
        values,
    )
    connection.execute(
        """
        WITH skipped AS (
            UPDATE touches SET state = 'skipped', outcome = 'the contact does not want this topic'
            WHERE id IN (SELECT id FROM touches
                         WHERE contact_id = %(contact)s AND campaign_id = ANY(%(refused)s::int[])
                           AND state IN ('planned', 'retry_wait') ORDER BY id FOR NO KEY UPDATE)
            RETURNING id
        )
        DELETE FROM touches b USING skipped WHERE b.merged_into = skipped.id
        """,
        values,
    )
    connection.execute("UPDATE rhythms SET look_at = %(now)s WHERE contact_id = %(contact)s", values)
