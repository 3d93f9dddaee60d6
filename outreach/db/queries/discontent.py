"""What customers are not content with, as far as nobody has opened a case for it: complaints and bad answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import psycopg
from psycopg.rows import class_row

from outreach.domain.answers import BAD_ANSWERS
from outreach.domain.care.recovery import FRESH, CaseSource
from outreach.domain.signal import SignalKind

#: What a report by the customer on our page is called among the signals; its case is there already.
ON_OUR_PAGE = "page "


def note_complaint(connection: psycopg.Connection, contact_id: int, *, reference: str, now: datetime) -> None:
    """Writes a complaint among the signals, once for each reference."""
    connection.execute(
        """
        INSERT INTO signals (contact_id, kind, occurred_at, currency, reference) VALUES (%s, %s, %s, '', %s)
        ON CONFLICT DO NOTHING
        """,
        (contact_id, SignalKind.COMPLAINT.value, now, reference),
    )


@dataclass(frozen=True, slots=True)
class Discontent:
    """A complaint or a bad answer; `reference` names it for the case, `told` is how the business calls it."""

    contact_id: int
    source: CaseSource
    reference: str
    told: str
    at: datetime


NEW = """
    SELECT s.contact_id, 'complaint' AS source, 'signal ' || s.id AS reference, s.reference AS told, s.occurred_at AS at
    FROM signals s JOIN contacts c ON c.id = s.contact_id
    WHERE s.kind = 'complaint' AND s.occurred_at > %(since)s AND s.occurred_at <= %(now)s
      AND NOT starts_with(s.reference, %(page)s) AND c.external_id <> 'erased ' || c.id
      AND NOT EXISTS (SELECT FROM case_notes n WHERE n.contact_id = s.contact_id AND n.reference = 'signal ' || s.id)
    UNION ALL
    SELECT a.contact_id, 'bad_answer', 'answer ' || a.touch_id || ' ' || a.question, a.question || '/' || a.answer,
           a.given_at
    FROM answers a JOIN contacts c ON c.id = a.contact_id
    WHERE a.given_at > %(since)s AND c.external_id <> 'erased ' || c.id
      AND (a.answer = ANY(%(bad)s) OR a.answer IN (
               SELECT jsonb_array_elements_text(b.bad_answers) FROM business b))
      AND NOT EXISTS (SELECT FROM case_notes n WHERE n.contact_id = a.contact_id
                      AND n.reference = 'answer ' || a.touch_id || ' ' || a.question)
    ORDER BY at, contact_id, reference LIMIT %(limit)s
"""


def load_discontent(connection: psycopg.Connection, *, now: datetime, limit: int) -> Sequence[Discontent]:
    """The oldest fresh words of discontent that are of no case yet; those of erased contacts are left out."""
    values = {
        "now": now,
        "since": now - FRESH,
        "page": ON_OUR_PAGE,
        "bad": list(BAD_ANSWERS),
        "limit": limit,
    }
    with connection.cursor(row_factory=class_row(Discontent)) as cursor:
        rows = cursor.execute(NEW, values).fetchall()
    return [Discontent(one.contact_id, CaseSource(one.source), one.reference, one.told, one.at) for one in rows]
