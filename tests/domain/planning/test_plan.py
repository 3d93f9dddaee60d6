"""The decision for one contact: the next touch with its reason, or why to wait and until when."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from outreach.domain.calendar.hours import Hours
from outreach.domain.calendar.season import Stance
from outreach.domain.planning.plan import plan_contacts
from outreach.domain.rhythm.band import RhythmBand
from outreach.domain.rhythm.codes import Code
from outreach.domain.rhythm.explain import sentence
from outreach.domain.touch import Channel, TouchClass
from tests.domain.planning.cases import (
    ALWAYS_OPEN,
    HORIZON,
    NOW,
    a_calendar,
    a_contact,
    a_season,
    after,
    an_offer,
    decide,
    lived,
    planned,
)


def days_ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def test_a_contact_whose_rhythm_is_round_gets_a_touch_and_its_sentence() -> None:
    decision = decide(a_contact(days_ago(20)), an_offer())
    touch = planned(decision)
    assert NOW <= touch.send_at <= NOW + HORIZON
    assert decision.reason.code == Code.DUE_RHYTHM
    assert sentence(decision.reason).startswith("20.1 days since the Newsletter; this contact's rhythm is ")
    assert decision.look_again_at > touch.send_at


def test_a_contact_whose_rhythm_is_not_round_waits_until_it_comes_within_the_horizon() -> None:
    contact = a_contact(days_ago(9))
    decision = decide(contact, an_offer())
    assert decision.reason.code == Code.WAIT_RHYTHM
    then = planned(decide(contact, an_offer(), now=decision.look_again_at))
    assert then.send_at == decision.look_again_at + HORIZON


def test_nobody_is_out_of_sight_for_more_than_a_week() -> None:
    decision = decide(a_contact(days_ago(1), gap=30.0), an_offer())
    assert decision.look_again_at == NOW + timedelta(days=7)


def test_a_first_touch_waits_for_its_own_day() -> None:
    contact = a_contact(due_at=NOW + timedelta(days=1))
    decision = decide(contact, an_offer())
    assert planned(decision).send_at >= contact.due_at
    assert decision.reason.code == Code.DUE_FIRST


def test_a_pause_is_kept_even_from_service() -> None:
    contact = a_contact(days_ago(20), paused_until=NOW + timedelta(days=3))
    decision = decide(contact, an_offer(touch_class=TouchClass.SERVICE))
    assert decision.touch is None
    assert decision.reason.code == Code.WAIT_PAUSED
    assert decision.look_again_at == contact.paused_until
    assert decide(replace(contact, paused_until=NOW), an_offer()).touch is not None


def test_without_a_channel_nothing_is_sent_and_the_contact_is_looked_at_daily() -> None:
    decision = decide(a_contact(days_ago(60), channels=frozenset()), an_offer())
    assert (decision.touch, decision.reason.code) == (None, Code.NO_CONSENT)
    assert decision.look_again_at == NOW + timedelta(days=1)


def test_without_content_it_waits_and_says_so() -> None:
    decision = decide(a_contact(days_ago(20)), an_offer(channel=Channel.CALL))
    assert (decision.touch, decision.reason.code) == (None, Code.WAIT_NO_CONTENT)
    assert decision.look_again_at == NOW + timedelta(days=1)


def test_the_shortest_gap_is_kept_when_the_rhythm_wants_less() -> None:
    # The band was widened after the cadence had been learnt; its lower edge holds at once.
    contact = a_contact(days_ago(4), band=RhythmBand(6, 6, 35), gap=6.0)
    looks = lived(contact, [an_offer()], days=10)
    (sent,) = (planned(decision) for _, _, decision in looks if decision.touch)
    assert sent.send_at >= days_ago(4) + timedelta(days=6)


def test_the_cap_holds_and_the_exact_instant_it_frees_is_known() -> None:
    band = RhythmBand(1, 2, 35)
    touched = [days_ago(days) for days in (26.5, 20, 16, 12, 8)]
    contact = a_contact(*touched, band=band, gap=2.0, calendar=ALWAYS_OPEN, channels=frozenset({Channel.EMAIL}))
    decision = decide(contact, an_offer(), horizon=timedelta(hours=12))
    assert decision.reason.code == Code.WAIT_CAP
    assert sentence(decision.reason) == (
        "28 days have room for the weight of 5 letters, and they are full; room is free again on 9 September 2026."
    )
    sent = planned(decide(contact, an_offer(), now=decision.look_again_at, horizon=timedelta(hours=12)))
    assert sent.send_at >= days_ago(26.5) + timedelta(days=28)
    assert sent.send_at.date() == date(2026, 9, 10)


def test_service_passes_gap_cap_and_season_but_not_hours() -> None:
    closed = a_calendar(a_season(Stance.CLOSED, "2026-09-01", "2026-12-31"))
    contact = a_contact(*(days_ago(days) for days in (9, 7, 5, 3, 1)), calendar=closed)
    decision = decide(contact, an_offer(touch_class=TouchClass.SERVICE), now=NOW + timedelta(hours=9))
    assert decision.reason.code == Code.DUE_SERVICE
    local = planned(decision).send_at.astimezone(contact.zone)
    assert (local.date(), 9 <= local.hour < 17) == (date(2026, 9, 9), True)


def test_a_service_message_that_opens_later_cuts_the_waiting_short() -> None:
    alert = an_offer(touch_class=TouchClass.SERVICE, opens_on=date(2026, 9, 12))
    contact = a_contact(days_ago(1), gap=30.0)
    decision = decide(contact, alert)
    assert decision.touch is None
    assert planned(decide(contact, alert, now=decision.look_again_at)).send_at.date() == date(2026, 9, 14)  # Monday


def test_service_counts_as_a_touch() -> None:
    contact = a_contact(days_ago(20))
    alert = planned(decide(contact, an_offer(1, touch_class=TouchClass.SERVICE), an_offer(2)))
    assert alert.offer.edition_id == 1
    assert decide(after(contact, alert), an_offer(2)).touch is None


def test_a_quiet_season_slows_the_rhythm_and_a_peak_quickens_it() -> None:
    last = datetime(2026, 9, 1, 10, tzinfo=UTC)

    def due(stance: Stance) -> tuple[str, datetime]:
        calendar = a_calendar(a_season(stance, "2026-09-02", "2026-10-31", "harvest"))
        looks = lived(a_contact(last, calendar=calendar), [an_offer()], days=40)
        decision = next(decision for _, _, decision in looks if decision.touch)
        return decision.reason.code, planned(decision).send_at

    assert due(Stance.PEAK)[0] == Code.DUE_PEAK
    assert due(Stance.QUIET)[0] == Code.DUE_QUIET
    assert due(Stance.PEAK)[1] < due(Stance.OPEN)[1] < due(Stance.QUIET)[1]


def test_nothing_is_sold_in_a_quiet_season() -> None:
    quiet = a_calendar(a_season(Stance.QUIET, "2026-09-01", "2026-09-30"))
    decision = decide(a_contact(days_ago(34), calendar=quiet), an_offer(touch_class=TouchClass.PROMOTION))
    assert decision.reason.code == Code.WAIT_NO_CONTENT


def test_when_silence_would_end_inside_a_closed_season_the_touch_goes_out_before_it() -> None:
    closed = a_calendar(a_season(Stance.CLOSED, "2026-09-16", "2026-10-31"))
    contact = a_contact(days_ago(2), calendar=closed)
    looks = lived(contact, [an_offer()], days=20)
    assert {decision.reason.code for _, _, decision in looks if not decision.touch} == {
        Code.WAIT_RHYTHM,
        Code.WAIT_CLOSED,
    }
    (decision,) = (decision for _, _, decision in looks if decision.touch)
    assert decision.reason.code == Code.DUE_LAST_CALL
    assert date(2026, 9, 13) <= planned(decision).send_at.date() <= date(2026, 9, 15)
    assert "so it goes out a little before" in sentence(decision.reason)


def test_when_the_shortest_gap_forbids_that_it_goes_out_on_the_first_open_day_after() -> None:
    closed = a_calendar(a_season(Stance.CLOSED, "2026-09-10", "2026-10-31"))
    looks = lived(a_contact(days_ago(2), calendar=closed), [an_offer()], days=70)
    assert {decision.reason.code for _, _, decision in looks[:3]} == {Code.WAIT_CLOSED}
    (decision,) = (decision for _, _, decision in looks if decision.touch)
    assert decision.reason.code == Code.DUE_AFTER_CLOSED
    assert planned(decision).send_at.date() == date(2026, 11, 2)


def test_the_rhythm_never_wants_more_than_the_longest_gap() -> None:
    contact = a_contact(days_ago(30), gap=35.0)
    looks = lived(contact, [an_offer()], days=10)
    (decision,) = (decision for _, _, decision in looks if decision.touch)
    assert planned(decision).send_at <= contact.famine_from
    assert decision.reason.code in {Code.DUE_DEADLINE, Code.DUE_RHYTHM}


def test_an_opening_before_the_floor_is_not_slept_through_when_its_content_comes_late() -> None:
    """Editions that open beyond the horizon are not known to the planner; it must wake up for the opening itself."""
    closed = a_calendar(a_season(Stance.CLOSED, "2026-09-25", "2026-11-30"))
    contact, now, sent = a_contact(days_ago(2), calendar=closed), NOW, None
    while sent is None and now < NOW + timedelta(days=90):
        known = [an_offer(opens_on=date(2026, 9, 24))] if now + HORIZON >= datetime(2026, 9, 24, tzinfo=UTC) else []
        decision = decide(contact, *known, now=now)
        sent, now = decision.touch, decision.look_again_at
    assert sent is not None
    assert sent.send_at.date() == date(2026, 9, 24)


def test_a_contact_who_is_silent_too_long_already_is_written_to_at_the_next_opening() -> None:
    decision = decide(a_contact(days_ago(60)), an_offer())
    assert planned(decision).send_at.date() == NOW.date()
    assert decision.reason.code == Code.DUE_DEADLINE


def test_outside_the_hours_it_waits_for_the_next_opening() -> None:
    mondays = a_calendar(hours=((Hours(540, 660),), (), (), (), (), (), ()))
    decision = decide(a_contact(days_ago(20), calendar=mondays), an_offer())
    assert decision.reason.code == Code.WAIT_HOURS
    assert sentence(decision.reason).endswith("the next opening is on 14 September 2026.")


def test_hours_that_never_meet_those_of_the_channel_are_told() -> None:
    evenings = a_calendar(hours=((Hours(20 * 60, 21 * 60),),) * 7)
    decision = decide(a_contact(days_ago(20), calendar=evenings, channels=frozenset({Channel.SMS})), an_offer())
    assert decision.reason.code == Code.WAIT_NO_HOURS


def test_a_planned_touch_counts_before_it_is_made() -> None:
    contact = a_contact(days_ago(20))
    touch = planned(decide(contact, an_offer(1), an_offer(2)))
    waiting = replace(after(contact, touch), due_at=contact.due_at, famine_from=contact.famine_from)
    decision = decide(waiting, an_offer(2))
    assert decision.touch is None
    assert decision.reason.code == Code.WAIT_RHYTHM


def test_many_contacts_are_not_written_to_in_one_minute() -> None:
    contacts = [a_contact(days_ago(20), contact_id=number) for number in range(500)]
    decisions = plan_contacts(contacts, [an_offer()], now=NOW, horizon=HORIZON)
    minutes = {planned(decision).send_at.replace(second=0) for decision in decisions}
    assert [decision.contact_id for decision in decisions] == list(range(500))
    assert len(minutes) > 150


def test_editions_that_are_past_reach_nobody() -> None:
    past = an_offer(closes_on=NOW.date() - timedelta(days=1))
    (decision,) = plan_contacts([a_contact(days_ago(20))], [past], now=NOW, horizon=HORIZON)
    assert decision.touch is None


def test_an_exclusive_series_that_waits_for_room_never_silences_anybody_past_the_floor() -> None:
    """The text of the series has no room under the caps before the floor; a letter has, and goes."""
    touched = [days_ago(days) for days in (8, 11.5, 15, 18.5)]
    contact = a_contact(*touched, band=RhythmBand(2, 4, 10), gap=4.0, calendar=ALWAYS_OPEN)
    text = an_offer(1, rule="series", position=1, exclusive=True, channel=Channel.SMS, campaign_key="welcome")
    looks = lived(contact, [text, an_offer(2)], days=4)
    first = next(decision for _, _, decision in looks if decision.touch)
    assert planned(first).offer.edition_id == 2
    assert planned(first).send_at <= days_ago(8) + timedelta(days=10)
