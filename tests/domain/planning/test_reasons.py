"""The sentence of a decision names what really kept or brought the touch."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from outreach.domain.calendar.hours import Hours
from outreach.domain.calendar.season import Stance
from outreach.domain.planning.plan import plan_contacts
from outreach.domain.rhythm.band import RhythmBand
from outreach.domain.rhythm.codes import Code
from outreach.domain.rhythm.explain import sentence
from outreach.domain.touch import Channel
from tests.domain.planning.cases import HORIZON, NOW, a_calendar, a_contact, a_season, an_offer, decide


def test_a_silence_of_years_is_told_with_its_true_day() -> None:
    newcomer = a_contact(famine_from=NOW - timedelta(days=800), due_at=NOW - timedelta(days=820))
    decision = decide(newcomer, an_offer())
    assert decision.reason.code == Code.DUE_DEADLINE
    assert decision.reason.numbers["famine"] == (NOW - timedelta(days=800)).date().isoformat()


def test_a_pause_of_years_is_told_with_its_true_day() -> None:
    paused = a_contact(NOW - timedelta(days=20), paused_until=NOW + timedelta(days=900))
    assert decide(paused, an_offer()).reason.numbers["until"] == (NOW + timedelta(days=900)).date().isoformat()


def test_a_touch_that_comes_after_the_floor_for_want_of_an_opening_says_so() -> None:
    """Tuesdays only, and the floor falls on a Monday before which the shortest gap leaves no Tuesday."""
    tuesdays = a_calendar(hours=((), (Hours(540, 660),), (), (), (), (), ()))
    contact = a_contact(NOW - timedelta(days=1), calendar=tuesdays, band=RhythmBand(6, 6, 7), gap=6.0)
    decision = decide(contact, an_offer(), horizon=timedelta(days=1))
    assert decision.reason.code == Code.WAIT_HOURS


def test_whoever_waits_for_room_for_a_text_is_told_of_the_cap_though_letters_for_others_would_fit() -> None:
    touched = [NOW - timedelta(days=days) for days in (9, 12, 15, 20)]
    contact = a_contact(*touched, channels=frozenset({Channel.SMS}), band=RhythmBand(2, 4, 35), gap=4.0)
    text, letter = an_offer(1, channel=Channel.SMS), an_offer(2, industries=frozenset({"farms"}))
    assert decide(contact, text).reason.code == Code.WAIT_CAP
    assert decide(contact, text, letter) == decide(contact, text)


def test_many_are_told_what_each_alone_is_told() -> None:
    closed = a_calendar(a_season(Stance.CLOSED, "2026-09-10", "2026-10-20"))
    contacts = [
        a_contact(NOW - timedelta(days=20)),
        a_contact(NOW - timedelta(days=2)),
        a_contact(NOW - timedelta(days=2), calendar=closed),
        a_contact(NOW - timedelta(days=40), channels=frozenset()),
        replace(a_contact(), paused_until=NOW + timedelta(days=3)),
    ]
    offers = [an_offer(1), an_offer(2, campaign_key="tips")]
    decisions = plan_contacts(contacts, offers, now=NOW, horizon=HORIZON)
    assert decisions == [decide(contact, *offers) for contact in contacts]
    assert all(first.reason != second.reason for first, second in pairwise(decisions))
    assert all(sentence(decision.reason) for decision in decisions)


def test_a_season_that_is_long_over_keeps_nobody_waiting() -> None:
    """Due in a closed season in July, and now it is outside the hours: that is why it waits."""
    calendar = a_calendar(
        a_season(Stance.CLOSED, "2026-07-15", "2026-08-05"), hours=((), (), (), (), (), (Hours(540, 660),), ())
    )
    contact = a_contact(due_at=NOW - timedelta(days=45), famine_from=NOW + timedelta(days=5), calendar=calendar)
    assert decide(contact, an_offer()).reason.code == Code.WAIT_HOURS
