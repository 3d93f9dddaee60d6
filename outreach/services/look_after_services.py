"""Looks after services that come round: reads what was done, and asks for messages and calls about what is due."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import psycopg

from outreach.db.queries.daily_jobs import first_run_of
from outreach.db.queries.due_services import (
    DAILY,
    claim_households,
    end_rounds_of_other_holders,
    hold_members,
    load_households,
)
from outreach.db.queries.households import gather_households
from outreach.db.queries.invitations import NewInvitation, invite, withdraw
from outreach.db.queries.offered_services import has_services, load_invited_editions, load_locales, load_services
from outreach.db.queries.service_facts import note_attributes, note_calls, note_signals
from outreach.db.queries.service_rounds import close_service_calls, extend_service_calls, store_looks
from outreach.db.queries.tasks import open_call_tasks
from outreach.db.queries.touch_clock import lock_rhythms
from outreach.db.session import Database
from outreach.domain.care.due_services.household import Call, Look, Message
from outreach.domain.care.due_services.look import look_after
from outreach.domain.care.due_services.service import Service
from outreach.domain.reason import Reason, ReasonNumber
from outreach.domain.rhythm.codes import Code
from outreach.rendering.listing import listed, listed_names

#: Households that one transaction looks at.
CHUNK = 500
#: A call about a service is to be made within so long.
CALL_WITHIN = timedelta(days=7)
#: Why an invitation was taken back, in the sentence of the touch.
SETTLED = "something in it was booked, done or is no longer needed"


@dataclass(frozen=True, slots=True)
class ServiceReport:
    """What a run did: facts that were read, households looked at, messages and calls asked for, taken back."""

    facts: int = 0
    households: int = 0
    messages: int = 0
    calls: int = 0
    withdrawn: int = 0


def look_after_services(*, db: Database, now: datetime, chunk: int = CHUNK) -> ServiceReport:
    """Does everything there is to do at `now`; a second run at once finds nothing.

    With the first run of a day (UTC, business time) households are gathered anew and all signals and columns are read;
    other runs read what signals were told lately. Two runs at once share the households between them.
    """
    today = now.astimezone(UTC).date()
    with db.raw_transaction() as connection:
        if not has_services(connection):
            return ServiceReport()
        first = first_run_of(connection, DAILY, today)
        if first:
            gather_households(connection, now=now)
            note_attributes(connection, now=now)
            end_rounds_of_other_holders(connection, today=today)
        facts = note_signals(connection, everything=first, now=now) + note_calls(connection, now=now)
    report = ServiceReport(facts=facts)
    while True:
        with db.raw_transaction() as connection:
            one = _look_at_some(connection, today=today, now=now, limit=chunk)
        report = ServiceReport(
            facts=facts,
            households=report.households + one.households,
            messages=report.messages + one.messages,
            calls=report.calls + one.calls,
            withdrawn=report.withdrawn + one.withdrawn,
        )
        if one.households < chunk:
            return report


def _look_at_some(connection: psycopg.Connection, *, today: date, now: datetime, limit: int) -> ServiceReport:
    """Loads, decides and stores a chunk of households."""
    claimed = claim_households(connection, now=now, limit=limit)
    spoken = load_locales(connection)
    if not claimed or spoken is None:
        return ServiceReport()
    hold_members(connection, claimed)
    services = load_services(connection)
    campaigns = {service.campaign for service in services}
    households = load_households(connection, claimed, campaigns=campaigns, now=now)
    looks = {household.id: look_after(household, services, today=today) for household in households}
    _store(connection, looks, words=_Words(services, *spoken), today=today, now=now)
    return ServiceReport(
        households=len(looks),
        messages=sum(len(look.messages) for look in looks.values()),
        calls=sum(len(look.calls) for look in looks.values()),
        withdrawn=sum(len(look.withdrawals) for look in looks.values()),
    )


@dataclass(frozen=True, slots=True)
class _Words:
    """The names of services in the locales of the business."""

    services: Sequence[Service]
    locales: Sequence[str]
    default_locale: str

    def of(self, ids: Collection[int], locales: Sequence[str]) -> dict[str, str]:
        """These services as one phrase, by locale."""
        names = {service.id: service.names for service in self.services}
        return listed_names([names[id_] for id_ in ids], locales, self.default_locale)

    def occasion(self, message: Message) -> dict[str, dict[str, str]]:
        """What a message says of its occasion."""
        words = {"services": self.of(message.services, self.locales)}
        if message.people:
            words["people"] = {locale: listed(message.people, locale) for locale in self.locales}
        return words

    def reason(self, call: Call) -> Reason:
        """Why somebody is to call."""
        services = self.of(call.services, [self.default_locale]).get(self.default_locale, "")
        numbers: dict[str, ReasonNumber] = {
            "services": services,
            "due": call.due_on.isoformat(),
            "attempts": call.attempts,
        }
        return Reason(Code.CALL_SERVICE_DUE, numbers)


def _store(
    connection: psycopg.Connection, looks: Mapping[int, Look], *, words: _Words, today: date, now: datetime
) -> None:
    messages = [one for look in looks.values() for one in look.messages]
    withdrawals = [one for look in looks.values() for one in look.withdrawals]
    # All of them in one order, as the planner does; the two calls below would each have an order of their own.
    written_to = [one.contact_id for one in messages] + [one.contact_id for one in withdrawals]
    lock_rhythms(connection, set(written_to))
    withdraw(connection, [(one.contact_id, one.cause) for one in withdrawals], why=SETTLED, now=now)
    editions = load_invited_editions(connection, {one.campaign for one in messages})
    invitations = [
        NewInvitation(
            contact_id=one.contact_id,
            edition_id=editions[one.campaign, one.edition],
            opens_on=today,
            closes_on=one.closes_on,
            cause=one.cause,
            words=words.occasion(one),
        )
        for one in messages
    ]
    invite(connection, invitations, now=now)
    close_service_calls(connection, {id_ for look in looks.values() for id_ in look.moot_calls}, now=now)
    calls = [one for look in looks.values() for one in look.calls]
    reasons = {one.contact_id: words.reason(one) for one in calls}
    extend_service_calls(connection, reasons)
    open_call_tasks(
        connection,
        [(id_, why, now + CALL_WITHIN) for id_, why in reasons.items()],
        now=now,
        sources={one.contact_id: f"service {one.services[0]}" for one in calls},
    )
    store_looks(connection, looks, holders={service.id: service.holder for service in words.services})
