"""Households with random lives: nothing forgotten, nothing outside its season or after a booking, nothing twice."""

import random
from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from outreach.domain.care.due_services.facts import FactKind
from outreach.domain.care.due_services.rounds import RoundState
from outreach.domain.care.due_services.service import First, Holder, Service, season_between
from tests.domain.care.lives import DAY, Life, a_member, a_service

BEGIN, END = date(2023, 11, 1), date(2028, 6, 30)
SEASONS = [None, ("06-01", "09-20"), ("11-15", "02-10"), ("easter - 20", "easter + 40"), ("02-29", "04-30")]


def a_random_life(chance: random.Random) -> Life:
    services = []
    for number in range(1, chance.randrange(2, 5)):
        edges = chance.choice(SEASONS)
        service = a_service(
            number,
            f"service-{number}",
            interval_months=chance.choice([6, 12, 12, 18, 24]),
            lead_days=chance.choice([0, 14, 30, 60]),
            season=season_between({"from": edges[0], "to": edges[1]}) if edges else None,
            attempts=chance.choice([1, 2, 3]),
            gap_days=chance.choice([7, 14, 21]),
            holder=chance.choice(list(Holder)),
            first=chance.choice([First(12), First(0), First(None)]),
        )
        services.append(service)
    members = [
        a_member(id_, since=BEGIN - timedelta(days=chance.randrange(2000)), may_call=chance.random() < 0.8)
        for id_ in range(1, chance.randrange(2, 5))
    ]
    return Life(services, members, late=chance.choice([0, 0, 1, 3, 6, None]))


def live_at_random(life: Life, chance: random.Random) -> None:
    """Lives to the end, with bookings and visits, some of them told late, days without a look and looks too many."""
    waiting: list[tuple[date, Service, FactKind, date, int]] = []
    day = BEGIN
    while day <= END:
        if chance.random() < 0.006:
            service, member = chance.choice(life.services), chance.choice(life.members)
            told = day + timedelta(days=chance.choice([0, 0, 0, 3, 40]))
            waiting.append((told, service, FactKind.BOOKED, day, member.contact_id))
            if chance.random() < 0.7:
                done = day + timedelta(days=chance.randrange(1, 20))
                waiting.append((done, service, FactKind.DONE, done, member.contact_id))
        for item in [one for one in waiting if one[0] <= day]:
            waiting.remove(item)
            _, service, kind, on, contact_id = item
            life.tell(service, kind, on, contact_id=contact_id)
        if chance.random() < 0.05:
            life.look(day)
        if chance.random() < 0.03:
            life.open_calls.clear()
        if chance.random() > 0.02:  # else nobody was running that day
            life.day(day)
        day += DAY


def in_season(service: Service, day: date) -> bool:
    return service.in_season(day)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 2**32))
def test_whatever_happens_a_household_is_looked_after(seed: int) -> None:
    chance = random.Random(seed)
    life = a_random_life(chance)
    live_at_random(life, chance)
    by_id = {service.id: service for service in life.services}
    for one in life.sent:
        for service in (by_id[id_] for id_ in one.message.services):
            assert in_season(service, one.asked_on)
            assert one.sent_on is None or in_season(service, one.sent_on)
    for day, _, service_ids in life.calls:
        assert all(in_season(by_id[id_], day) for id_ in service_ids)
    for round in life.rounds:
        service = by_id[round.service_id]
        assert 0 <= round.attempts <= service.attempts
        assert sum(
            other.is_open for other in life.rounds if (other.service_id, other.holder) == (service.id, round.holder)
        ) <= (1 if round.is_open else len(life.rounds))
    causes = [one.message.cause for one in life.sent]
    assert len(set(causes)) == len(causes)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 2**32))
def test_no_service_is_forgotten_and_none_asked_for_after_a_booking(seed: int) -> None:
    """Judged day by day by the facts alone: what is due in its season has a round, what was done lately has none."""
    chance = random.Random(seed)
    life = a_random_life(chance)
    (service,) = life.services = life.services[:1]
    life.late = 0
    day = BEGIN
    while day <= END:
        if chance.random() < 0.01:
            kind = chance.choice([FactKind.BOOKED, FactKind.DONE])
            life.tell(service, kind, day, contact_id=chance.choice(life.members).contact_id)
        asked = len(life.sent)
        life.day(day)
        holders = [life.id] if service.holder is Holder.PLACE else [one.contact_id for one in life.members]
        for holder in holders:
            known = [fact.on for fact in life.facts.get((service.id, holder), ())]
            rounds = [one for one in life.rounds if one.holder == holder]
            running = [one for one in rounds if one.is_open]
            if known and day < service.due_after(max(known)) - timedelta(days=service.lead_days + 30):
                assert all(one.state is RoundState.BOOKED for one in running)
                assert holder != life.id or len(life.sent) == asked
            elif known and day >= service.due_after(max(known)) and in_season(service, day):
                tried = [one for one in rounds if one.opened_on > max(known)]
                assert running or tried
        day += DAY
