"""Whom an edition may reach: contacts of its campaign's industries, with what it needs, who may be written to."""

from typing import Any

from psycopg.types.json import Jsonb

from outreach.db.queries.drafts import EditionFacts

#: The audience as contacts `c` with their industry `i`; goes on with AND, GROUP BY or ORDER BY.
AUDIENCE = """
    FROM contacts c JOIN industries i ON i.id = c.industry_id
    WHERE CASE %(channel)s WHEN 'sms' THEN c.may_sms AND c.phone <> '' ELSE c.may_email AND c.email <> '' END
      AND (cardinality(%(industries)s::text[]) = 0 OR i.key = ANY(%(industries)s))
      AND c.attributes @> %(needs)s::jsonb
"""


def audience_of(edition: EditionFacts) -> dict[str, Any]:
    """The values that `AUDIENCE` asks for."""
    return {"channel": edition.channel, "industries": edition.industries, "needs": Jsonb(edition.needs)}
