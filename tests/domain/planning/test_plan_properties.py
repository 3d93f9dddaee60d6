"""What holds for any calendar, zone and set of campaigns, over a simulated year."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from outreach.domain.calendar.contact_calendar import ContactCalendar
from outreach.domain.calendar.hours import Hours
from outreach.domain.calendar.season import Season, Stance
from outreach.domain.calendar.windows import in_quiet_hours
from outreach.domain.planning.candidates import URGENT
from outreach.domain.planning.plan import plan_contacts
from outreach.domain.planning.values import Decision, Offer, PlanningContact
from outreach.domain.rhythm.band import RhythmBand
from outreach.domain.rhythm.caps import CAP_TOUCHES, CAP_WINDOW, EVEN_SHARE
from outreach.domain.rhythm.codes import Code
from outreach.domain.rhythm.explain import sentence
from outreach.domain.touch import Channel, TouchClass
from tests.domain.planning.cases import HORIZON, NOW, a_contact, an_offer, decide, lived

ZONES = [
    *("Europe/London", "America/New_York", "Asia/Kathmandu", "Pacific/Kiritimati", "Pacific/Pago_Pago"),
    *("Australia/Lord_Howe", "America/Santiago", "Africa/Casablanca", "Asia/Beirut"),
]
STARTS = date(2026, 1, 1).toordinal()

weeks = st.lists(
    st.lists(st.sampled_from([Hours(570, 690), Hours(870, 1020), Hours(0, 1440), Hours(1050, 1290)]), max_size=1),
    min_size=7,
    max_size=7,
).filter(lambda week: any(week))

seasons = st.lists(
    st.builds(
        lambda number, stance, start, length: Season(
            f"season-{number}",
            f"season {number}",
            stance,
            dates=((date.fromordinal(STARTS + start), date.fromordinal(STARTS + start + length)),),
        ),
        st.integers(0, 99),
        st.sampled_from(Stance),
        st.integers(200, 700),
        st.integers(0, 70),
    ),
    max_size=4,
)

calendars = st.builds(
    lambda week, with_seasons, holidays: ContactCalendar(tuple(map(tuple, week)), tuple(with_seasons), holidays),
    weeks,
    seasons,
    st.booleans(),
)

bands = st.tuples(st.integers(2, 10), st.integers(1, 10), st.integers(8, 30)).map(
    lambda steps: RhythmBand(steps[0], steps[0] + steps[1], sum(steps))
)


def some_offers(seed: int) -> list[Offer]:
    """Two dozen editions of every class, rule and channel, and letters enough that content never runs out."""
    chance = random.Random(seed)
    offers = [an_offer(1000 + number) for number in range(80)]
    for number in range(24):
        opens = date.fromordinal(STARTS + chance.randrange(200, 600))
        rule = chance.choice(["issue", "issue", "series", "anniversary"])
        offers.append(
            an_offer(
                number,
                campaign_key=f"campaign-{number % 5}-{rule}",
                channel=chance.choice([Channel.EMAIL, Channel.SMS]),
                touch_class=chance.choice([*TouchClass, TouchClass.RELATIONSHIP, TouchClass.PROMOTION]),
                priority=chance.randrange(100),
                opens_on=opens,
                closes_on=opens + timedelta(days=chance.randrange(60)),
                rule=rule,
                position=number,
                every_months=chance.choice([1, 6, 12]),
                window_days=chance.randrange(31),
            )
        )
    return offers


@st.composite
def some_contacts(draw: st.DrawFn) -> PlanningContact:
    band = draw(bands)
    gap = draw(st.integers(int(band.min_gap * 10), int(band.max_gap * 10))) / 10
    due_in = draw(st.floats(0, 10))
    return a_contact(
        contact_id=draw(st.integers(1, 2**31)),
        calendar=draw(calendars),
        band=band,
        gap=gap,
        zone=ZoneInfo(draw(st.sampled_from(ZONES))),
        country=draw(st.sampled_from(["GB", "US", "CN", ""])),
        customer_since=draw(st.dates(date(2020, 1, 1), date(2026, 1, 1))),
        due_at=NOW + timedelta(days=due_in),
        channels=frozenset(draw(st.sampled_from([[Channel.EMAIL], [Channel.EMAIL, Channel.SMS]]))),
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(contact=some_contacts(), seed=st.integers(0, 10_000))
def test_a_year_of_decisions_keeps_every_promise(contact: PlanningContact, seed: int) -> None:
    looks = lived(contact, some_offers(seed), days=365)
    for now, seen, decision in looks:
        assert sentence(decision.reason)
        assert now < decision.look_again_at <= now + HORIZON + timedelta(days=7)
        if decision.touch is None:
            assert not decision.reason.code.startswith("due.")
            continue
        assert decision.reason.code.startswith("due.")
        assert now <= decision.touch.send_at <= now + HORIZON
        assert decision.touch.offer.edition_id not in seen.had_editions
        _reaches_at_a_welcome_time(seen, decision.touch.send_at, decision.touch.offer)
        if decision.touch.offer.touch_class not in URGENT:
            _keeps_gap_and_cap(seen, decision.touch.send_at)
    assert any(decision.touch for _, _, decision in looks), "a year without a touch"
    _no_silence_without_a_reason(looks)


def _reaches_at_a_welcome_time(contact: PlanningContact, at: datetime, offer: Offer) -> None:
    local = at.astimezone(contact.zone)
    minute = local.hour * 60 + local.minute
    stance = contact.calendar.stance_on(local.date(), contact.country)[0]
    assert any(hours.start <= minute < hours.end for hours in contact.calendar.hours_on(local.date()))
    assert not in_quiet_hours(at, zone=contact.zone, channel=offer.channel)
    assert offer.channel in contact.channels
    assert offer.opens_on <= local.date() <= offer.closes_on
    assert stance is not Stance.CLOSED or offer.touch_class in URGENT
    assert stance is not Stance.QUIET or offer.touch_class is not TouchClass.PROMOTION


def _keeps_gap_and_cap(contact: PlanningContact, at: datetime) -> None:
    before = [touch.at for touch in contact.recent]
    assert all(at - touch >= timedelta(days=contact.band.min_gap) for touch in before)
    assert sum(at - CAP_WINDOW < touch for touch in before) < CAP_TOUCHES


def _no_silence_without_a_reason(looks: list[tuple[datetime, PlanningContact, Decision]]) -> None:
    """Past the floor only a closed season, the cap or too rare hours hold a touch back, and a decision says so."""
    excuses = {Code.WAIT_CLOSED, Code.WAIT_CAP, Code.WAIT_HOURS}
    told: set[str] = set()
    for now, seen, decision in looks:
        told.add(decision.reason.code)
        reached = decision.touch.send_at if decision.touch else now
        if reached > seen.famine_from:
            assert told & excuses, (now, seen.famine_from, told)
            assert not _could_have_been_reached(seen, since=looks[0][0]), (now, seen.famine_from)
        if decision.touch:
            told.clear()


def _could_have_been_reached(contact: PlanningContact, *, since: datetime) -> bool:
    """Whether a letter could have gone out in time: tries every quarter of an hour up to the floor."""
    touches = sorted(touch.at for touch in contact.recent)
    at = max([since, *(touch + timedelta(days=contact.band.min_gap) for touch in touches)])
    at = max([at, *(touch + CAP_WINDOW for touch in touches[-CAP_TOUCHES : -CAP_TOUCHES + 1])])
    # Full quarters only, so that a stretch shorter than one is not held against the planner.
    at = datetime.fromtimestamp(int(at.timestamp()) // 900 * 900 + 900, UTC)
    while at <= contact.famine_from:
        local = at.astimezone(contact.zone)
        minute = local.hour * 60 + local.minute
        if (
            contact.calendar.stance_on(local.date(), contact.country)[0] is not Stance.CLOSED
            and not in_quiet_hours(at, zone=contact.zone, channel=Channel.EMAIL)
            and any(hours.start <= minute < hours.end for hours in contact.calendar.hours_on(local.date()))
        ):
            return True
        at += timedelta(minutes=15)
    return False


@given(contact=some_contacts(), seed=st.integers(0, 10_000), chance=st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_the_order_of_editions_never_changes_a_decision(
    contact: PlanningContact, seed: int, chance: random.Random
) -> None:
    offers = some_offers(seed)
    shuffled = list(offers)
    chance.shuffle(shuffled)
    assert decide(contact, *offers) == decide(contact, *shuffled)


@given(contacts=st.lists(some_contacts(), min_size=2, max_size=5), seed=st.integers(0, 10_000), cut=st.integers(0, 5))
@settings(max_examples=30, deadline=None)
def test_any_split_into_batches_gives_the_same_plan(contacts: list[PlanningContact], seed: int, cut: int) -> None:
    offers = some_offers(seed)
    whole = plan_contacts(contacts, offers, now=NOW, horizon=HORIZON)
    parts = [plan_contacts(part, offers, now=NOW, horizon=HORIZON) for part in (contacts[:cut], contacts[cut:])]
    assert whole == parts[0] + parts[1]


@given(
    contact_id=st.integers(1, 10_000),
    hours=st.integers(-11, 11),
    ago=st.integers(1, 60),
)
@settings(max_examples=60, deadline=None)
def test_a_contact_further_east_gets_the_same_plan_by_its_own_clock(contact_id: int, hours: int, ago: int) -> None:
    def plan(east: int) -> tuple[str, datetime | None, datetime]:
        shift = timedelta(hours=east)
        contact = a_contact(
            NOW - shift - timedelta(days=ago), contact_id=contact_id, zone=ZoneInfo(f"Etc/GMT{-east:+d}")
        )
        decision = decide(contact, an_offer(), now=NOW - shift)
        sent = decision.touch.send_at + shift if decision.touch else None
        return decision.reason.code, sent, decision.look_again_at + shift

    assert plan(hours) == plan(0)


@given(contact=some_contacts())
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_one_who_reads_nothing_new_hears_evenly_while_nothing_is_closed(contact: PlanningContact) -> None:
    """With an always open calendar the gaps stay within the dither and a day of the cadence, or of the cap's share."""
    calendar = ContactCalendar(((Hours(0, 1440),),) * 7, closed_on_holidays=False)
    contact = replace(contact, calendar=calendar, zone=ZoneInfo("UTC"))
    letters = [an_offer(number) for number in range(200)]
    sent = [decision.touch.send_at for _, _, decision in lived(contact, letters, days=365) if decision.touch]
    rhythm = contact.band.clip(max(contact.gap, EVEN_SHARE))
    lower = max(contact.band.min_gap, 0.9 * rhythm)
    # Five touches as close as the dither allows leave this for the last gap of a window.
    rest = CAP_WINDOW / timedelta(days=1) - (CAP_TOUCHES - 1) * lower
    for before, later in pairwise(sent):
        gap = (later - before) / timedelta(days=1)
        assert lower - 1e-6 <= gap
        assert gap <= max(contact.band.max_gap, rest)
        crowded = sum(later - CAP_WINDOW - timedelta(days=1) < at < later for at in sent) >= CAP_TOUCHES
        assert crowded or gap <= max(1.1 * rhythm, contact.band.min_gap) + 1
