"""Services that come round: when they are asked for, by how many messages, and when not."""

from datetime import UTC, date, datetime

import pytest

from outreach.domain.care.due_services.facts import FactKind, Remark, remarks, standing
from outreach.domain.care.due_services.rounds import MOVES, Ending, Round, RoundState, Step
from outreach.domain.care.due_services.service import First, Holder, season_between
from outreach.domain.errors import ImpossibleTransition
from tests.domain.care.lives import DAY, Life, a_member, a_service

CHIMNEY = a_service()
BOILER = a_service(2, "boiler", season=season_between({"from": "07-01", "to": "10-31"}))
REVIEW = a_service(3, "account-review", holder=Holder.PERSON, season=season_between({"from": "01-10", "to": "03-15"}))


def a_life(*services: object, swept: date | None = date(2025, 7, 10), **values: object) -> Life:
    life = Life(list(services) or [CHIMNEY], [a_member()], **values)  # type: ignore[arg-type]
    if swept:
        for service in life.services:
            life.tell(service, FactKind.DONE, swept)
    return life


def test_it_asks_ahead_of_the_day_then_reminds_then_asks_for_the_last_time_then_somebody_calls() -> None:
    life = a_life()
    life.live(date(2026, 1, 1), date(2026, 12, 31))
    assert life.told() == [
        (date(2026, 6, 10), "first", (1,)),
        (date(2026, 6, 24), "reminder", (1,)),
        (date(2026, 7, 8), "last", (1,)),
    ]
    assert life.calls == [(date(2026, 7, 22), 1, (1,))]


def test_after_the_call_it_rests_until_the_next_round() -> None:
    life = a_life()
    life.live(date(2026, 1, 1), date(2027, 12, 31))
    assert [one.ended_as for one in life.rounds] == [Ending.RESTED, Ending.RESTED]
    assert [one.opened_on for one in life.rounds] == [date(2026, 6, 10), date(2027, 6, 1)]
    assert life.rounds[0].ended_on == date(2026, 8, 19)


def test_a_closed_call_ends_the_round_at_once() -> None:
    life = a_life()
    life.live(date(2026, 1, 1), date(2026, 7, 25))
    life.open_calls.clear()
    life.live(date(2026, 7, 26), date(2026, 7, 27))
    assert (life.rounds[0].ended_as, life.rounds[0].ended_on) == (Ending.RESTED, date(2026, 7, 26))


def test_what_is_due_outside_its_season_waits_for_it() -> None:
    life = a_life(swept=date(2025, 11, 2))
    life.live(date(2026, 1, 1), date(2027, 6, 30))
    assert life.told()[0] == (date(2027, 6, 1), "first", (1,))


def test_a_season_over_new_year_is_one_season() -> None:
    wood = a_service(season=season_between({"from": "11-15", "to": "02-10"}))
    life = a_life(wood, swept=date(2025, 1, 15))
    life.live(date(2025, 6, 1), date(2026, 6, 1))
    assert [day for day, _, _ in life.told()] == [date(2025, 12, 16), date(2025, 12, 30), date(2026, 1, 13)]
    assert [day for day, _, _ in life.calls] == [date(2026, 1, 27)]
    assert wood.season_end(date(2025, 12, 31)) == date(2026, 2, 10)


def test_a_season_may_follow_a_named_day() -> None:
    spring = a_service(season=season_between({"from": "easter + 1", "to": "easter + 60"}))
    life = a_life(spring, swept=date(2025, 4, 1))
    life.live(date(2026, 1, 1), date(2026, 12, 31))
    assert life.told()[0][0] == date(2026, 4, 6)


def test_at_the_end_of_a_season_the_call_comes_while_it_lasts() -> None:
    life = a_life(swept=date(2025, 9, 28))
    life.live(date(2026, 1, 1), date(2026, 12, 31))
    assert [day for day, _, _ in life.told()] == [date(2026, 8, 29), date(2026, 9, 12)]
    assert [day for day, _, _ in life.calls] == [date(2026, 9, 15)]
    assert life.rounds[0].ended_as is Ending.RESTED


def test_a_round_that_its_season_cut_short_begins_again_with_the_next() -> None:
    life = a_life(swept=date(2025, 10, 19))
    life.live(date(2026, 1, 1), date(2027, 6, 10))
    assert [day for day, _, _ in life.told()] == [date(2026, 9, 19), date(2027, 6, 1)]
    assert [one.ended_as for one in life.rounds] == [Ending.SEASON_OVER, None]


