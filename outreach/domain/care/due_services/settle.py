"""How one service stands for one holder: when it is due, and what the facts make of its open round."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from outreach.domain.care.due_services.facts import Standing, standing
from outreach.domain.care.due_services.household import Household, Invited
from outreach.domain.care.due_services.rounds import Ending, Round, RoundState
from outreach.domain.care.due_services.service import Service

#: A call stays on the list for so long; then the service rests.
LISTED_FOR = timedelta(days=28)
#: A message that is planned and does not leave is given up so long after its last day.
STUCK_AFTER = timedelta(days=7)
#: What is due so soon joins a message that goes out anyway.
JOINS_WITHIN = timedelta(days=30)


@dataclass(slots=True)
class Case:
    """One service of one holder, while a household is looked at.

    Attributes:
        due_on: the day of the round that is open or comes next.
        round: the open one. before: the newest that is over.
        invited: what became of the last message of the open round; None if there was none or it came to nothing.
    """

    service: Service
    holder: int
    standing: Standing
    due_on: date
    round: Round | None
    before: Round | None
    invited: Invited | None = None

    @property
    def is_stuck(self) -> bool:
        """Whether a message may still be sent, and has had all the time it may take."""
        return self.invited is not None and not self.invited.waiting and self.invited.sent_on is None

    @property
    def is_waiting(self) -> bool:
        """Whether a message of the open round may still be sent."""
        asked = self.round is not None and self.round.state is RoundState.ASKED
        return asked and self.invited is not None and self.invited.waiting

    @property
    def next_step(self) -> date | None:
        """The day after the pause behind the last message; None if there was none."""
        return self.round.asked_on + self.service.gap if self.round and self.round.asked_on else None

    def may_open(self, today: date, *, early: timedelta = timedelta()) -> bool:
        """Whether a new round may begin, or could so much later."""
        if self.round is not None or not self.standing.needed or self.standing.booked is not None:
            return False
        rested = self.before is None or not self.before.asked_on or self.before.asked_on + self.service.gap <= today
        asks_from = self.due_on - timedelta(days=self.service.lead_days) - early
        return rested and asks_from <= today and self.service.in_season(today)


def case_of(household: Household, service: Service, holder: int, *, today: date) -> Case:
    """How a service stands for a holder; what has changed of its round is in the case."""
    own = [one for one in household.rounds if (one.service_id, one.holder) == (service.id, holder)]
    round = next((one for one in own if one.is_open), None)
    before = max((one for one in own if not one.is_open), key=lambda one: (one.opened_on, one.id), default=None)
    facts = household.facts.get((service.id, holder), ())
    found = standing(facts, settles=service.settles, today=today)
    due_on = service.due_after(found.last) if found.last else service.first.due_on(household.since(service, holder))
    if before is not None and before.ended_as is Ending.RESTED:
        due_on = max(due_on, service.due_after(before.opened_on))
    case = Case(service, holder, found, due_on, round, before)
    if round is not None:
        case.round = _settled(round, case, today=today)
        _read_invitation(case, household, today=today)
    return case


def _settled(round: Round, case: Case, *, today: date) -> Round:
    """What the facts make of an open round."""
    found, service = case.standing, case.service
    moved_on = case.due_on > round.due_on and case.due_on - timedelta(days=service.lead_days) > today
    if not found.needed:
        return round.ended(Ending.NOT_NEEDED, today=today)
    if found.booked is not None:
        return replace(round, booked_on=found.booked) if round.booked_on else round.booked(found.booked)
    if moved_on:
        return round.ended(Ending.DONE if found.last else Ending.NOT_NEEDED, today=today)
    if round.state is RoundState.BOOKED:
        round = round.unbooked()
    if not service.in_season(today):
        listed = round.state is RoundState.LISTED
        return round.ended(Ending.RESTED if listed else Ending.SEASON_OVER, today=today)
    if round.state is RoundState.LISTED and round.listed_on and round.listed_on + LISTED_FOR <= today:
        return round.ended(Ending.RESTED, today=today)
    return replace(round, due_on=case.due_on)


def _read_invitation(case: Case, household: Household, *, today: date) -> None:
    """What became of the last message."""
    round = case.round
    if round is None or not round.cause:
        return
    case.invited = household.invited.get(round.cause)
    if case.invited and case.invited.sent_on:
        case.round = replace(round, told=True, asked_on=max(case.invited.sent_on, round.asked_on or date.min))
    elif case.is_waiting and case.next_step and today >= case.next_step + STUCK_AFTER:
        case.invited = Invited(waiting=False)
