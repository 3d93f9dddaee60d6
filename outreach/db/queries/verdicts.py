"""Opens and clicks with what is held of them: who made each, how sure that is, and why."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import psycopg
from psycopg.rows import class_row, dict_row

from outreach.db.columns import array_text
from outreach.domain.engagement import Verdict, Visit
from outreach.domain.events import Actor, EventType


@dataclass(frozen=True, slots=True)
class StoredVisit:
    """An open or click in the ledger.

    Attributes:
        event_id, key, type: of the event.
        actor: what was held so far of who made it. probability: that a person did; None if it was never weighed.
        evidence: the clues so far.
        at: business time. visit: what a verdict needs.
    """

    event_id: int
    key: str
    type: EventType
    actor: Actor
    probability: float | None
    evidence: tuple[str, ...]
    at: datetime
    visit: Visit

    def stands(self, verdict: Verdict) -> bool:
        """Whether `verdict` says what is held already."""
        held = self.actor, self.probability, self.evidence
        return held == (verdict.actor, verdict.probability, verdict.evidence)


def load_visits(connection: psycopg.Connection, touch_ids: Collection[UUID]) -> dict[UUID, list[StoredVisit]]:
    """Every open and click of these messages, by message."""
    visits: defaultdict[UUID, list[StoredVisit]] = defaultdict(list)
    with connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(
            """
            SELECT e.id, e.key, e.touch_id, e.type, e.actor, e.probability, e.evidence, e.occurred_at, e.data,
                   p.domain IS NOT NULL AS repeats
            FROM events e JOIN touches t ON t.id = e.touch_id
            LEFT JOIN domain_patterns p ON p.domain = lower(split_part(t.address, '@', 2))
                 AND p.network = e.data ->> 'network' AND p.user_agent = e.data ->> 'user_agent'
            WHERE e.touch_id = ANY(%s::uuid[]) AND e.type IN ('opened', 'clicked')
            """,
            (array_text(touch_ids),),
        )
        for row in rows:
            visits[row["touch_id"]].append(
                StoredVisit(
                    event_id=row["id"],
                    key=row["key"],
                    type=EventType(row["type"]),
                    actor=Actor(row["actor"]),
                    probability=row["probability"],
                    evidence=tuple(row["evidence"]),
                    at=row["occurred_at"],
                    visit=_visit(row["occurred_at"], row["data"], repeats=row["repeats"]),
                )
            )
    return visits


def _visit(at: datetime, data: Mapping[str, str], *, repeats: bool) -> Visit:
    return Visit(
        target=data.get("target") or data.get("url", ""),
        at=at,
        arrived=datetime.fromisoformat(data["arrived"]) if "arrived" in data else at,
        user_agent=data.get("user_agent", ""),
        network=data.get("network", ""),
        filtered_by=data.get("filtered_by", ""),
        repeats=repeats,
        said=Actor(data["said"]),
    )


def store_verdicts(connection: psycopg.Connection, verdicts: Mapping[int, Verdict]) -> None:
    """Writes who made each visit, how sure that is and why, by id of the event."""
    connection.execute(
        """
        UPDATE events e SET actor = n.actor, probability = n.probability,
                            evidence = CASE n.evidence WHEN '' THEN '{}' ELSE string_to_array(n.evidence, ' ') END
        FROM unnest(%s::bigint[], %s::text[], %s::float8[], %s::text[]) AS n(id, actor, probability, evidence)
        WHERE e.id = n.id
        """,
        (
            list(verdicts),
            [verdict.actor.value for verdict in verdicts.values()],
            [verdict.probability for verdict in verdicts.values()],
            [" ".join(verdict.evidence) for verdict in verdicts.values()],
        ),
    )


@dataclass(frozen=True, slots=True)
class FirstReads:
    """When a person first opened and first followed a link of a message; None if nobody did."""

    touch_id: UUID
    opened_at: datetime | None
    clicked_at: datetime | None

    @classmethod
    def of(cls, touch_id: UUID, stored: Sequence[StoredVisit], verdicts: Sequence[Verdict]) -> "FirstReads":
        """The first reads among the visits of a message, by the verdicts on them in the same order."""
        people = [one for one, verdict in zip(stored, verdicts, strict=True) if verdict.actor is Actor.HUMAN]
        first = {
            kind: min((one.at for one in people if one.type is kind), default=None)
            for kind in (EventType.OPENED, EventType.CLICKED)
        }
        return cls(touch_id, first[EventType.OPENED], first[EventType.CLICKED])


def store_first_reads(connection: psycopg.Connection, reads: Sequence[FirstReads]) -> set[UUID]:
    """Writes first reads on their messages; those for which that was news."""
    rows = connection.execute(
        """
        UPDATE touches t SET opened_at = n.opened_at, clicked_at = n.clicked_at
        FROM unnest(%s::uuid[], %s::timestamptz[], %s::timestamptz[]) AS n(id, opened_at, clicked_at)
        WHERE t.id = n.id AND (t.opened_at, t.clicked_at) IS DISTINCT FROM (n.opened_at, n.clicked_at)
        RETURNING t.id
        """,
        (
            [read.touch_id for read in reads],
            [read.opened_at for read in reads],
            [read.clicked_at for read in reads],
        ),
    )
    return {row[0] for row in rows}


@dataclass(frozen=True, slots=True)
class DomainPattern:
    """A program on a network that visits most messages to a domain at once."""

    domain: str
    network: str
    user_agent: str


def note_domain_patterns(
    connection: psycopg.Connection, *, since: datetime, at_once: float, recipients: int, share: float, now: datetime
) -> list[DomainPattern]:
    """Finds such visitors and keeps them for good; those that are new.

    What was found once stays: whoever scans a domain's mail is not a person the week after.

    Args:
        since: only messages that left then or later, and their visits.
        at_once: seconds from sending within which a visit counts.
        recipients: addresses of the domain that such visits must reach at least.
        share: of the domain's addresses that we wrote to, from 0 to 1, that they must reach at least.
    """
    with connection.cursor(row_factory=class_row(DomainPattern)) as cursor:
        return cursor.execute(
            """
            WITH sent AS MATERIALIZED (
                SELECT id, sent_at, lower(address) AS address, lower(split_part(address, '@', 2)) AS domain
                FROM touches WHERE channel = 'email' AND sent_at >= %(since)s
            ), hasty AS (
                SELECT s.domain, e.data ->> 'network' AS network, e.data ->> 'user_agent' AS user_agent,
                       count(DISTINCT s.address) AS reached
                FROM events e JOIN sent s ON s.id = e.touch_id
                WHERE e.type IN ('opened', 'clicked') AND e.occurred_at >= %(since)s
                  AND e.occurred_at < s.sent_at + %(at_once)s * interval '1 second'
                  AND e.data ->> 'network' <> '' AND e.data ->> 'user_agent' IS NOT NULL
                GROUP BY 1, 2, 3 HAVING count(DISTINCT s.address) >= %(recipients)s
            ), written AS (
                SELECT domain, count(DISTINCT address) AS addresses FROM sent
                WHERE domain IN (SELECT domain FROM hasty) GROUP BY domain)
            INSERT INTO domain_patterns (domain, network, user_agent, found_at)
            SELECT h.domain, h.network, h.user_agent, %(now)s FROM hasty h JOIN written w ON w.domain = h.domain
            WHERE h.reached >= %(share)s * w.addresses
            ORDER BY 1, 2, 3 ON CONFLICT DO NOTHING RETURNING domain, network, user_agent
            """,
            {"since": since, "at_once": at_once, "recipients": recipients, "share": share, "now": now},
        ).fetchall()


def visited_touches(connection: psycopg.Connection, *, since: datetime, after: UUID | None, limit: int) -> list[UUID]:
    """Up to `limit` messages that were opened or clicked at `since` or later, in the order of their ids.

    Args:
        after: only ids above this one; None for all.
    """
    rows = connection.execute(
        """
        SELECT DISTINCT touch_id FROM events
        WHERE occurred_at >= %(since)s AND type IN ('opened', 'clicked') AND touch_id IS NOT NULL
          AND (%(after)s::uuid IS NULL OR touch_id > %(after)s::uuid)
        ORDER BY touch_id LIMIT %(limit)s
        """,
        {"since": since, "after": after, "limit": limit},
    )
    return [row[0] for row in rows]