@pytest.mark.parametrize("kind", [FactKind.BOOKED, FactKind.DONE])
def test_nothing_is_asked_after_a_booking_or_a_visit(kind: FactKind) -> None:
    life = a_life()
    life.live(date(2026, 1, 1), date(2026, 6, 26))
    life.tell(CHIMNEY, kind, date(2026, 6, 26))
    life.live(date(2026, 6, 26), date(2026, 12, 31))
    assert [edition for _, edition, _ in life.told()] == ["first", "reminder"]
    assert life.calls == []
    assert life.rounds[0].ended_as is Ending.DONE


def test_a_booking_takes_back_a_message_that_has_not_left() -> None:
    life = a_life(late=5)
    life.live(date(2026, 1, 1), date(2026, 6, 12))
    life.tell(CHIMNEY, FactKind.BOOKED, date(2026, 6, 12))
    life.live(date(2026, 6, 12), date(2026, 12, 31))
    assert life.told() == []
    assert [one.withdrawn_on for one in life.sent] == [date(2026, 6, 12)]


def test_a_booking_of_one_of_two_services_leaves_the_other_in_a_message_of_its_own() -> None:
    life = a_life(CHIMNEY, BOILER, late=5, swept=date(2025, 8, 10))
    life.live(date(2026, 1, 1), date(2026, 7, 12))
    assert [one.message.services for one in life.sent] == [(1, 2)]
    life.tell(CHIMNEY, FactKind.BOOKED, date(2026, 7, 12))
    life.live(date(2026, 7, 12), date(2026, 7, 20))
    assert life.told() == [(date(2026, 7, 17), "first", (2,))]


def test_a_booking_puts_the_call_off_the_list() -> None:
    life = a_life()
    life.live(date(2026, 1, 1), date(2026, 7, 24))
    assert life.open_calls == {1}
    life.tell(CHIMNEY, FactKind.BOOKED, date(2026, 7, 24))
    life.live(date(2026, 7, 24), date(2026, 7, 24))
    assert life.open_calls == set()
    assert life.states() == [RoundState.BOOKED]


def test_a_booking_that_is_taken_back_goes_on_where_it_was() -> None:
    life = a_life()
    life.live(date(2026, 1, 1), date(2026, 6, 12))
    life.tell(CHIMNEY, FactKind.BOOKED, date(2026, 6, 12))
    life.live(date(2026, 6, 12), date(2026, 6, 16))
    life.facts[1, life.id].pop()
    life.next_on = date.min
    life.live(date(2026, 6, 17), date(2026, 7, 30))
    assert [(day, edition) for day, edition, _ in life.told()] == [
        (date(2026, 6, 10), "first"),
        (date(2026, 6, 24), "reminder"),
        (date(2026, 7, 8), "last"),
    ]


def test_who_booked_and_was_never_written_down_as_served_counts_as_served() -> None:
    life = a_life()
    life.tell(CHIMNEY, FactKind.BOOKED, date(2026, 6, 20))
    life.live(date(2026, 6, 15), date(2027, 6, 30))
    assert life.told()[0] == (date(2027, 6, 1), "first", (1,))


def test_a_second_booking_moves_the_day_and_begins_nothing() -> None:
    life = a_life()
    life.live(date(2026, 1, 1), date(2026, 6, 12))
    for on in (date(2026, 6, 12), date(2026, 6, 30)):
        life.tell(CHIMNEY, FactKind.BOOKED, on)
        life.live(on, on + 3 * DAY)
    assert [(one.state, one.booked_on) for one in life.rounds] == [(RoundState.BOOKED, date(2026, 6, 30))]
    facts = life.facts[1, life.id]
    assert list(remarks(facts, settles=CHIMNEY.settles).values()) == [
        Remark.OLDER,
        Remark.OLDER,
        Remark.SECOND_BOOKING,
    ]
    life.live(date(2026, 7, 4), date(2027, 5, 30))
    assert len(life.rounds) == 1


def test_a_visit_that_is_told_late_ends_the_round_it_answers() -> None:
    life = a_life()
    life.live(date(2026, 1, 1), date(2026, 7, 1))
    life.tell(CHIMNEY, FactKind.DONE, date(2026, 5, 2))
    life.live(date(2026, 7, 1), date(2027, 5, 30))
    assert len(life.told()) == 2
    assert life.rounds[0].ended_as is Ending.DONE


