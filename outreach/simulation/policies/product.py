"""The product itself: its planner (`domain/planning/rehearsal.py`) and its learning (`domain/rhythm/`), as they are."""

from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import numpy as np

from outreach.domain.planning.almanac import CHANNELS, Cohort
from outreach.domain.planning.contacts import NEVER, Contacts
from outreach.domain.planning.offers import Offers
from outreach.domain.planning.rehearsal import Rehearsal
from outreach.domain.planning.rehearsal import Touches as Planned
from outreach.domain.rhythm.cadence import Bands, Learners, asked_gap
from outreach.domain.rhythm.capacity import capacity
from outreach.domain.rhythm.hours import EVENING_FROM, HALVES, favoured_half
from outreach.domain.rhythm.mail_programs import Program
from outreach.domain.rhythm.tuning import READ_EVERY_DAYS
from outreach.domain.touch import Channel
from outreach.simulation.business import BAND, Business, industries
from outreach.simulation.draws import Floats
from outreach.simulation.life import Delivered
from outreach.simulation.people import Numbers
from outreach.simulation.policies.content import editions, kind_of
from outreach.simulation.policies.fates import Fates
from outreach.simulation.policies.tuner import Tuner
from outreach.simulation.seasons import START, Flags
from outreach.simulation.touches import Reports, Touches, What

#: How far ahead touches are planned, and over how many days an import spreads first touches (as the services do).
HORIZON = timedelta(hours=36)
OPENING_DAYS = 10

#: The target of the band where the marketer has no opinion: the gap that the rule of the rhythm notes (4.3 "Gap") asks
#: for from somebody of whom nothing is known.
RULE_GAP = 10.0

_DAY = 86400.0
_FIRST_MIDNIGHT = datetime.combine(START, time(), UTC)
_EMAIL = CHANNELS.index(Channel.EMAIL)


class Product:
    """Plans every midnight, as the ticks do, and learns from what is reported, as the services do."""

    less_often = True

    def __init__(self, business: Business, *, days: int, target: float = RULE_GAP) -> None:
        self.business = business
        offers = editions(days)
        self.offers = Offers.of(offers, industries=industries())
        self.kinds = np.array([kind_of(offer) for offer in self.offers.offers], np.int64)
        bands = Bands(*(np.full(business.people, float(gap)) for gap in (BAND.min_gap, target, BAND.max_gap)))
        self.tuner = Tuner()
        self.learners = Learners.fresh(bands, tuning=self.tuner.tuning)
        cohorts, cohort = _cohorts(business)
        self.contacts = _contacts(business, cohort, gap=target, offers=self.offers)
        self.rehearsal = Rehearsal(self.contacts, cohorts, self.offers, self.learners, horizon=HORIZON, silent=False)
        self.fates = Fates()
        self.planned: defaultdict[int, list[tuple[Planned, Floats]]] = defaultdict(list)
        self.today = Planned.joined([])
        self.morning, self.evening = np.zeros(business.people), np.zeros(business.people)

    def decide(self, day: int) -> Touches:
        """The touches that leave today on the contacts' own clocks."""
        planned = self.rehearsal.tick(_FIRST_MIDNIGHT + timedelta(days=day))
        self.rehearsal.touches.clear()
        local = (planned.sent_at - _FIRST_MIDNIGHT.timestamp()) / _DAY
        local += self.business.ahead_of_utc(day)[planned.contact] / 24
        leaves = np.maximum(np.floor(local).astype(np.int64), day)
        for on in np.unique(leaves):
            some = leaves == on
            self.planned[int(on)].append((planned.at(some), 24 * (local[some] % 1)))
        parts = self.planned.pop(day, [])
        self.today = Planned.joined([part for part, _ in parts])
        hours = np.concatenate([hour for _, hour in parts]) if parts else np.empty(0)
        return Touches(self.today.contact, self.kinds[self.today.offer], hours)

    def sent(self, day: int, delivered: Delivered) -> None:
        """Remembers what left, for its lesson."""
        place = np.zeros(self.business.people, np.int64)
        place[self.today.contact] = np.arange(len(self.today.contact))
        made = self.today.at(place[delivered.touches.contact])
        at = (made.sent_at - _FIRST_MIDNIGHT.timestamp()) / _DAY
        self.fates.sent(
            day,
            numbers=delivered.numbers,
            contact=made.contact,
            met=made.met,
            strain=made.met / capacity(self.learners.beliefs[made.contact], shift=0.0),
            timing=made.timing,
            at=at,
        )
        self.tuner.sent(day, mails=len(made.contact))

    def told(self, day: int, reports: Reports) -> None:
        """Learns from people, and hears whoever wants less or nothing."""
        now = _FIRST_MIDNIGHT + timedelta(days=day)
        before = self.learners.gap.copy()
        self._note_hours(day, self.fates.see(reports))
        gone = reports.where(np.isin(reports.what, (What.UNSUBSCRIBED, What.COMPLAINED, What.BOUNCED)))
        self.contacts.channels[gone.contact, _EMAIL] = False
        self.rehearsal.look_at[gone.contact] = now.timestamp()
        wishes = reports.where(np.isin(reports.what, (What.LESS_OFTEN, What.UNSUBSCRIBED, What.COMPLAINED)))
        _, first = np.unique(wishes.contact, return_index=True)
        wishes = wishes.where(first)
        floors = asked_gap(self.learners.gap[wishes.contact], max_gap=np.full(len(wishes), BAND.max_gap))
        self.learners.leave(wishes.contact, met=self.fates.met(wishes.touch))
        self.fates.leave(wishes.touch)
        asked = wishes.what == What.LESS_OFTEN
        self.contacts.min_gap[wishes.contact[asked]] = floors[asked]
        lesson = self.fates.matured(day)
        self.learners.learn(
            lesson.contact, met=lesson.met, timing=lesson.timing, answer=lesson.answer, trace=lesson.trace
        )
        self.tuner.count(lesson.strain, lesson.left)
        moved = self._tune(day, complaints=len(reports.by(What.COMPLAINED))) | (self.learners.gap != before)
        self.rehearsal.regap(np.flatnonzero(moved), now)

    def _tune(self, day: int, *, complaints: int) -> Flags:
        """Takes over what the whole base teaches; whose gaps that moves."""
        before = self.tuner.tuning
        tuning = self.tuner.braked(day, complaints=complaints)
        if day and day % READ_EVERY_DAYS == 0:
            written_to = np.flatnonzero(np.isfinite(self.contacts.last_at))
            tuning = self.tuner.tuned(self.learners.programs.shares(written_to, mix=np.array(before.mix)))
        if tuning != before:
            self.learners = self.rehearsal.learners = replace(self.learners, tuning=tuning)
            self.rehearsal.slowdown = tuning.slowdown
        return np.full(self.business.people, tuning.slowdown != before.slowdown)

    def _note_hours(self, day: int, visits: Reports) -> None:
        """Opens and clicks speak for the half of the day they come in, as much as the mail program is trusted."""
        hour = 24 * visits.at + self.business.ahead_of_utc(day)[visits.contact]
        trust = self.learners.programs.shares(visits.contact, mix=np.array(self.learners.tuning.mix))[:, Program.PLAIN]
        trust = np.where(visits.what == What.CLICKED, 1.0, trust)
        late = hour % 24 >= EVENING_FROM
        np.add.at(self.morning, visits.contact[~late], trust[~late])
        np.add.at(self.evening, visits.contact[late], trust[late])
        who = np.unique(visits.contact)
        said = favoured_half(self.morning[who], self.evening[who])
        self.contacts.favours_half[who] = np.array([HALVES.index(half) for half in said], np.int8)


