"""Households with everything that a look at their services needs, in chunks; and what a look comes to, written back.

Whoever looks at a household holds its row, so that two never look at the same one at once.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

import psycopg
from psycopg.rows import class_row

from outreach.db.queries.daily_jobs import forget_run_of
from outreach.db.queries.invitations import Fate, load_fates
from outreach.domain.care.due_services.facts import Fact, FactKind
from outreach.domain.care.due_services.household import Household, Invited, Member, Whose
from outreach.domain.care.due_services.rounds import Ending, Round, RoundState

#: The name under which the day of the last full look is noted.
DAILY = "services"


def look_at_services_anew(connection: psycopg.Connection, *, now: datetime) -> None:
    """Has everything gathered and every household looked at once more: what is offered has changed."""
    forget_run_of(connection, DAILY)
    connection.execute("UPDATE households SET look_at = %(now)s WHERE look_at > %(now)s", {"now": now})


def claim_households(connection: psycopg.Connection, *, now: datetime, limit: int) -> dict[int, int]:
    """Households whose turn it is, with the number of messages they had, held until the transaction ends."""
    rows = connection.execute(
        """
        SELECT id, messages FROM households WHERE look_at <= %s ORDER BY look_at, id LIMIT %s
        FOR NO KEY UPDATE SKIP LOCKED
        """,
        (now, limit),
    )
    return dict(rows.fetchall())


def hold_members(connection: psycopg.Connection, household_ids: Collection[int]) -> None:
    """Keeps the members of these households from being erased until the transaction ends."""
    connection.execute(
        """
        SELECT FROM contacts WHERE id IN (SELECT contact_id FROM household_members WHERE household_id = ANY(%s))
        ORDER BY id FOR KEY SHARE
        """,
        (sorted(household_ids),),
    )


def end_rounds_of_other_holders(connection: psycopg.Connection, *, today: date) -> int:
    """Ends open rounds whose service belongs to somebody else since the pack changed; says how many."""
    return connection.execute(
        """
        UPDATE service_rounds r SET state = 'resting', ended_on = %s, ended_as = 'retired' FROM services s
        WHERE s.id = r.service_id AND r.ended_on IS NULL AND (s.holder = 'place') = (r.household_id IS NULL)
        """,
        (today,),
    ).rowcount


_MEMBERS = """
    SELECT m.household_id, c.id AS contact_id, c.first_name, i.key AS industry, c.attributes,
           COALESCE(c.customer_since, c.created_at::date) AS since, g.engaged_at,
           ARRAY(SELECT k.key FROM campaigns k
                 WHERE k.key = ANY(%(campaigns)s) AND k.active
                   AND CASE k.channel WHEN 'email' THEN c.may_email AND c.email <> ''
                                      ELSE c.may_sms AND c.phone <> '' END
                   AND NOT EXISTS (SELECT FROM topic_refusals t WHERE t.contact_id = c.id AND t.campaign_id = k.id)
                   AND NOT EXISTS (SELECT FROM suppressions s
                                   WHERE s.channel = k.channel AND (s.until IS NULL OR s.until > %(now)s)
                                     AND s.address = CASE k.channel WHEN 'email' THEN lower(c.email)
                                                                    ELSE c.phone END)) AS campaigns,
           c.phone <> '' AND NOT EXISTS (
               SELECT FROM suppressions s WHERE s.reason = 'complained' AND s.until IS NULL
                 AND (s.channel = 'email' AND s.address = lower(c.email) OR s.channel = 'sms' AND s.address = c.phone)
           ) AS may_call
    FROM household_members m
    JOIN contacts c ON c.id = m.contact_id
    JOIN industries i ON i.id = c.industry_id
    CROSS JOIN LATERAL (SELECT GREATEST(
        (SELECT max(v.occurred_at) FROM events v WHERE v.contact_id = c.id AND v.actor = 'human'
         AND v.type IN ('opened', 'clicked', 'replied')),
        (SELECT max(s.occurred_at) FROM signals s WHERE s.contact_id = c.id)) AS engaged_at) AS g
    WHERE m.household_id = ANY(%(ids)s) ORDER BY c.id
"""
_FACTS = """
    SELECT f.id, f.service_id, CASE s.holder WHEN 'place' THEN f.household_id ELSE f.contact_id END AS holder,
           f.kind, f.on_day, COALESCE(f.contact_id, 0)
    FROM service_facts f JOIN services s ON s.id = f.service_id
    WHERE CASE s.holder WHEN 'place' THEN f.household_id = ANY(%(ids)s) ELSE f.contact_id = ANY(%(contacts)s) END
