"""A whole base of contacts of several industries and zones, for rehearsals of years; the same for every run."""

import random
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from outreach.domain.calendar.contact_calendar import ContactCalendar
from outreach.domain.planning.contacts import Contacts
from outreach.domain.planning.offers import Offers
from outreach.domain.planning.rehearsal import Rehearsal, Touches
from outreach.domain.planning.values import Offer, PlanningContact, RecentTouch
from outreach.domain.rhythm.band import RhythmBand
from outreach.domain.rhythm.cadence import Bands, Learners
from outreach.domain.rhythm.tuning import Tuning
from outreach.domain.touch import Channel, TouchClass
from tests.domain.planning.cases import a_contact, an_offer
from tests.domain.planning.worlds import ZONES

START = datetime(2026, 1, 5, 5, tzinfo=UTC)
HORIZON = timedelta(hours=48)
STEP = timedelta(days=1)


OFFICE = {day: ["09:00-17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}


def a_stated(*seasons: str, hours: dict[str, list[str]] = OFFICE) -> ContactCalendar:
    """The calendar of a pack with seasons like "closed 07-10 to 08-31"."""
    stated = []
    for text in seasons:
        stance, edges = text.split(" ", 1)
        first, last = edges.split(" to ")
        stated.append({"key": text, "stance": stance, "from": first, "to": last})
    return ContactCalendar.from_pack({"hours": hours, "seasons": stated}, place="test", path="calendar")


INDUSTRIES: dict[str, tuple[ContactCalendar, RhythmBand]] = {
    "shops": (a_stated("closed 11-15 to 01-06"), RhythmBand(6, 14, 35)),
    "gardens": (
        a_stated(
            *("closed 03-15 to 05-31", "peak 01-10 to 02-28"),
            hours={"tue": ["09:30-11:30"], "thu": ["09:30-11:30"]},
        ),
        RhythmBand(7, 18, 42),
    ),
    "schools": (
        a_stated("closed 07-10 to 08-31", "quiet easter - 14 to easter + 7", "closed 12-20 to 01-08"),
        RhythmBand(5, 10, 28),
    ),
    "kitchens": (a_stated(hours={day: ["14:00-17:00"] for day in OFFICE}), RhythmBand(4, 7, 21)),
}


@dataclass
class Base:
    """Contacts, the editions there are, and the rehearsal they live in."""

    people: list[PlanningContact]
    offers: list[Offer]
    rehearsal: Rehearsal

    def touched(self) -> list[list[tuple[float, Offer]]]:
        """Instant and edition of every touch of each contact, oldest first."""
        told: list[list[tuple[float, Offer]]] = [[] for _ in self.people]
        touches = Touches.joined(self.rehearsal.touches)
        for place, offer, at in zip(
            touches.contact.tolist(), touches.offer.tolist(), touches.sent_at.tolist(), strict=True
        ):
            told[place].append((at, self.rehearsal.offers.offers[offer]))
        return [sorted(each, key=lambda touch: touch[0]) for each in told]


def a_base(count: int, *, days: int, guards: bool = True) -> Base:
    """`count` contacts with weekly letters, monthly texts, offers and check-ins for `days` and a little more."""
    chance = random.Random(1)
    people = []
    for number in range(1, count + 1):
        industry = chance.choice(list(INDUSTRIES))
        calendar, band = INDUSTRIES[industry]
        both = chance.random() < 0.4
        due_at = START + timedelta(days=chance.uniform(0, band.target_gap))
        people.append(
            a_contact(
                contact_id=number,
                industry_key=industry,
                calendar=calendar,
                band=band,
                gap=band.target_gap,
                zone=ZoneInfo(chance.choice(ZONES)),
                country=chance.choice(["GB", "US", ""]),
                customer_since=date(2024, 2, 29) + timedelta(days=chance.randrange(600)),
                channels=frozenset({Channel.EMAIL, Channel.SMS} if both else {Channel.EMAIL}),
                due_at=due_at,
                famine_from=START + timedelta(days=band.max_gap),
            )
        )
    offers = _offers(days)
    choice = Offers.of(offers, industries=tuple(INDUSTRIES))
    table, cohorts = Contacts.of(people, choice, industries=tuple(INDUSTRIES))
    targets = np.array([person.band.target_gap for person in people], float)
    bands = Bands(table.min_gap.copy(), targets, table.max_gap.copy())
    learners = Learners.fresh(bands, tuning=Tuning())
    return Base(people, offers, Rehearsal(table, cohorts, choice, learners, HORIZON, guards=guards))


def _offers(days: int) -> list[Offer]:
    offers = []

    def add(campaign: str, opens: date, lasts: int, **other: object) -> None:
        number = len(offers) + 1
        offers.append(
            an_offer(
                number,
                edition_key=f"{number:04}",
                campaign_key=campaign,
                campaign_name=campaign.title(),
                opens_on=opens,
                closes_on=opens + timedelta(days=lasts),
                **other,
            )
        )

    first = START.date() - timedelta(days=28)
    for week in range(days // 7 + 12):
        opens = first + timedelta(days=7 * week)
        add("newsletter", opens, 34)
        if week % 4 == 0:
            add("texts", opens, 20, channel=Channel.SMS)
            add("offers", opens, 12, touch_class=TouchClass.PROMOTION, priority=70)
        if week % 9 == 0:
            add("alerts", opens, 3, touch_class=TouchClass.SERVICE, industries=frozenset({"gardens"}))
        if week % 26 == 0:
            add("check-in", opens, 181, rule="anniversary", every_months=6, window_days=30, touch_class=TouchClass.CARE)
    return offers


def as_told(person: PlanningContact, touched: list[tuple[float, Offer]]) -> PlanningContact:
    """`person` after these touches, as the ledger tells it."""
    if not touched:
        return person
    recent = tuple(
        RecentTouch(
            datetime.fromtimestamp(at, UTC), offer.channel, offer.touch_class, offer.campaign_key, offer.campaign_name
        )
        for at, offer in reversed(touched[-16:])
    )
    return replace(
        person,
        recent=recent,
        had_editions=frozenset(offer.edition_id for _, offer in touched),
        due_at=recent[0].at + timedelta(days=person.gap),
        famine_from=recent[0].at + timedelta(days=person.band.max_gap),
    )