def _cohorts(business: Business) -> tuple[list[Cohort], Numbers]:
    """One for every industry in every zone."""
    zones = business.zones
    cohorts = [Cohort(calendar, zone, "") for calendar in business.calendars for zone in zones]
    return cohorts, business.trade * len(zones) + business.zone


def _contacts(business: Business, cohort: Numbers, *, gap: float, offers: Offers) -> Contacts:
    """Everybody as after an import on the first day: nobody was written to, and first touches are spread over days."""
    count, start = business.people, _FIRST_MIDNIGHT.timestamp()
    never = np.full(count, NEVER)
    return Contacts(
        id=np.arange(1, count + 1),
        cohort=cohort,
        industry=business.trade,
        channels=np.array([[channel is Channel.EMAIL for channel in CHANNELS]] * count),
        min_gap=np.full(count, float(BAND.min_gap)),
        max_gap=np.full(count, float(BAND.max_gap)),
        gap=np.full(count, gap),
        due_at=start + business.mark * OPENING_DAYS * _DAY,
        famine_from=np.full(count, start + BAND.max_gap * _DAY),
        paused_until=never.copy(),
        last_at=never.copy(),
        recent_at=np.empty((count, 0)),
        recent_load=np.empty((count, 0)),
        recent_campaign=np.empty((count, 0), np.int64),
        since_month=np.full(count, -1),
        since_day=np.full(count, -1),
        had=np.zeros((count, len(offers)), bool),
        kept_at=np.empty((count, len(offers.anniversaries))),
        invited_from=np.empty((count, 0), np.int32),
        invited_until=np.empty((count, 0), np.int32),
        needs=np.zeros(count, np.int64),
        not_before=never.copy(),
        rests_until=never.copy(),
        promotions_from=never.copy(),
        favours_half=np.zeros(count, np.int8),
        favours_channel=np.full(count, -1, np.int8),
    )
