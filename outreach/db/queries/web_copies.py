"""What is needed to show a reader a mail again, in the browser."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import psycopg
from psycopg.rows import class_row

from outreach.domain.content import Recipient, chosen_locale, occasion_words


@dataclass(frozen=True, slots=True)
class SentMail:
    """A mail that left, and whom it was for."""

    touch_id: UUID
    edition_id: int
    locale: str
    address: str
    left_at: datetime
    first_name: str
    last_name: str
    company: str
    customer_since: date | None
    industry_key: str
    industry_names: dict[str, str]
    occasion: dict[str, dict[str, str]]

    def recipient(self, *, default_locale: str) -> Recipient:
        """What its words may say about the reader."""
        named = chosen_locale(self.locale, self.industry_names.keys(), default_locale)
        return Recipient(
            touch_id=self.touch_id,
            address=self.address,
            first_name=self.first_name,
            last_name=self.last_name,
            company=self.company,
            industry=self.industry_names[named] if named else "",
            customer_since=self.customer_since,
            industry_key=self.industry_key,
            occasion=occasion_words(self.occasion, self.locale, default_locale),
        )


def load_sent_mail(connection: psycopg.Connection, touch_id: UUID) -> SentMail | None:
    """The mail, None if there is no such or it never left."""
    with connection.cursor(row_factory=class_row(SentMail)) as cursor:
        return cursor.execute(
            """
            SELECT t.id AS touch_id, t.edition_id, t.locale, t.address, COALESCE(t.sent_at, t.send_at) AS left_at,
                   c.first_name, c.last_name, c.company, c.customer_since, i.key AS industry_key,
                   i.names AS industry_names, COALESCE(v.words, '{}') AS occasion
            FROM touches t JOIN contacts c ON c.id = t.contact_id JOIN industries i ON i.id = c.industry_id
                 LEFT JOIN invitations v ON v.id = t.invitation_id
            WHERE t.id = %s AND t.channel = 'email' AND t.locale <> '' AND t.address <> ''
            """,
            (touch_id,),
        ).fetchone()
