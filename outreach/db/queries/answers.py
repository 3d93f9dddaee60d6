"""What contacts answered to questions in messages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import psycopg
from psycopg.rows import class_row

from outreach.db.queries.signals import ANSWER_REFERENCE
from outreach.domain.answers import Answer
from outreach.domain.signal import SignalKind

_CLICKED = """
    SELECT DISTINCT ON (e.touch_id, question) e.touch_id, question, e.contact_id, l.edition_id,
           split_part(l.url, '/', 2) AS answer, e.occurred_at
    FROM events e JOIN links l ON l.id::text = e.data->>'target',
         LATERAL (SELECT substr(split_part(l.url, '/', 1), 8) AS question) q
    WHERE e.touch_id = ANY(%(ids)s) AND e.type = 'clicked' AND e.actor = 'human' AND l.url LIKE 'answer:%%'
    ORDER BY e.touch_id, question, e.occurred_at DESC, e.id DESC
"""


def store_clicked_answers(connection: psycopg.Connection, touch_ids: Sequence[UUID]) -> None:
    """Reads the answers that people clicked in these messages off their events again; confirmed ones stay."""
    connection.execute(
        f"""
        WITH clicked AS ({_CLICKED}), gone AS (
            DELETE FROM answers a WHERE a.touch_id = ANY(%(ids)s) AND NOT a.confirmed AND NOT EXISTS (
                SELECT FROM clicked c WHERE c.touch_id = a.touch_id AND c.question = a.question)
        )
        INSERT INTO answers (touch_id, question, contact_id, edition_id, answer, given_at)
        SELECT touch_id, question, contact_id, edition_id, answer, occurred_at FROM clicked
        ON CONFLICT (touch_id, question) DO UPDATE SET answer = excluded.answer, given_at = excluded.given_at
        WHERE NOT answers.confirmed AND (answers.answer, answers.given_at) <> (excluded.answer, excluded.given_at)
        """,  # noqa: S608 - a constant of this file
        {"ids": list(touch_ids)},
    )
    _note_replies(connection, touch_ids)


def store_confirmed_answer(
    connection: psycopg.Connection, *, touch_id: UUID, edition_id: int, given: Answer, now: datetime
) -> None:
    """Writes an answer given on our own page; it replaces what was answered before."""
    connection.execute(
        """
        INSERT INTO answers (touch_id, question, contact_id, edition_id, answer, given_at, confirmed)
        SELECT t.id, %(question)s, t.contact_id, %(edition)s, %(answer)s, %(now)s, true
        FROM touches t WHERE t.id = %(id)s
        ON CONFLICT (touch_id, question) DO UPDATE
        SET answer = excluded.answer, given_at = excluded.given_at, confirmed = true
        """,
        {
            "id": touch_id,
            "edition": edition_id,
            "question": given.question,
            "answer": given.answer,
            "now": now,
        },
    )
    _note_replies(connection, [touch_id])


def _note_replies(connection: psycopg.Connection, touch_ids: Sequence[UUID]) -> None:
    """Each answer is a reply among the signals, as long as it stands."""
    values = {"ids": list(touch_ids), "kind": SignalKind.REPLY.value, "answer": ANSWER_REFERENCE}
    connection.execute(
        """
        DELETE FROM signals s USING touches t
        WHERE t.id = ANY(%(ids)s) AND s.contact_id = t.contact_id AND s.kind = %(kind)s
          AND starts_with(s.reference, %(answer)s || t.id::text)
          AND NOT EXISTS (SELECT FROM answers a WHERE a.touch_id = t.id
                          AND s.reference = %(answer)s || a.touch_id::text || ' ' || a.question)
        """,
        values,
    )
    connection.execute(
        """
        INSERT INTO signals (contact_id, kind, occurred_at, currency, reference)
        SELECT a.contact_id, %(kind)s, a.given_at, '', %(answer)s || a.touch_id::text || ' ' || a.question
        FROM answers a WHERE a.touch_id = ANY(%(ids)s) ORDER BY a.contact_id, a.touch_id, a.question
        ON CONFLICT DO NOTHING
        """,
        values,
    )


@dataclass(frozen=True, slots=True)
class AskedIn:
    """Where an answer's link stands: its edition and text, in the locale in which the message was written."""

    edition_id: int
    url: str
    body: str


