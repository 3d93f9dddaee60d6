"""Lets contacts enter journeys, and takes everybody in them as far as what is known allows."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

import psycopg

from outreach.db.queries.enrolments import (
    Due,
    Looked,
    cause,
    drop_enrolments,
    enter,
    load_happened,
    load_occupied,
    lock_due,
    store_looked,
    wake_asking,
)
from outreach.db.queries.invitations import Fate, InvitationFate, NewInvitation, invite, load_fates, withdraw
from outreach.db.queries.journey_occasions import load_candidates
from outreach.db.queries.journeys import JourneyLine, load_definitions, load_edition_ids, load_journeys
from outreach.db.queries.tasks import open_call_tasks
from outreach.db.queries.touch_clock import lock_rhythms
from outreach.db.session import Database
from outreach.domain.journeys.admission import Past, Turn, Waiting, may_enter, turns
from outreach.domain.journeys.advance import SOON, advance, begin
from outreach.domain.journeys.journey import Journey
from outreach.domain.journeys.standing import (
    Action,
    Call,
    Delivery,
    Ending,
    Facts,
    Happened,
    Invite,
    Line,
    Move,
    Noted,
    Place,
    TakeBack,
)
from outreach.domain.reason import Reason
from outreach.domain.rhythm.codes import Code

#: Enrolments in one transaction.
CHUNK = 500
#: Contacts that enter in one transaction.
ENTERING = 2_000

_DELIVERIES = {
    Fate.OPEN: Delivery.PENDING,
    Fate.PLANNED: Delivery.PENDING,
    Fate.SENT: Delivery.SENT,
    Fate.WITHHELD: Delivery.WITHHELD,
    Fate.EXPIRED: Delivery.EXPIRED,
    Fate.WITHDRAWN: Delivery.WITHDRAWN,
}
_WORDS = {"case": "a recovery case is open", "switched_off": "the journey was switched off"}
_R = TypeVar("_R")


@dataclass(frozen=True, slots=True)
class Advanced:
    """How many contacts entered, how many were looked at, and what was asked for."""

    entered: int = 0
    looked_at: int = 0
    invited: int = 0

    def __str__(self) -> str:
        return f"{self.entered} entered, {self.looked_at} looked at, {self.invited} invited"


def advance_journeys(*, db: Database, now: datetime) -> Advanced:
    """Looks at whatever is due; several at once share the work, and a second look changes nothing."""
    with db.raw_transaction() as connection:
        journeys = [journey for journey in load_journeys(connection) if journey.active]
        wake_asking(connection, now=now)
    entered = sum(_enter_all(db, journey, now=now) for journey in journeys)
    done, after = Advanced(entered), None
    while True:
        with db.raw_transaction() as connection:
            due = lock_due(connection, now=now, limit=CHUNK, after=after)
            if not due:
                return done
            invited = _look(connection, due, now=now)
        after = due[-1].standing.due_at, due[-1].id
        done = Advanced(entered, done.looked_at + len(due), done.invited + invited)


def _enter_all(db: Database, line: JourneyLine, *, now: datetime) -> int:
    """Enrols whoever something happened to; as many transactions as it takes."""
    journey, entered = Journey.of(line.key, line.definition), 0
    while True:
        with db.raw_transaction() as connection:
            found = load_candidates(connection, line.id, journey, now=now, limit=ENTERING)
            entering = [
                (one.contact_id, one.entered_by, begin(journey, began_at=one.at, now=now))
                for one in found
                if may_enter(journey, Past(one.inside, one.ended_at), at=one.at, now=now)
            ]
            exclusive = journey.exclusive
            new = enter(connection, line.id, entering, version=line.version, exclusive=exclusive, now=now)
        entered += new
        if len(found) < ENTERING or not new:
            return entered


def _look(connection: psycopg.Connection, due: Sequence[Due], *, now: datetime) -> int:
    """One look at locked enrolments; how many invitations came of it."""
    drop_enrolments(connection, [one.id for one in due if not one.exists])
    due = [one for one in due if one.exists]
    # Whoever else decides about these contacts' journeys or messages has to wait, and finds what we wrote.
    lock_rhythms(connection, {one.contact_id for one in due})
    keys = {(one.journey_id, one.version): one.journey_key for one in due}
    definitions = load_definitions(connection, keys.keys())
    journeys = {which: Journey.of(keys[which], definition) for which, definition in definitions.items()}
    happened = load_happened(connection, [one.id for one in due], now=now)
    fates = _fates(connection, due, now=now)

    def moved(one: Due) -> Move:
        fate = fates.get((one.contact_id, cause(one.id, len(one.standing.invited))))
        facts = _facts(one, happened.get(one.id, ()), fate)
        return advance(journeys[one.journey_id, one.version], one.standing, facts, now=now)

    moves = [(one, moved(one)) for one in due if one.place is Place.UNDER_WAY]
    over = {one.contact_id for one, move in moves if one.exclusive and move.standing.ended_at}
    waiting: list[Looked] = []
    for one, turn in _turns(connection, due, journeys, over=over, now=now):
        if turn is Turn.ENTERS:
            # Its clock begins now; what happened while it waited counts.
            moves.append((one, moved(replace(one, standing=replace(one.standing, since=now)))))
        else:
            waiting.append(_still_waiting(one, turn, now=now))
    looked = [
        Looked(one.id, Place.OVER if move.standing.ended_at else Place.UNDER_WAY, move.standing, one.looked_at)
        for one, move in moves
    ]
    store_looked(connection, looked + waiting)
    return _act(connection, moves, journeys, now=now)


def _turns(
    connection: psycopg.Connection,
    due: Sequence[Due],
    journeys: dict[tuple[int, int], Journey],
    *,
    over: set[int],
    now: datetime,
) -> list[tuple[Due, Turn]]:
    waiting = [one for one in due if one.place is Place.WAITING]
    occupied = load_occupied(connection, {one.contact_id for one in waiting}) - over
    patience = {key: timedelta(journey.entry.within_days) for key, journey in journeys.items()}
    line = [Waiting(e.id, e.contact_id, e.entered_at, patience[e.journey_id, e.version]) for e in waiting]
    found = turns(line, occupied=occupied, now=now)
    return [(one, found[one.id]) for one in waiting]


def _still_waiting(one: Due, turn: Turn, *, now: datetime) -> Looked:
    standing = replace(one.standing, due_at=now + SOON)
    if turn is Turn.REFUSED:
        line = Line(now, standing.step, Noted.ENDED, "another journey took too long")
        standing = replace(standing, ended_at=now, ended_as=Ending.REFUSED, log=(*standing.log, line))
    return Looked(one.id, Place.OVER if standing.ended_at else Place.WAITING, standing, one.looked_at)


def _facts(one: Due, happened: tuple[Happened, ...], fate: InvitationFate | None) -> Facts:
    delivery = _DELIVERIES[fate.fate] if fate and one.standing.asking else None
    return Facts(happened, delivery, fate.at if fate else None, one.hold)


def _fates(
    connection: psycopg.Connection, due: Sequence[Due], *, now: datetime
) -> dict[tuple[int, str], InvitationFate]:
    causes = [(one.contact_id, cause(one.id, len(one.standing.invited))) for one in due if one.standing.asking]
    return {(fate.contact_id, fate.cause): fate for fate in load_fates(connection, causes, now=now)}


def _act(
    connection: psycopg.Connection,
    moves: Sequence[tuple[Due, Move]],
    journeys: dict[tuple[int, int], Journey],
    *,
    now: datetime,
) -> int:
    """Does what the moves ask for, and says how many invitations are new."""
    asked = [(one, act) for one, move in moves for act in move.actions]
    names = {one.id: journeys[one.journey_id, one.version].name for one, _ in moves}
    for one, act in _only(TakeBack, asked):
        why = f"journey {names[one.id]}: {_WORDS.get(act.why, act.why)}"
        withdraw(connection, [(one.contact_id, cause(one.id, act.number))], why=why, now=now)
    invites = _only(Invite, asked)
    editions = load_edition_ids(connection, {act.edition for _, act in invites})
    new = [_invitation(one, act, editions[act.edition], now=now) for one, act in invites if act.edition in editions]
    # One call for a contact, whichever of its journeys asks first.
    calls = {one.contact_id: (one, act) for one, act in reversed(_only(Call, asked))}
    if calls:
        tasks = [
            (contact, Reason(Code.CALL_JOURNEY, {"journey": names[one.id], "why": act.why}), now)
            for contact, (one, act) in sorted(calls.items(), key=lambda item: item[0])
        ]
        sources = {contact: f"journey {one.id}" for contact, (one, _) in calls.items()}
        open_call_tasks(connection, tasks, now=now, sources=sources)
    return invite(connection, new, now=now)


def _only(kind: type[_R], asked: Sequence[tuple[Due, Action]]) -> list[tuple[Due, _R]]:
    return [(one, act) for one, act in asked if isinstance(act, kind)]


def _invitation(one: Due, act: Invite, edition_id: int, *, now: datetime) -> NewInvitation:
    today = now.astimezone(ZoneInfo(one.time_zone)).date()
    return NewInvitation(
        contact_id=one.contact_id,
        edition_id=edition_id,
        opens_on=today,
        closes_on=today + timedelta(act.within_days),
        cause=cause(one.id, act.number),
    )
