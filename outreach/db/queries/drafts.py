"""Drafts: what staff write before readers get it. The newest revision of a locale is its draft; none is thrown away."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import psycopg
from psycopg.rows import class_row

from outreach.domain.errors import OutreachError

#: Saving again so soon, by the same person, replaces the last revision instead of adding one.
COALESCES = timedelta(minutes=10)


class DraftMoved(OutreachError):
    """Somebody else has saved the text meanwhile; `number` is the newest revision."""

    def __init__(self, number: int) -> None:
        super().__init__("somebody else has saved this text meanwhile: look at theirs before you save yours")
        self.number = number


@dataclass(frozen=True, slots=True)
class EditionFacts:
    """An edition with its campaign.

    Attributes:
        state: draft | review | published. source: pack | staff.
    """

    id: int
    key: str
    title: str
    state: str
    source: str
    position: int
    opens_on: date
    closes_on: date
    campaign_id: int
    campaign_key: str
    campaign_name: str
    touch_class: str
    channel: str
    rule: str
    industries: list[str]
    needs: dict[str, str]


@dataclass(frozen=True, slots=True)
class DraftText:
    """An edition in one locale as it was saved.

    Attributes:
        number: of the revision; 0 for a pack's text that nobody has touched yet.
        origin: pack | saved | restored | copied.
        published_at: when readers began to get exactly this, None if they never did.
    """

    edition_id: int
    locale: str
    number: int
    subject: str
    preheader: str
    body: str
    origin: str
    saved_by: str
    saved_at: datetime
    published_at: datetime | None


_COLUMNS = "edition_id, locale, number, subject, preheader, body, origin, saved_by, saved_at, published_at"

EDITION = """
    SELECT e.id, e.key, e.title, e.state, e.source, e.position, e.opens_on, e.closes_on, c.id AS campaign_id,
           c.key AS campaign_key, c.name AS campaign_name, c.touch_class, c.channel, c.rule, c.industries, c.needs
    FROM editions e JOIN campaigns c ON c.id = e.campaign_id WHERE e.id = %s
"""

DRAFTS = f"""
    SELECT DISTINCT ON (locale) {_COLUMNS} FROM (
        SELECT {_COLUMNS} FROM revisions WHERE edition_id = %(edition)s
        UNION ALL
        SELECT edition_id, locale, 0, subject, preheader, body, 'pack', '', updated_at, updated_at
        FROM edition_contents WHERE edition_id = %(edition)s) AS texts
    ORDER BY locale, number DESC
"""  # noqa: S608 - a constant of this file

NEWEST = f"""
    SELECT {_COLUMNS} FROM revisions WHERE edition_id = %(edition)s AND locale = %(locale)s
    ORDER BY number DESC LIMIT 1
"""  # noqa: S608 - a constant of this file


def load_edition(connection: psycopg.Connection, edition_id: int) -> EditionFacts | None:
    """The edition, None if there is no such."""
    with connection.cursor(row_factory=class_row(EditionFacts)) as cursor:
        return cursor.execute(EDITION, (edition_id,)).fetchone()


def load_drafts(connection: psycopg.Connection, edition_id: int) -> dict[str, DraftText]:
    """The newest text of an edition by locale: what staff saved last, else what readers get."""
    with connection.cursor(row_factory=class_row(DraftText)) as cursor:
        return {text.locale: text for text in cursor.execute(DRAFTS, {"edition": edition_id})}


def load_revisions(connection: psycopg.Connection, edition_id: int, locale: str) -> list[DraftText]:
    """All revisions of a text, newest first; the pack's own (number 0) last."""
    statement = DRAFTS.replace("SELECT DISTINCT ON (locale)", "SELECT").replace("ORDER BY locale,", "ORDER BY")
    with connection.cursor(row_factory=class_row(DraftText)) as cursor:
        found = cursor.execute(statement, {"edition": edition_id}).fetchall()
    return [text for text in found if text.locale == locale]


def save_draft(
    connection: psycopg.Connection,
    *,
    edition_id: int,
    locale: str,
    began_from: int,
    subject: str,
    preheader: str,
    body: str,
    saved_by: str,
    now: datetime,
    origin: str = "saved",
) -> int:
    """Saves a text and gives the number of its revision; the same text again changes nothing.

    Args:
        began_from: the revision that the writer saw last, 0 for none.

    Raises:
        DraftMoved: if there is a newer one.
    """
    # One writer at a time for an edition, however many tabs are open.
    connection.execute("SELECT FROM editions WHERE id = %s FOR NO KEY UPDATE", (edition_id,))
    with connection.cursor(row_factory=class_row(DraftText)) as cursor:
        newest = cursor.execute(NEWEST, {"edition": edition_id, "locale": locale}).fetchone()
    words = (subject, preheader, body)
    if newest and (newest.subject, newest.preheader, newest.body) == words:
        return newest.number
    number = newest.number if newest else 0
    if number != began_from:
        raise DraftMoved(number)
    follows = newest is not None and newest.published_at is None and newest.origin == origin == "saved"
    coalesces = follows and newest is not None and newest.saved_by == saved_by and now - newest.saved_at < COALESCES
    statement = (
        """
        UPDATE revisions SET subject = %(subject)s, preheader = %(preheader)s, body = %(body)s
        WHERE edition_id = %(edition)s AND locale = %(locale)s AND number = %(number)s
        """
        if coalesces
        else """
        INSERT INTO revisions (edition_id, locale, number, subject, preheader, body, origin, saved_by, saved_at)
        VALUES (%(edition)s, %(locale)s, %(number)s, %(subject)s, %(preheader)s, %(body)s, %(origin)s, %(by)s, %(now)s)
        """
    )
    number += not coalesces
    values = {
        "edition": edition_id,
        "locale": locale,
        "number": number,
        "subject": subject,
        "preheader": preheader,
        "body": body,
        "origin": origin,
        "by": saved_by,
        "now": now,
    }
    connection.execute(statement, values)
    return number
