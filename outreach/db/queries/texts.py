"""What texts cost."""

from collections.abc import Sequence

import psycopg

from outreach.domain.text_cost import TextCost


def store_costs(connection: psycopg.Connection, provider: str, costs: Sequence[TextCost]) -> int:
    """Writes what texts cost on the attempts that were taken under these references; how many had none so far.

    A price once told stays; references that are not ours name nothing.
    """
    return connection.execute(
        """
        UPDATE attempts a SET segments = n.segments, price = n.price, currency = n.currency
        FROM unnest(%s::text[], %s::int[], %s::numeric[], %s::text[]) AS n(reference, segments, price, currency)
        WHERE a.reference = n.reference AND a.provider = %s AND a.segments IS NOT NULL AND a.price IS NULL
        """,
        (
            [one.reference for one in costs],
            [one.segments for one in costs],
            [one.price for one in costs],
            [one.currency for one in costs],
            provider,
        ),
    ).rowcount