def load_asked_in(connection: psycopg.Connection, link_id: int, *, locale: str) -> AskedIn | None:
    """The text that holds a link, None if there is none (any more) in that locale."""
    with connection.cursor(row_factory=class_row(AskedIn)) as cursor:
        return cursor.execute(
            """
            SELECT l.edition_id, l.url, c.body FROM links l JOIN edition_contents c ON c.edition_id = l.edition_id
            WHERE l.id = %s AND c.locale = %s
            """,
            (link_id, locale),
        ).fetchone()


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """What a contact answered, with the keys and the text in which they stand."""

    question: str
    answer: str
    given_at: datetime
    campaign_name: str
    edition_key: str
    body: str


def load_answers(connection: psycopg.Connection, contact_id: int, *, limit: int) -> list[AnswerLine]:
    """The newest answers of a contact."""
    with connection.cursor(row_factory=class_row(AnswerLine)) as cursor:
        return cursor.execute(
            """
            SELECT a.question, a.answer, a.given_at, c.name AS campaign_name, e.key AS edition_key,
                   COALESCE(x.body, '') AS body
            FROM answers a JOIN touches t ON t.id = a.touch_id JOIN editions e ON e.id = a.edition_id
            JOIN campaigns c ON c.id = e.campaign_id
            LEFT JOIN edition_contents x ON x.edition_id = e.id AND x.locale = t.locale
            WHERE a.contact_id = %s ORDER BY a.given_at DESC LIMIT %s
            """,
            (contact_id, limit),
        ).fetchall()


def load_answers_of(
    connection: psycopg.Connection, contact_ids: Sequence[int], *, limit: int
) -> dict[int, list[AnswerLine]]:
    """The newest answers of each of these contacts, as far as there are any."""
    rows = connection.execute(
        """
        SELECT g.contact_id, g.question, g.answer, g.given_at, c.name, e.key, COALESCE(x.body, '')
        FROM unnest(%s::bigint[]) AS n(contact_id)
        CROSS JOIN LATERAL (SELECT a.* FROM answers a WHERE a.contact_id = n.contact_id
                            ORDER BY a.given_at DESC, a.question LIMIT %s) AS g
        JOIN touches t ON t.id = g.touch_id JOIN editions e ON e.id = g.edition_id
        JOIN campaigns c ON c.id = e.campaign_id
        LEFT JOIN edition_contents x ON x.edition_id = e.id AND x.locale = t.locale
        ORDER BY g.contact_id, g.given_at DESC, g.question
        """,
        (list(contact_ids), limit),
    )
    found: dict[int, list[AnswerLine]] = {}
    for contact_id, *cells in rows:
        found.setdefault(contact_id, []).append(AnswerLine(*cells))
    return found


@dataclass(frozen=True, slots=True)
class AnswerCount:
    """How many contacts gave an answer; `body` is the text in the business's own locale, "" if there is none."""

    edition_id: int
    edition: str
    question: str
    answer: str
    given: int
    body: str


def count_answers(connection: psycopg.Connection, campaign_id: int) -> list[AnswerCount]:
    """How often each answer was given in the editions of a campaign, the latest edition first."""
    with connection.cursor(row_factory=class_row(AnswerCount)) as cursor:
        return cursor.execute(
            """
            SELECT g.edition_id, g.edition, g.question, g.answer, g.given, COALESCE(x.body, '') AS body FROM (
                SELECT a.edition_id, COALESCE(NULLIF(e.title, ''), e.key) AS edition, a.question, a.answer,
                       count(*)::int AS given, e.opens_on
                FROM answers a JOIN editions e ON e.id = a.edition_id WHERE e.campaign_id = %s
                GROUP BY e.id, a.edition_id, a.question, a.answer) g
            LEFT JOIN edition_contents x ON x.edition_id = g.edition_id
                 AND x.locale = (SELECT default_locale FROM business)
            ORDER BY g.opens_on DESC, g.edition_id, g.question, g.given DESC, g.answer
            """,
            (campaign_id,),
        ).fetchall()
