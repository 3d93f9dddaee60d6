"""Everything that ever bounced at an address, which is what decides whether it is written to again."""

from collections import defaultdict
from collections.abc import Iterable

import psycopg

from outreach.domain.bounce import BounceKind, kind_of_bounce
from outreach.domain.bounce_policy import CarrierAction, KnownBounce
from outreach.domain.touch import Channel

#: A channel and an address as suppressions hold it.
Place = tuple[Channel, str]


def load_bounces(connection: psycopg.Connection, places: Iterable[Place]) -> dict[Place, list[KnownBounce]]:
    """All bounces at these addresses, whoever owned them.

    The addresses are locked until the transaction ends: of two workers that each hear of one of three bounces, the
    second has to see the first one's.
    """
    wanted = sorted(set(places))
    values = {"channels": [channel.value for channel, _ in wanted], "addresses": [address for _, address in wanted]}
    connection.execute(
        """
        SELECT pg_advisory_xact_lock(hashtextextended('bounces at ' || n.channel || ' ' || n.address, 0))
        FROM (SELECT * FROM unnest(%(channels)s::text[], %(addresses)s::text[]) AS n(channel, address)
              ORDER BY hashtextextended('bounces at ' || channel || ' ' || address, 0)) AS n
        """,  # in the order of the locks, so that two workers wait and do not embrace
        values,
    )
    rows = connection.execute(
        """
        SELECT n.channel, n.address, e.touch_id, e.occurred_at, e.data
        FROM unnest(%(channels)s::text[], %(addresses)s::text[]) AS n(channel, address)
        CROSS JOIN LATERAL (
            SELECT id FROM touches t
            WHERE lower(t.address) = n.address AND t.channel = n.channel AND t.state = 'failed' OFFSET 0) AS t
        CROSS JOIN LATERAL (
            SELECT touch_id, occurred_at, data FROM events WHERE touch_id = t.id AND type = 'bounced' OFFSET 0) AS e
        """,  # OFFSET 0: address by address, through the indexes; a join is planned by statistics that a storm outruns
        values,
    )
    found: defaultdict[Place, list[KnownBounce]] = defaultdict(list)
    for channel, address, touch_id, at, data in rows:
        kind = BounceKind(data["bounce"]) if "bounce" in data else kind_of_bounce(data)
        action = _action(data.get("carrier_action"))
        found[Channel(channel), address].append(KnownBounce(touch_id, at, kind, action))
    return dict(found)


def _action(said: str | None) -> CarrierAction | None:
    """What a carrier's report asks for; a word we do not know asks for nothing."""
    if said is None:
        return None
    return CarrierAction(said) if said in set(CarrierAction) else CarrierAction.NONE
