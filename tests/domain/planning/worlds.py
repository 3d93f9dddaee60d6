"""Random contacts, calendars and editions for property tests, each reproducible by the number it is grown from."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from outreach.domain.calendar.contact_calendar import ContactCalendar
from outreach.domain.calendar.hours import Hours
from outreach.domain.calendar.season import Season, Stance
from outreach.domain.planning.values import Offer, PlanningContact, RecentTouch
from outreach.domain.rhythm.band import RhythmBand
from outreach.domain.touch import Channel, TouchClass
from tests.domain.planning.cases import an_offer

#: Clocks that change at midnight, at odd hours, by half an hour, on odd days, or never; both ends of the date line.
ZONES = [
    *("Europe/London", "America/New_York", "Asia/Kathmandu", "Pacific/Kiritimati", "Pacific/Pago_Pago"),
    *("Australia/Lord_Howe", "America/Santiago", "Africa/Casablanca", "Asia/Beirut", "Pacific/Chatham"),
]

#: Days around which clocks change somewhere, and ordinary ones.
DAYS = [
    *(date(2026, 3, 8), date(2026, 3, 29), date(2026, 4, 5), date(2026, 9, 6), date(2026, 9, 27)),
    *(date(2026, 10, 4), date(2026, 10, 25), date(2026, 11, 1), date(2026, 12, 24), date(2027, 2, 28)),
]

STRETCHES = [
    (Hours(570, 690),),
    (Hours(870, 1020),),
    (Hours(0, 1440),),
    (Hours(1050, 1290),),
    (Hours(540, 720), Hours(840, 1080)),
    (Hours(60, 180), Hours(780, 900), Hours(1200, 1260)),
]

CAMPAIGNS = ("newsletter", "tips", "offers", "check-in", "services", "alerts")


def an_instant(chance: random.Random) -> datetime:
    """Some instant of 2026 or 2027, mostly within days of a clock change."""
    day = chance.choice(DAYS) + timedelta(days=chance.randrange(-4, 4))
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=chance.randrange(1440))


def some_calendar(chance: random.Random, around: date) -> ContactCalendar:
    """Weekly hours with at least one open stretch, and up to four seasons within a year of `around`."""
    often = chance.choice([0.2, 0.6, 1.0])
    week = [chance.choice(STRETCHES) if chance.random() < often else () for _ in range(7)]
    week[chance.randrange(7)] = chance.choice(STRETCHES)
    seasons = []
    for number in range(chance.choice([0, 1, 2, 4])):
        first = around + timedelta(days=chance.choice([-90, -40, -15, -4]) + chance.randrange(60))
        last = first + timedelta(days=chance.choice([0, 3, 6, 14, 40, 70]))
        stance = chance.choice([*Stance, Stance.CLOSED])
        seasons.append(Season(f"season-{number}", f"season {number}", stance, dates=((first, last),)))
    return ContactCalendar(tuple(week), tuple(seasons), chance.random() < 0.3)


def some_offers(chance: random.Random, around: date, *, most: int = 14) -> list[Offer]:
    """Editions of every class, rule and channel, open around a day."""
    offers = []
    for number in range(chance.randrange(most + 1)):
        campaign = chance.choice(CAMPAIGNS)
        rule = {"tips": "series", "check-in": "anniversary", "services": "invited"}.get(campaign, "issue")
        opens = around + timedelta(days=chance.randrange(-50, 20))
        urgent = campaign == "alerts" and chance.random() < 0.5
        offers.append(
            an_offer(
                number,
                campaign_key=campaign,
                campaign_name=campaign.title(),
                edition_key=f"edition-{chance.randrange(8)}",
                channel=chance.choice(
                    [Channel.EMAIL, Channel.EMAIL, Channel.SMS, Channel.CALL][: chance.choice([2, 4])]
                ),
                touch_class=chance.choice(list(TouchClass)[:2] if urgent else list(TouchClass)[2:]),
                priority=chance.choice([0, 50, 50, 80]),
                opens_on=opens,
                closes_on=opens + timedelta(days=chance.choice([0, 5, 20, 60, 90])),
                rule=rule,
                position=chance.randrange(1, 7),
                every_months=chance.choice([1, 6, 12]),
                window_days=chance.randrange(31),
                exclusive=rule == "series" and chance.random() < 0.3,
                mergeable=chance.random() < 0.4,
                industries=chance.choice([frozenset(), frozenset(), frozenset({"shops"}), frozenset({"farms"})]),
                needs=chance.choice([{}, {}, {}, {"heating": "gas"}, {"heating": "oil", "size": "big"}]),
            )
        )
    return offers


def some_contact(chance: random.Random, now: datetime, *, number: int, calendar: ContactCalendar) -> PlanningContact:
    """A contact in any state: new, in rhythm, crowded, silent too long, paused, hard to reach."""
    least, wide, wider = (
        chance.choice([1, 2, 5, 9]),
        chance.choice([0, 1, 6, 10]),
        chance.choice([0, 3, 12, 30, 30, 150]),
    )
    band = RhythmBand(least, least + wide, least + wide + wider)
    gap = chance.uniform(least, band.max_gap)
    recent = _in_rhythm(chance, now, gap) if chance.random() < 0.5 else _recent(chance, now)
    last = max((touch.at for touch in recent), default=None)
    last_at = now - timedelta(days=chance.uniform(0, 40)) if chance.random() < 0.2 else None
    known = max((at for at in (last, last_at) if at is not None), default=now - timedelta(days=chance.uniform(0, 80)))
    return PlanningContact(
        contact_id=number,
        industry_key=chance.choice(["shops", "farms"]),
        calendar=calendar,
        band=band,
        zone=ZoneInfo(chance.choice(ZONES)),
        country=chance.choice(["GB", "US", "CN", ""]),
        customer_since=chance.choice([None, date(2024, 2, 29), date.fromordinal(chance.randrange(738000, 739600))]),
        gap=gap,
        due_at=known + timedelta(days=gap * chance.choice([0.5, 1, 1, 1, 1.3])),
        famine_from=known + timedelta(days=band.max_gap * chance.choice([1, 1, 1, 1.2])),
        channels=frozenset(chance.choice([[], *[[Channel.EMAIL], [Channel.SMS], [*Channel], [*Channel]] * 3])),
        attributes=chance.choice([{}, {"heating": "gas"}, {"heating": "oil", "size": "big"}]),
        recent=recent,
        had_editions=frozenset(chance.sample(range(14), chance.randrange(4))),
        paused_until=now + timedelta(days=chance.uniform(-5, 9)) if chance.random() < 0.05 else None,
        last_at=last_at,
        not_before=now + timedelta(days=chance.uniform(-1, 6)) if chance.random() < 0.05 else None,
        rests_until=now + timedelta(days=chance.uniform(-1, 12)) if (case := chance.random() < 0.05) else None,
        promotions_from=now + timedelta(days=chance.uniform(-1, 20)) if case else None,
        floor_gap=chance.choice([0.0, 0.0, 0.0, 12.0, 60.0]),
        favours_hours=chance.choice(["", "", "morning", "evening"]),
        favours_channel=chance.choice([None, None, Channel.EMAIL, Channel.SMS]),
        invited=_invited(chance, now.date()),
    )


def _invited(chance: random.Random, around: date) -> dict[int, tuple[date, date]]:
    """Invitations to some editions, over, in force or to come."""
    found = {}
    for edition_id in chance.sample(range(14), chance.choice([0, 4, 14])):
        first = around + timedelta(days=chance.randrange(-30, 10))
        found[edition_id] = (first, first + timedelta(days=chance.choice([0, 2, 20, 60])))
    return found


def _in_rhythm(chance: random.Random, now: datetime, gap: float) -> tuple[RecentTouch, ...]:
    """Letters at even distances, the next of them due about now."""
    last = now - timedelta(days=gap * chance.uniform(0.7, 1.3))
    campaigns = [chance.choice(CAMPAIGNS) for _ in range(chance.randrange(1, 5))]
    return tuple(
        RecentTouch(
            last - timedelta(days=gap * place), Channel.EMAIL, TouchClass.RELATIONSHIP, campaign, campaign.title()
        )
        for place, campaign in enumerate(campaigns)
    )


def _recent(chance: random.Random, now: datetime) -> tuple[RecentTouch, ...]:
    touches = []
    soonest = chance.choice([-2, 0, 5, 12, 25])
    for _ in range(chance.choice([0, 1, 2, 2, 4, 4, 7, 12])):
        at = now - timedelta(days=soonest + chance.uniform(0, chance.choice([10, 60])))
        campaign = chance.choice([*CAMPAIGNS, "former", ""])
        touch_class = chance.choice(list(TouchClass))
        touches.append(RecentTouch(at, chance.choice(list(Channel)), touch_class, campaign, campaign.title()))
    return tuple(sorted(touches, key=lambda touch: touch.at, reverse=True))


def a_world(seed: int, *, most: int = 6) -> tuple[datetime, timedelta, list[PlanningContact], list[Offer]]:
    """Now, a horizon, contacts of a few calendars and the editions there are."""
    chance = random.Random(seed)
    now = an_instant(chance)
    calendars = [some_calendar(chance, now.date()) for _ in range(2)]
    contacts = [
        some_contact(chance, now, number=chance.randrange(2**31), calendar=chance.choice(calendars))
        for _ in range(chance.randrange(1, most + 1))
    ]
    # Everybody of one industry has its calendar.
    contacts = [
        replace(contact, calendar=calendars[contact.industry_key == "farms"]) if contact.industry_key else contact
        for contact in contacts
    ]
    horizon = timedelta(hours=chance.choice([6, 36, 48]))
    return now, horizon, contacts, some_offers(chance, now.date())
