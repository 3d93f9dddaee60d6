"""A look at one household: which rounds begin and end, which message is asked for, who is to be called.

Pure, and the same whenever it is done: a look that was missed is made up for by the next, one too many changes nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby

from outreach.domain.care.due_services.household import (
    FIRST,
    LAST,
    REMINDER,
    Call,
    Household,
    Look,
    Member,
    Message,
    Withdrawal,
)
from outreach.domain.care.due_services.next_look import call_on, next_look
from outreach.domain.care.due_services.rounds import Ending, Round, RoundState
from outreach.domain.care.due_services.service import Holder, Service
from outreach.domain.care.due_services.settle import JOINS_WITHIN, Case, case_of

#: A reminder that would follow this soon joins a message that goes out anyway.
JOINS_EARLY = timedelta(days=7)
#: More names than these say nothing.
MOST_PEOPLE = 4

_DAY = timedelta(days=1)


@dataclass(slots=True)
class _Looking:
    """A look in progress."""

    household: Household
    today: date
    cases: list[Case] = field(default_factory=list)
    others: list[Round] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    withdrawals: list[Withdrawal] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)

    def in_state(self, *states: RoundState) -> list[Case]:
        return [case for case in self.cases if case.round is not None and case.round.state in states]


def look_after(household: Household, services: Sequence[Service], *, today: date) -> Look:
    """What is to be done about a household on `today`.

    Args:
        services: those on offer, in the order of the pack.
        today: the civil day of the business.
    """
    looking = _Looking(household, today)
    looking.cases = [
        case_of(household, service, holder, today=today)
        for service in services
        for holder in household.holders(service)
    ]
    known = {(case.service.id, case.holder) for case in looking.cases}
    looking.others = [
        one.ended(_strayed(one, services), today=today)
        for one in household.rounds
        if one.is_open and (one.service_id, one.holder) not in known
    ]
    _rest_after_calls(looking)
    _take_back(looking)
    for case in looking.cases:
        if case.may_open(today):
            _open(case, today)
    for campaign, cases in _by_campaign(looking.cases):
        _ask(looking, campaign, cases)
    _list(looking)
    return _told(looking)


def _by_campaign(cases: Iterable[Case]) -> list[tuple[str, list[Case]]]:
    ordered = sorted(cases, key=lambda case: case.service.campaign)
    return [(key, list(group)) for key, group in groupby(ordered, key=lambda case: case.service.campaign)]


def _strayed(round: Round, services: Iterable[Service]) -> Ending:
    """How a round ends whose holder does not need the service here."""
    service = next((one for one in services if one.id == round.service_id), None)
    if service is None:
        return Ending.RETIRED
    return Ending.MOVED if service.holder is Holder.PLACE else Ending.NOT_NEEDED


def _open(case: Case, today: date) -> None:
    case.round = Round(0, case.service.id, case.holder, RoundState.DUE, due_on=case.due_on, opened_on=today)


def _rest_after_calls(looking: _Looking) -> None:
    """Ends the rounds whose call was made."""
    for case in looking.in_state(RoundState.LISTED):
        round = case.round
        if (
            round
            and round.listed_on
            and round.listed_on < looking.today
            and round.asked_id not in looking.household.called
        ):
            case.round = round.ended(Ending.RESTED, today=looking.today)


def _take_back(looking: _Looking) -> None:
    """Takes back messages that say what is no longer so, or were for somebody who left; the rest is asked anew."""
    here = {one.contact_id for one in looking.household.members}
    before = {one.id: one for one in looking.household.rounds if one.is_open}
    gone: dict[str, int] = {}
    stuck: dict[str, int] = {}
    for one in (*(case.round for case in looking.cases), *looking.others):
        was = before.get(one.id) if one else None
        if one is None or was is None or was.state is not RoundState.ASKED or was.asked_id is None:
            continue
        invited = looking.household.invited.get(was.cause)
        if invited and invited.waiting and (one.state is not was.state or was.asked_id not in here):
            gone[was.cause] = was.asked_id
    for case in looking.cases:
        round = case.round
        if round is None or round.asked_id is None:
            continue
        if round.cause in gone:
            case.round, case.invited = round.unasked(), None
        elif case.is_stuck and round.state is RoundState.ASKED:
            # Whoever takes the next step must not be overtaken by it.
            stuck[round.cause] = round.asked_id
    looking.others = [one.unasked() if one.cause in gone else one for one in looking.others]
    looking.withdrawals = [Withdrawal(contact_id, cause) for cause, contact_id in sorted((gone | stuck).items())]


def _ask(looking: _Looking, campaign: str, cases: Sequence[Case]) -> None:
    """Asks one member about everything of a campaign whose turn it is, and what is nearly due with it."""
    today = looking.today
    turn = [case for case in cases if _is_turn(case, today)]
    if not turn or _waits_for_next(cases, turn, today):
        return
    asker = _first_choice(one for one in looking.household.members if campaign in one.campaigns)
    if asker is None:
        return
    for case in cases:
        if case.may_open(today, early=JOINS_WITHIN):
            _open(case, today)
            turn.append(case)
        elif case not in turn and _is_turn(case, today + JOINS_EARLY) and case.service.in_season(today):
            turn.append(case)
    turn.sort(key=cases.index)
    cause = f"services {looking.household.id}/{looking.household.messages + len(looking.messages) + 1}"
    edition = _edition(turn)
    closes_on = min(min(today + case.service.gap - _DAY, case.service.season_end(today) or date.max) for case in turn)
    for case in turn:
        if case.round is not None:
            case.round = case.round.asked(today=today, contact_id=asker.contact_id, cause=cause)
    looking.messages.append(
        Message(
            contact_id=asker.contact_id,
            campaign=campaign,
            edition=edition,
            closes_on=closes_on,
            cause=cause,
            services=tuple(dict.fromkeys(case.service.id for case in turn)),
            people=_people(looking.household, turn, asker),
        )
    )


def _is_turn(case: Case, today: date) -> bool:
    """Whether the next message about it may be asked for."""
    round = case.round
    if round is None or round.state not in (RoundState.DUE, RoundState.ASKED) or case.is_waiting:
        return False
    return round.attempts < case.service.attempts and (case.next_step is None or case.next_step <= today)


def _waits_for_next(cases: Sequence[Case], turn: Sequence[Case], today: date) -> bool:
    """Whether something new can wait until the household's last message has had its time.

    It cannot where its season would be over by then.
    """
    steps = [case.next_step for case in cases if case.round and case.round.state is RoundState.ASKED and case.next_step]
    pending = [step for step in steps if step > today]
    waiting = any(case.is_waiting for case in cases)
    if not pending and not waiting:
        return False
    until = min(pending, default=today + _DAY)
    return all(until <= (case.service.season_end(today) or date.max) for case in turn)


def _edition(turn: Iterable[Case]) -> str:
    rounds = [(case.round, case.service) for case in turn if case.round is not None]
    if not all(round.told for round, _ in rounds):
        return FIRST
    is_last = all(round.attempts + 1 >= service.attempts for round, service in rounds)
    return LAST if is_last else REMINDER


def _people(household: Household, turn: Iterable[Case], asker: Member) -> tuple[str, ...]:
    """First names of the others whom a message is about."""
    persons = {case.holder for case in turn if case.service.holder is Holder.PERSON}
    of_place = any(case.service.holder is Holder.PLACE for case in turn)
    others = [
        one.first_name
        for one in household.members
        if one is not asker and one.first_name and (of_place or one.contact_id in persons)
    ]
    return tuple(others) if len(others) <= MOST_PEOPLE else ()


def _first_choice(members: Iterable[Member], *, asked: int | None = None) -> Member | None:
    """Who is asked for all: whoever was asked before, then whoever did something last, of equals the first."""

    def rank(one: Member) -> tuple[bool, float, int]:
        engaged = -one.engaged_at.timestamp() if one.engaged_at else 0.0
        return one.contact_id != asked, engaged, one.contact_id

    return min(members, key=rank, default=None)


def _list(looking: _Looking) -> None:
    """Puts those on the phone list whom no further message will reach; where nobody can be called, it rests."""
    today, members = looking.today, looking.household.members
    called: set[int] = set()
    for case in looking.in_state(RoundState.DUE, RoundState.ASKED):
        round = case.round
        used_up = _is_used_up(case, today)
        if round is None or not (used_up or _is_unreachable(case, members, today)):
            continue
        callee = _first_choice((one for one in members if one.may_call), asked=round.asked_id)
        if callee is not None:
            case.round = round.listed(today=today, contact_id=callee.contact_id)
            called.add(callee.contact_id)
        elif used_up:
            case.round = round.ended(Ending.RESTED, today=today)
    for contact_id in sorted(called):
        # One call about everything, also about what was on the list already.
        cases = [one for one in looking.in_state(RoundState.LISTED) if one.round and one.round.asked_id == contact_id]
        rounds = [case.round for case in cases if case.round is not None]
        services = tuple(dict.fromkeys(case.service.id for case in cases))
        due_on, attempts = min(one.due_on for one in rounds), max(one.attempts for one in rounds)
        looking.calls.append(Call(contact_id, services, due_on, attempts))


def _is_unreachable(case: Case, members: Sequence[Member], today: date) -> bool:
    """Whether the next message could go to nobody."""
    return _is_turn(case, today) and not any(case.service.campaign in one.campaigns for one in members)


def _is_used_up(case: Case, today: date) -> bool:
    """Whether it is time to call: after the last message, or while the season still lasts."""
    round = case.round
    if round is None or round.state is not RoundState.ASKED or case.is_waiting or case.next_step is None:
        return False
    if round.attempts >= case.service.attempts and case.next_step <= today:
        return True
    day = call_on(case, today)
    return day is not None and day <= today


def _told(looking: _Looking) -> Look:
    before = {one.id: one for one in looking.household.rounds}
    rounds = [*(case.round for case in looking.cases if case.round is not None), *looking.others]
    changed = tuple(one for one in rounds if one.id == 0 or one != before[one.id])
    moot = {
        was.asked_id
        for one in changed
        if (was := before.get(one.id)) and was.state is RoundState.LISTED and one.state is not RoundState.LISTED
    }
    return Look(
        rounds=changed,
        messages=tuple(looking.messages),
        withdrawals=tuple(looking.withdrawals),
        calls=tuple(looking.calls),
        moot_calls=frozenset(one for one in moot if one is not None),
        next_on=next_look(looking.cases, household=looking.household, today=looking.today),
    )
