"""How the services of a contact and its household stand, from the same facts and by the same rules as the look."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from outreach.db.queries.due_services import load_households
from outreach.db.queries.households import find_household
from outreach.db.queries.offered_services import load_services
from outreach.db.queries.service_facts import FactLine, load_fact_lines
from outreach.db.session import Database
from outreach.domain.care.due_services.facts import Fact, Remark, remarks
from outreach.domain.care.due_services.household import Household
from outreach.domain.care.due_services.rounds import Round
from outreach.domain.care.due_services.service import Holder, Service
from outreach.domain.care.due_services.settle import case_of


@dataclass(frozen=True, slots=True)
class ServiceStanding:
    """One service of a contact or of its household's place.

    Attributes:
        names: by locale. of_place: it belongs to the household.
        last: when it was done or is booked for, if anybody knows. due_on: when it is due.
        asks_from: when we ask for it; None while we do, or if nobody knows the season.
        needed: the customer still wants it. booked_on: while there is an appointment.
        round: the open one, else the last, None if there never was one.
        facts: what is known, newest first, each with how it was taken.
    """

    service_id: int
    names: Mapping[str, str]
    of_place: bool
    last: date | None
    due_on: date
    asks_from: date | None
    needed: bool
    booked_on: date | None
    round: Round | None
    facts: tuple[tuple[FactLine, Remark], ...]


def explain_services(*, db: Database, contact_id: int, now: datetime) -> list[ServiceStanding]:
    """Every service that the contact or its household needs, in the order of the pack.

    A contact that came today has none yet: households are gathered once a day.
    """
    with db.raw_transaction() as connection:
        household_id = find_household(connection, contact_id)
        if household_id is None:
            return []
        services = load_services(connection)
        campaigns = {service.campaign for service in services}
        (household,) = load_households(connection, {household_id: 0}, campaigns=campaigns, now=now)
        lines = {line.id: line for line in load_fact_lines(connection, household_id)}
    today = now.astimezone(UTC).date()
    return [
        _standing(household, service, holder, lines=lines, today=today)
        for service in services
        for holder in household.holders(service)
        if service.holder is Holder.PLACE or holder == contact_id
    ]


def _asks_from(service: Service, due_on: date, today: date) -> date | None:
    return service.next_open(max(today, due_on - timedelta(days=service.lead_days)))


def _standing(
    household: Household, service: Service, holder: int, *, lines: Mapping[int, FactLine], today: date
) -> ServiceStanding:
    case = case_of(household, service, holder, today=today)
    facts: tuple[Fact, ...] = household.facts.get((service.id, holder), ())
    taken = remarks(facts, settles=service.settles)
    known = [(lines[fact.id], taken[fact.id]) for fact in facts if fact.id in lines]
    return ServiceStanding(
        service_id=service.id,
        names=service.names,
        of_place=service.holder is Holder.PLACE,
        last=case.standing.last,
        due_on=case.due_on,
        asks_from=None if case.round else _asks_from(service, case.due_on, today),
        needed=case.standing.needed,
        booked_on=case.standing.booked,
        round=case.round or case.before,
        facts=tuple(sorted(known, key=lambda one: (one[0].on_day, one[0].id), reverse=True)),
    )
