"""Contacts to try an edition on: anybody in its campaign's audience, their neighbours, and those who break layouts."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import class_row, dict_row

from outreach.db.queries.audience import AUDIENCE, audience_of
from outreach.db.queries.drafts import EditionFacts
from outreach.domain.content import Recipient, chosen_locale
from outreach.domain.touch import Channel

_SAMPLE = (
    """
    SELECT c.id, c.external_id, c.first_name, c.last_name, c.company, c.email, c.phone, c.language, c.customer_since,
           i.key AS industry, i.names AS industry_names
    """
    + AUDIENCE
)
#: One look at the audience for all of them; the longest with the smallest id first.
_WORST = (
    """
    SELECT c.language, min(c.id) AS first, min(c.id) FILTER (WHERE c.first_name = '') AS nameless,
           min(c.id) FILTER (WHERE c.company = '') AS without_company,
           max(ARRAY[length(c.first_name)::bigint, -c.id]) AS longest_name,
           max(ARRAY[length(c.company)::bigint, -c.id]) AS longest_company
    """
    + AUDIENCE
    + " GROUP BY c.language ORDER BY count(*) DESC, c.language"
)
FOUND_AT_MOST = 10


@dataclass(frozen=True, slots=True)
class SampleContact:
    """A contact of an audience with what a message may say about it; `industry` is a key."""

    id: int
    external_id: str
    first_name: str
    last_name: str
    company: str
    email: str
    phone: str
    language: str
    customer_since: date | None
    industry: str
    industry_names: dict[str, str]

    @property
    def name(self) -> str:
        """What to call it on our pages."""
        return " ".join(filter(None, (self.first_name, self.last_name))) or self.company or self.external_id

    def address(self, channel: str) -> str:
        """Where a message on `channel` would go."""
        return self.phone if channel == Channel.SMS else self.email

    def recipient(self, *, touch_id: UUID, address: str, locale: str, default_locale: str) -> Recipient:
        """What a message in `locale` may say about this contact, whoever it goes to."""
        named = chosen_locale(locale, self.industry_names.keys(), default_locale)
        return Recipient(
            touch_id=touch_id,
            address=address,
            first_name=self.first_name,
            last_name=self.last_name,
            company=self.company,
            industry=self.industry_names[named] if named else "",
            customer_since=self.customer_since,
            industry_key=self.industry,
        )


@dataclass(frozen=True, slots=True)
class EditionKey:
    """An edition by the names that staff type."""

    id: int
    campaign_key: str
    key: str


class WorstCase(StrEnum):
    """Why a contact is worth a look."""

    #: Its first name is the longest.
    LONGEST_NAME = "longest first name"
    #: We do not know its first name.
    NAMELESS = "no first name"
    #: Its company's name is the longest.
    LONGEST_COMPANY = "longest company"
    #: We know of no company.
    WITHOUT_COMPANY = "no company"
    #: The first that reads this language.
    FIRST_OF_LANGUAGE = "language"


@dataclass(frozen=True, slots=True)
class WorthALook:
    """A contact of the audience, and why; `language` only for the first of its language."""

    case: WorstCase
    contact_id: int
    language: str = ""


def load_sample(
    connection: psycopg.Connection, edition: EditionFacts, *, contact_id: int | None = None, external_id: str = ""
) -> SampleContact | None:
    """That contact if it is in the audience; the audience's first if none is named; None if there is none."""
    values = audience_of(edition) | {"id": contact_id, "external": external_id}
    if contact_id is not None:
        return _one(connection, _SAMPLE + " AND c.id = %(id)s", values)
    if external_id:
        return _one(connection, _SAMPLE + " AND c.external_id = %(external)s", values)
    return _one(connection, _SAMPLE + " ORDER BY c.id LIMIT 1", values)


def find_editions(connection: psycopg.Connection, *, key: str, campaign_key: str | None) -> list[EditionKey]:
    """The editions of that key, in that campaign if one is named; the newest first."""
    statement = """
        SELECT e.id, c.key AS campaign_key, e.key FROM editions e JOIN campaigns c ON c.id = e.campaign_id
        WHERE e.key = %(key)s AND (%(campaign)s::text IS NULL OR c.key = %(campaign)s)
        ORDER BY e.opens_on DESC, c.key
    """
    with connection.cursor(row_factory=class_row(EditionKey)) as cursor:
        return cursor.execute(statement, {"key": key, "campaign": campaign_key}).fetchall()


def load_neighbours(
    connection: psycopg.Connection, edition: EditionFacts, contact_id: int
) -> tuple[int | None, int | None]:
    """The ids of the contacts before and after that one in the audience, None at its ends."""
    values = audience_of(edition) | {"id": contact_id}
    before = _one(connection, _SAMPLE + " AND c.id < %(id)s ORDER BY c.id DESC LIMIT 1", values)
    after = _one(connection, _SAMPLE + " AND c.id > %(id)s ORDER BY c.id LIMIT 1", values)
    return before.id if before else None, after.id if after else None


def search_samples(connection: psycopg.Connection, edition: EditionFacts, words: str) -> list[SampleContact]:
    """The first contacts of the audience whose names, company or id hold `words`."""
    escaped = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    values = audience_of(edition) | {"like": f"%{escaped}%", "words": words, "limit": FOUND_AT_MOST}
    statement = (
        _SAMPLE
        + """
        AND (c.external_id = %(words)s OR concat_ws(' ', c.first_name, c.last_name, c.company) ILIKE %(like)s)
        ORDER BY c.id LIMIT %(limit)s
        """
    )
    with connection.cursor(row_factory=class_row(SampleContact)) as cursor:
        return cursor.execute(statement, values).fetchall()


def load_worst_cases(connection: psycopg.Connection, edition: EditionFacts) -> list[WorthALook]:
    """Who breaks layouts: longest and missing names and companies, then the first reader of each language."""
    with connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(_WORST, audience_of(edition)).fetchall()
    if not rows:
        return []
    picked = {
        WorstCase.LONGEST_NAME: -max(row["longest_name"] for row in rows)[1],
        WorstCase.NAMELESS: min((row["nameless"] for row in rows if row["nameless"]), default=None),
        WorstCase.LONGEST_COMPANY: -max(row["longest_company"] for row in rows)[1],
        WorstCase.WITHOUT_COMPANY: min(
            (row["without_company"] for row in rows if row["without_company"]), default=None
        ),
    }
    return [
        *(WorthALook(case, contact_id) for case, contact_id in picked.items() if contact_id),
        *(WorthALook(WorstCase.FIRST_OF_LANGUAGE, row["first"], row["language"]) for row in rows),
    ]


def _one(connection: psycopg.Connection, statement: str, values: dict[str, Any]) -> SampleContact | None:
    with connection.cursor(row_factory=class_row(SampleContact)) as cursor:
        return cursor.execute(statement, values).fetchone()
