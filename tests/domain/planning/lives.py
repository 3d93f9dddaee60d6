"""Many contacts living through time together: at each tick the planner decides about those whose turn it is."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from outreach.domain.planning.plan import plan_contacts
from outreach.domain.planning.values import Decision, Offer, PlannedTouch, PlanningContact
from outreach.domain.rhythm.codes import Code
from outreach.domain.touch import Channel
from tests.domain.planning.cases import after

#: So many newest touches are kept in mind, which is more than any rolling window holds.
REMEMBERS = 16


@dataclass(frozen=True)
class Look:
    """One look of the planner at one contact: when, what it saw, what it decided."""

    now: datetime
    contact: PlanningContact
    decision: Decision


def lives(
    contacts: Sequence[PlanningContact],
    offers: Sequence[Offer],
    *,
    now: datetime,
    days: int,
    horizon: timedelta,
    step: timedelta = timedelta(days=1),
    chance: random.Random | None = None,
) -> list[list[Look]]:
    """Every look at each of `contacts` over some days; touches are sent as planned.

    With `chance` life happens to them: some reply or visit, ask for a pause or to hear less often, quicken or slow.
    """
    known = list(contacts)
    turn = [now] * len(known)
    looks: list[list[Look]] = [[] for _ in known]
    for tick in (now + count * step for count in range(int(timedelta(days=days) / step))):
        if chance is not None:
            for place in chance.sample(range(len(known)), k=min(2, len(known))):
                known[place] = something_happens(known[place], tick, chance)
                turn[place] = tick
        due = [place for place, at in enumerate(turn) if at <= tick]
        decisions = plan_contacts([known[place] for place in due], offers, now=tick, horizon=horizon)
        for place, decision in zip(due, decisions, strict=True):
            looks[place].append(Look(tick, known[place], decision))
            if decision.touch is not None:
                known[place] = told_of(known[place], decision, decision.touch)
            turn[place] = decision.look_again_at
    return looks


def told_of(contact: PlanningContact, decision: Decision, touch: PlannedTouch) -> PlanningContact:
    """`contact` once `touch` and what rode along in it have been sent."""
    sent = after(contact, touch)
    rode = {loser.offer.edition_id for loser in decision.others if loser.reason.code == Code.LOST_MERGED}
    newest = max(touch.send_at, *(each.at for each in contact.recent), contact.last_at or touch.send_at)
    return replace(
        sent,
        recent=tuple(sorted(sent.recent, key=lambda each: each.at, reverse=True)[:REMEMBERS]),
        had_editions=sent.had_editions | rode,
        due_at=newest + timedelta(days=contact.gap),
        famine_from=newest + timedelta(days=contact.band.max_gap),
    )


def something_happens(contact: PlanningContact, now: datetime, chance: random.Random) -> PlanningContact:
    """`contact` after one of the things that happen to people."""
    match chance.randrange(8):
        case 0:
            return replace(contact, paused_until=now + timedelta(days=chance.uniform(1, 30)))
        case 1:
            return replace(contact, floor_gap=max(contact.floor_gap, chance.choice([10.0, 14.0, 25.0])))
        case 2:
            return replace(
                contact,
                last_at=now,
                due_at=max(contact.due_at, now + timedelta(days=contact.gap)),
                famine_from=max(contact.famine_from, now + timedelta(days=contact.band.max_gap)),
            )
        case 3 | 4:
            return replace(contact, gap=contact.band.clip(contact.gap * chance.uniform(0.8, 1.2)))
        case 5:
            return replace(contact, favours_hours=chance.choice(["", "morning", "evening"]))
        case 6:
            return replace(contact, favours_channel=chance.choice([None, Channel.EMAIL, Channel.SMS]))
        case _:
            return contact