def test_an_old_visit_that_is_told_late_changes_nothing() -> None:
    life = a_life()
    life.live(date(2026, 1, 1), date(2026, 6, 12))
    life.tell(CHIMNEY, FactKind.DONE, date(2023, 7, 1))
    life.live(date(2026, 6, 12), date(2026, 7, 30))
    assert len(life.told()) == 3


def test_facts_come_to_the_same_in_whatever_order_they_are_told() -> None:
    first, second = a_life(swept=None), a_life(swept=None)
    told = [
        (FactKind.DONE, date(2024, 7, 1)),
        (FactKind.BOOKED, date(2026, 6, 1)),
        (FactKind.DONE, date(2026, 6, 20)),
    ]
    for life, order in ((first, told), (second, told[::-1])):
        for kind, on in order:
            life.tell(CHIMNEY, kind, on)
    found = [standing(life.facts[1, 900], settles=CHIMNEY.settles, today=date(2026, 6, 21)) for life in (first, second)]
    assert found[0] == found[1]
    assert (found[0].last, found[0].booked) == (date(2026, 6, 20), None)


def test_what_is_not_needed_any_more_is_not_asked_for_until_it_is_booked_again() -> None:
    life = a_life()
    life.live(date(2026, 1, 1), date(2026, 6, 15))
    life.tell(CHIMNEY, FactKind.NOT_NEEDED, date(2026, 6, 15))
    life.live(date(2026, 6, 15), date(2028, 6, 15))
    assert len(life.told()) == 1
    assert life.rounds[0].ended_as is Ending.NOT_NEEDED
    life.tell(CHIMNEY, FactKind.DONE, date(2028, 6, 16))
    life.live(date(2028, 6, 16), date(2029, 7, 30))
    assert len(life.told()) == 4


def test_several_services_that_are_due_within_a_month_join_one_message() -> None:
    life = a_life(CHIMNEY, BOILER, swept=None)
    life.tell(CHIMNEY, FactKind.DONE, date(2025, 8, 1))
    life.tell(BOILER, FactKind.DONE, date(2025, 8, 25))
    life.live(date(2026, 1, 1), date(2026, 8, 31))
    assert life.told() == [
        (date(2026, 7, 2), "first", (1, 2)),
        (date(2026, 7, 16), "reminder", (1, 2)),
        (date(2026, 7, 30), "last", (1, 2)),
    ]
    assert life.calls == [(date(2026, 8, 13), 1, (1, 2))]


def test_what_falls_due_soon_after_a_message_waits_for_the_next() -> None:
    life = a_life(CHIMNEY, BOILER, swept=None)
    life.tell(CHIMNEY, FactKind.DONE, date(2025, 7, 15))
    life.tell(BOILER, FactKind.DONE, date(2025, 7, 20))
    life.live(date(2026, 1, 1), date(2026, 8, 31))
    assert life.told() == [
        (date(2026, 6, 15), "first", (1,)),
        (date(2026, 6, 29), "reminder", (1,)),
        (date(2026, 7, 13), "first", (1, 2)),
        (date(2026, 7, 27), "reminder", (2,)),
        (date(2026, 8, 10), "last", (2,)),
    ]


def test_one_person_is_asked_for_everybody_in_the_house() -> None:
    engaged = datetime(2026, 1, 1, tzinfo=UTC)
    life = a_life(CHIMNEY, REVIEW, swept=None)
    life.members = [
        a_member(1, engaged_at=engaged),
        a_member(2, engaged_at=engaged + DAY),
        a_member(3, engaged_at=engaged + 2 * DAY, campaigns=frozenset()),
    ]
    life.live(date(2026, 1, 1), date(2026, 1, 31))
    assert [one.message.contact_id for one in life.sent] == [2, 2]
    assert life.sent[0].message.people == ("Anna1", "Anna3")
    assert len(life.rounds) == 3


def test_in_a_house_where_nobody_may_be_written_to_somebody_calls() -> None:
    life = a_life()
    life.members = [a_member(campaigns=frozenset())]
    life.live(date(2026, 1, 1), date(2026, 12, 31))
    assert life.told() == []
    assert life.calls == [(date(2026, 6, 10), 1, (1,))]


def test_where_nobody_can_be_reached_at_all_it_stays_due() -> None:
    life = a_life()
    life.members = [a_member(campaigns=frozenset(), may_call=False)]
    life.live(date(2026, 1, 1), date(2026, 7, 1))
    assert life.states() == [RoundState.DUE]
    life.members = [a_member()]
    life.live(date(2026, 7, 2), date(2026, 7, 10))
    assert [edition for _, edition, _ in life.told()] == ["first"]