"""
_ROUNDS = """
    SELECT r.id, r.service_id, COALESCE(r.household_id, r.contact_id) AS holder, r.state, r.due_on, r.opened_on,
           r.attempts, r.told, r.asked_on, r.asked_id, r.cause, r.listed_on, r.booked_on, r.ended_on, r.ended_as,
           r.household_id
    FROM service_rounds r JOIN services s ON s.id = r.service_id
    WHERE (r.household_id = ANY(%(ids)s) AND s.holder = 'place'
           OR r.contact_id = ANY(%(contacts)s) AND s.holder = 'person')
      AND (r.ended_on IS NULL OR NOT EXISTS (
           SELECT FROM service_rounds o WHERE o.service_id = r.service_id AND o.ended_on IS NOT NULL
             AND (o.household_id = r.household_id OR o.contact_id = r.contact_id)
             AND (o.opened_on, o.id) > (r.opened_on, r.id)))
    ORDER BY r.id
"""


@dataclass(frozen=True, slots=True)
class _MemberRow:
    household_id: int
    contact_id: int
    first_name: str
    industry: str
    attributes: dict[str, object]
    since: date
    engaged_at: datetime | None
    campaigns: list[str]
    may_call: bool


@dataclass(frozen=True, slots=True)
class _RoundRow:
    id: int
    service_id: int
    holder: int
    state: str
    due_on: date
    opened_on: date
    attempts: int
    told: bool
    asked_on: date | None
    asked_id: int | None
    cause: str
    listed_on: date | None
    booked_on: date | None
    ended_on: date | None
    ended_as: str | None
    household_id: int | None

    def round(self) -> Round:
        return Round(
            id=self.id,
            service_id=self.service_id,
            holder=self.holder,
            state=RoundState(self.state),
            due_on=self.due_on,
            opened_on=self.opened_on,
            attempts=self.attempts,
            told=self.told,
            asked_on=self.asked_on,
            asked_id=self.asked_id,
            cause=self.cause,
            listed_on=self.listed_on,
            booked_on=self.booked_on,
            ended_on=self.ended_on,
            ended_as=Ending(self.ended_as) if self.ended_as else None,
        )


def load_households(
    connection: psycopg.Connection, claimed: Mapping[int, int], *, campaigns: Collection[str], now: datetime
) -> list[Household]:
    """Everything about these households (messages by id), by id.

    Args:
        campaigns: keys of those that ask.
    """
    ids = sorted(claimed)
    members: dict[int, list[Member]] = defaultdict(list)
    with connection.cursor(row_factory=class_row(_MemberRow)) as cursor:
        for row in cursor.execute(_MEMBERS, {"ids": ids, "campaigns": list(campaigns), "now": now}):
            member = Member(
                contact_id=row.contact_id,
                first_name=row.first_name,
                industry=row.industry,
                attributes=row.attributes,
                since=row.since,
                engaged_at=row.engaged_at,
                campaigns=frozenset(row.campaigns),
                may_call=row.may_call,
            )
            members[row.household_id].append(member)
    home = {one.contact_id: household_id for household_id, group in members.items() for one in group}
    values = {"ids": ids, "contacts": list(home)}
    facts: dict[Whose, list[Fact]] = defaultdict(list)
    for id_, service_id, holder, kind, on, contact_id in connection.execute(_FACTS, values):
        facts[service_id, holder].append(Fact(id_, FactKind(kind), on, contact_id))
    rounds: dict[int, list[Round]] = defaultdict(list)
    with connection.cursor(row_factory=class_row(_RoundRow)) as rows:
        for found in rows.execute(_ROUNDS, values):
            rounds[found.household_id or home[found.holder]].append(found.round())
    invited = _invitations(connection, [one for group in rounds.values() for one in group], now=now)
    called = _called(connection, [one for group in rounds.values() for one in group])
    # A service is of places or of persons, so a household finds its own among them all.
    known = {whose: tuple(found) for whose, found in facts.items()}
    return [
        Household(
            id=id_,
            members=tuple(members[id_]),
            facts=known,
            rounds=tuple(rounds[id_]),
            invited=invited,
            called=called,
            messages=claimed[id_],
        )
        for id_ in ids
    ]


def _invitations(connection: psycopg.Connection, rounds: list[Round], *, now: datetime) -> dict[str, Invited]:
    """What became of the last message of each open round that has one, by cause."""
    causes = {(one.asked_id, one.cause) for one in rounds if one.is_open and one.cause and one.asked_id}
    found = {}
    for fate in load_fates(connection, [(id_, cause) for id_, cause in sorted(causes) if id_], now=now):
        if fate.fate in (Fate.OPEN, Fate.PLANNED):
            found[fate.cause] = Invited(waiting=True)
        elif fate.fate is Fate.SENT:
            found[fate.cause] = Invited(waiting=False, sent_on=fate.at.astimezone(UTC).date())
    return found


def _called(connection: psycopg.Connection, rounds: list[Round]) -> frozenset[int]:
    """Who of those on the phone list has an open call."""
    listed = [one.asked_id for one in rounds if one.state is RoundState.LISTED]
    rows = connection.execute(
        "SELECT contact_id FROM tasks WHERE kind = 'call' AND closed_at IS NULL AND contact_id = ANY(%s)", (listed,)
    )
    return frozenset(contact_id for (contact_id,) in rows)
