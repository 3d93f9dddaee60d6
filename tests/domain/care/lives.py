"""Households that live day by day on a clock of their own."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from outreach.domain.care.due_services.facts import Fact, FactKind
from outreach.domain.care.due_services.household import Household, Invited, Look, Member, Message, Whose
from outreach.domain.care.due_services.look import look_after
from outreach.domain.care.due_services.rounds import Round, RoundState
from outreach.domain.care.due_services.service import First, Holder, Service, season_between

DAY = timedelta(days=1)
MAIL = "due-services"


def a_service(id: int = 1, key: str = "chimney", **values: object) -> Service:
    """Once a year in summer, of the house, three messages two weeks apart."""
    defaults: dict[str, object] = {
        "names": {"en": f"the {key}"},
        "interval_months": 12,
        "lead_days": 30,
        "season": season_between({"from": "06-01", "to": "09-20"}),
        "attempts": 3,
        "gap_days": 14,
        "holder": Holder.PLACE,
        "first": First(12),
        "campaign": MAIL,
    }
    return Service(id=id, key=key, **(defaults | values))  # type: ignore[arg-type]


def a_member(contact_id: int = 1, **values: object) -> Member:
    """Somebody who may be written to and called."""
    defaults: dict[str, object] = {
        "first_name": f"Anna{contact_id}",
        "industry": "households",
        "attributes": {},
        "since": date(2020, 1, 1),
        "campaigns": frozenset({MAIL}),
        "may_call": True,
    }
    return Member(contact_id=contact_id, **(defaults | values))  # type: ignore[arg-type]


@dataclass
class Sent:
    """A message that was asked for, and what became of it."""

    message: Message
    asked_on: date
    sent_on: date | None = None
    withdrawn_on: date | None = None

    def fate(self, today: date) -> Invited | None:
        """As the planner would tell it."""
        if self.sent_on:
            return Invited(waiting=False, sent_on=self.sent_on)
        return Invited(waiting=True) if not self.withdrawn_on and today <= self.message.closes_on else None


@dataclass
class Life:
    """One household, its services, and everything that was said to it.

    `late` is how many days pass until the planner sends a message; None if it never does.
    """

    services: list[Service]
    members: list[Member]
    late: int | None = 0
    id: int = 900
    rounds: list[Round] = field(default_factory=list)
    facts: dict[Whose, list[Fact]] = field(default_factory=dict)
    sent: list[Sent] = field(default_factory=list)
    calls: list[tuple[date, int, tuple[int, ...]]] = field(default_factory=list)
    open_calls: set[int] = field(default_factory=set)
    next_on: date = date.min

    def tell(self, service: Service, kind: FactKind, on: date, *, contact_id: int = 1) -> None:
        """A fact is told; the household is looked at again."""
        holder = self.id if service.holder is Holder.PLACE else contact_id
        known = self.facts.setdefault((service.id, holder), [])
        known.append(Fact(sum(map(len, self.facts.values())) + 1, kind, on, contact_id))
        self.next_on = date.min

    def look(self, today: date) -> Look:
        """One look, whether it is time or not, and what it comes to."""
        household = Household(
            id=self.id,
            members=tuple(self.members),
            facts={whose: tuple(facts) for whose, facts in self.facts.items()},
            rounds=tuple(self.rounds),
            invited={one.message.cause: fate for one in self.sent if (fate := one.fate(today))},
            called=frozenset(self.open_calls),
            messages=len(self.sent),
        )
        look = look_after(household, self.services, today=today)
        for one in look.rounds:
            if one.id:
                self.rounds = [one if was.id == one.id else was for was in self.rounds]
            else:
                self.rounds.append(replace(one, id=len(self.rounds) + 1))
        for withdrawal in look.withdrawals:
            for one in self.sent:
                if one.message.cause == withdrawal.cause:
                    one.withdrawn_on = today
        self.sent += [Sent(message, today) for message in look.messages]
        self.open_calls -= look.moot_calls
        for call in look.calls:
            self.calls.append((today, call.contact_id, call.services))
            self.open_calls.add(call.contact_id)
        self.next_on = look.next_on
        return look

    def day(self, today: date) -> None:
        """A day passes: a look if it is time, and the planner sends what it wants to send."""
        if today >= self.next_on:
            self.look(today)
        for one in self.sent:
            wanted = self.late is not None and today >= one.asked_on + self.late * DAY
            if wanted and not one.sent_on and not one.withdrawn_on and today <= one.message.closes_on:
                one.sent_on = today

    def live(self, first: date, last: date) -> None:
        """Every day from the first to the last."""
        for number in range((last - first).days + 1):
            self.day(first + number * DAY)

    def told(self) -> list[tuple[date, str, tuple[int, ...]]]:
        """What was sent: day, edition, services."""
        return [(one.sent_on, one.message.edition, one.message.services) for one in self.sent if one.sent_on]

    def states(self) -> list[RoundState]:
        """Of the rounds, in their order."""
        return [one.state for one in self.rounds]