def test_a_message_that_never_left_was_no_first_message() -> None:
    life = a_life(late=None)
    life.live(date(2026, 1, 1), date(2026, 12, 31))
    assert [one.message.edition for one in life.sent] == ["first", "first", "first"]
    assert len(life.calls) == 1


def test_the_pause_is_counted_from_the_day_a_message_left() -> None:
    life = a_life(late=10)
    life.live(date(2026, 1, 1), date(2026, 12, 31))
    assert [day for day, _, _ in life.told()] == [date(2026, 6, 20), date(2026, 7, 14), date(2026, 8, 7)]


def test_a_service_of_the_place_stays_when_somebody_moves_and_one_of_a_person_goes_along() -> None:
    old, new = a_life(CHIMNEY, REVIEW), Life([CHIMNEY, REVIEW], [a_member(2)], id=901)
    new.tell(CHIMNEY, FactKind.DONE, date(2026, 6, 2), contact_id=2)
    old.live(date(2026, 1, 1), date(2026, 6, 15))
    assert [one.service_id for one in old.rounds] == [1]
    (moving,) = old.members
    old.members, new.members = [], [*new.members, moving]
    new.facts[3, 1] = old.facts[3, 1]
    old.next_on = date.min
    old.live(date(2026, 6, 16), date(2026, 6, 16))
    assert old.rounds[0].ended_as is Ending.MOVED
    new.live(date(2026, 6, 16), date(2027, 4, 1))
    # The new house was swept in June, and the review of who moved in is theirs.
    assert {(one.service_id, one.holder) for one in new.rounds} == {(3, 1), (3, 2)}


def test_who_was_asked_and_left_is_replaced_by_who_stays() -> None:
    life = a_life(late=5)
    life.members = [a_member(1, engaged_at=datetime(2026, 1, 1, tzinfo=UTC)), a_member(2)]
    life.live(date(2026, 1, 1), date(2026, 6, 12))
    life.members = [a_member(2)]
    life.next_on = date.min
    life.live(date(2026, 6, 13), date(2026, 6, 20))
    assert [(one.message.contact_id, one.sent_on) for one in life.sent] == [(1, None), (2, date(2026, 6, 18))]
    assert life.rounds[0].attempts == 1


def test_a_service_no_longer_on_offer_ends_its_round() -> None:
    life = a_life(late=5)
    life.live(date(2026, 1, 1), date(2026, 6, 12))
    life.services = []
    life.look(date(2026, 6, 13))
    assert life.rounds[0].ended_as is Ending.RETIRED
    assert [one.withdrawn_on for one in life.sent] == [date(2026, 6, 13)]


@pytest.mark.parametrize(
    ("done", "due"), [(date(2024, 2, 29), date(2025, 2, 28)), (date(2027, 2, 28), date(2028, 2, 28))]
)
def test_what_was_done_on_a_leap_day_is_due_at_the_end_of_february(done: date, due: date) -> None:
    assert CHIMNEY.due_after(done) == due


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("customer_since + 12 months", date(2021, 2, 28)),
        ("customer_since", date(2020, 2, 29)),
        ("at once", date(2020, 2, 29)),
    ],
)
def test_the_first_time_is_counted_as_the_pack_says(text: str, due: date) -> None:
    first = First.read(text)
    assert first is not None
    assert first.due_on(date(2020, 2, 29)) == due


def test_a_look_too_many_changes_nothing_and_a_clock_that_jumps_does_no_harm() -> None:
    life = a_life()
    life.look(date(2026, 6, 10))
    for day in (date(2026, 6, 10), date(2026, 6, 10), date(2025, 6, 10), date(2026, 6, 11)):
        assert life.look(day).messages == ()
    life.look(date(2029, 6, 10))
    assert len(life.sent) == 2


def test_a_round_that_is_over_moves_no_more() -> None:
    over = Round(1, 1, 1, RoundState.RESTING, date(2026, 1, 1), date(2026, 1, 1))
    with pytest.raises(ImpossibleTransition):
        over.booked(date(2026, 1, 1))
    assert not any(state is RoundState.RESTING for state, _ in MOVES)
    assert {state for state in RoundState if (state, Step.CLOSE) in MOVES} == set(RoundState) - {RoundState.RESTING}
