"""Recurrence of editions: what a rule says, day by day, and which rules are refused."""

from calendar import monthrange
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.domain.errors import BadInput
from outreach.domain.recurrence import COUNTED_FROM, Recurrence, Unit, next_dates, read_rrule

WEEKDAY = st.integers(0, 6)
WEEKLY = st.builds(Recurrence, st.just(Unit.WEEK), st.integers(1, 26), WEEKDAY)
NUMBERED = st.builds(Recurrence, st.just(Unit.MONTH), st.integers(1, 12), WEEKDAY, st.sampled_from([1, 2, 3, 4, -1]))
BY_DAY = st.builds(
    lambda interval, day: Recurrence(Unit.MONTH, interval, month_day=day),
    st.integers(1, 12),
    st.sampled_from([*range(1, 29), -1]),
)
RULES = WEEKLY | NUMBERED | BY_DAY


def is_date_of(rule: Recurrence, day: date) -> bool:
    """The naive way: does the sentence hold on this very day?"""
    if rule.unit is Unit.WEEK:
        weeks = (day - COUNTED_FROM).days // 7
        return day.weekday() == rule.weekday and weeks % rule.interval == 0
    months = (day.year - COUNTED_FROM.year) * 12 + day.month - 1
    if months % rule.interval:
        return False
    length = monthrange(day.year, day.month)[1]
    if rule.weekday is None:
        return day.day == (length if rule.month_day == -1 else rule.month_day)
    if day.weekday() != rule.weekday:
        return False
    return day.day + 7 > length if rule.nth == -1 else (day.day - 1) // 7 + 1 == rule.nth


@given(rule=RULES, after=st.dates(date(2020, 1, 1), date(2040, 12, 31)), count=st.integers(1, 6))
def test_next_dates_are_those_that_walking_day_by_day_finds(rule: Recurrence, after: date, count: int) -> None:
    expected, day = [], after
    while len(expected) < count:
        day += timedelta(days=1)
        if is_date_of(rule, day):
            expected.append(day)
    assert next_dates(rule, after=after, count=count) == expected


@given(rule=RULES)
def test_a_rule_survives_being_written_and_read(rule: Recurrence) -> None:
    assert read_rrule(rule.rrule) == rule


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("FREQ=MONTHLY;BYDAY=1TU", date(2026, 10, 6)),
        ("freq=monthly;byday=-1fr", date(2026, 9, 25)),
        ("RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", date(2026, 9, 21)),
        ("FREQ=MONTHLY;BYMONTHDAY=15", date(2026, 9, 15)),
        ("FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=1", date(2026, 10, 1)),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", date(2026, 9, 30)),
    ],
)
def test_usual_rules_say_the_day_that_people_expect(text: str, first: date) -> None:
    assert next_dates(read_rrule(text), after=date(2026, 9, 8), count=1) == [first]


def test_the_day_after_which_is_asked_does_not_count() -> None:
    rule = read_rrule("FREQ=WEEKLY;BYDAY=TU")
    assert next_dates(rule, after=date(2026, 9, 8), count=1) == [date(2026, 9, 15)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("every tuesday", "every tuesday"),
        ("", ""),
        ("FREQ=DAILY", "DAILY"),
        ("FREQ=MONTHLY;BYDAY=1TU;COUNT=4", "COUNT"),
        ("FREQ=MONTHLY;BYDAY=5TU", "5"),
        ("FREQ=MONTHLY;BYDAY=TU", "0"),
        ("FREQ=MONTHLY;BYDAY=1TU,3TU", "1TU,3TU"),
        ("FREQ=MONTHLY;BYMONTHDAY=31", "31"),
        ("FREQ=MONTHLY;BYMONTHDAY=two", "TWO"),
        ("FREQ=MONTHLY;BYMONTHDAY=3;BYDAY=1TU", ""),
        ("FREQ=WEEKLY;BYDAY=1MO", ""),
        ("FREQ=WEEKLY;INTERVAL=0;BYDAY=MO", "0"),
        ("FREQ=WEEKLY;INTERVAL=999;BYDAY=MO", "999"),
        ("FREQ=WEEKLY;WKST=SU;BYDAY=MO", "SU"),
        ("FREQ=WEEKLY;FREQ=MONTHLY;BYDAY=1MO", "FREQ=WEEKLY;FREQ=MONTHLY;BYDAY=1MO"),
    ],
)
def test_a_rule_that_cannot_be_kept_is_refused_with_its_place_and_a_mend(text: str, value: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_rrule(text, place="pack.yaml", column="campaigns.0.recurrence")
    (fault,) = refused.value.faults
    assert (fault.place, fault.column, fault.value) == ("pack.yaml", "campaigns.0.recurrence", value)
    assert fault.mend.endswith(".")
