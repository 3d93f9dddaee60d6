"""The nightly look at everybody's habit."""

from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from sqlalchemy import select

from outreach.db.models.habits import HabitRow
from outreach.db.models.signals import Signal
from outreach.db.queries.habits import load_fading, load_habit, next_look
from outreach.db.session import Database
from outreach.domain.care.habit.scored import EarlyWarning
from outreach.domain.rhythm.explain import sentence
from outreach.services.score_habits import score_habits
from tests.factories import NOW, a_contact, an_industry

TODAY = NOW.date()


def buys(db: Database, contact: int, *ago: int, kind: str = "purchase") -> None:
    with db.transaction() as session:
        for days in ago:
            session.add(Signal(contact_id=contact, kind=kind, occurred_at=NOW - timedelta(days=days)))


def rows(db: Database) -> dict[int, HabitRow]:
    with db.transaction() as session:
        found = {row.contact_id: row for row in session.scalars(select(HabitRow).order_by(HabitRow.contact_id))}
        session.expunge_all()
    return found


@pytest.fixture
def people(db: Database) -> list[int]:
    """A steady customer, one who faded, one who bought once, and one who never did."""
    with db.transaction() as session:
        found = [a_contact(session) for _ in range(4)]
    steady, faded, once, _ = found
    buys(db, steady, *range(5, 600, 30))
    buys(db, faded, *range(150, 600, 15))
    buys(db, once, 300)
    return found


def test_each_customer_is_held_against_its_own_rhythm(db: Database, people: list[int]) -> None:
    steady, faded, once, never = people
    assert score_habits(db=db, now=NOW).lines == 3
    found = rows(db)
    assert {contact: row.label for contact, row in found.items()} == {steady: "steady", faded: "alarm", once: "new"}
    assert never not in found
    assert found[steady].interval == 30
    assert found[faded].unusual_on is not None
    assert found[faded].unusual_on < TODAY - timedelta(days=60)
    assert found[steady].value > found[faded].value > 0
    assert found[faded].warnings == ["buys_less"]
    assert found[steady].p_alive > found[faded].p_alive


def test_who_fades_is_told_in_the_customers_own_numbers(db: Database, people: list[int]) -> None:
    score_habits(db=db, now=NOW)
    with db.raw_transaction() as connection:
        (fading,) = load_fading(connection, limit=10)
        assert load_habit(connection, people[3]) is None
    assert fading.contact_id == people[1]
    told = sentence(fading.reason(today=TODAY))
    assert told.startswith(
        "Buys about every 15 days (30 times since January 2025); silent for 150 days, unusual since "
    )


def test_a_second_look_on_the_same_day_does_nothing_and_the_next_day_looks_again(
    db: Database, people: list[int]
) -> None:
    assert score_habits(db=db, now=NOW, chunk=3).contacts == 4
    assert score_habits(db=db, now=NOW + timedelta(hours=3)).contacts == 0
    buys(db, people[1], 0)
    assert score_habits(db=db, now=NOW + timedelta(days=1)).contacts == 4
    assert rows(db)[people[1]].label != "alarm"


def test_a_look_that_is_being_made_is_left_to_whoever_makes_it(db: Database, people: list[int]) -> None:
    score_habits(db=db, now=NOW - timedelta(days=1))
    with db.raw_transaction() as connection:
        assert next_look(connection, today=TODAY, chunk=10)
        assert score_habits(db=db, now=NOW).contacts == 0
    assert score_habits(db=db, now=NOW).contacts == 4


def test_a_look_that_died_goes_on_where_it_stood(db: Database, people: list[int], monkeypatch: Any) -> None:
    died = []

    def dies(*arguments: object, **named: object) -> object:
        if died:
            return real(*arguments, **named)
        died.append(True)
        raise ConnectionError

    from outreach.services import score_habits as module  # noqa: PLC0415 - replaced for this test

    real = module.store_habits
    monkeypatch.setattr(module, "store_habits", dies)
    with pytest.raises(ConnectionError):
        score_habits(db=db, now=NOW, chunk=2)
    assert score_habits(db=db, now=NOW, chunk=2).contacts == 4
    assert len(rows(db)) == 3


def test_a_customer_whose_signals_went_has_no_habit_any_more(db: Database, people: list[int]) -> None:
    score_habits(db=db, now=NOW)
    with db.raw_transaction() as connection:
        connection.execute("DELETE FROM signals WHERE contact_id = %s", (people[2],))
    score_habits(db=db, now=NOW + timedelta(days=1))
    assert people[2] not in rows(db)


def test_a_closed_season_of_the_industry_is_no_silence(db: Database) -> None:
    summer = {
        "hours": {day: ["09:00-17:00"] for day in ("mon", "tue", "wed", "thu", "fri")},
        "holidays": "ignore",
        "seasons": [
            {
                "key": "summer",
                "name": "Summer",
                "stance": "closed",
                "from": "05-01",
                "to": "09-06",
                "why": "All are away.",
            }
        ],
    }
    with db.transaction() as session:
        school = a_contact(session, industry_id=an_industry(session, "schools", calendar=summer))
        shop = a_contact(session, industry_id=an_industry(session, "shops"))
    for contact in (school, shop):
        buys(db, contact, *range(135, 480, 12))
    score_habits(db=db, now=NOW)
    found = rows(db)
    assert found[shop].label == "alarm"
    assert found[school].label == "steady"
    assert found[school].unusual_on is not None
    assert found[school].unusual_on > TODAY


def test_silence_after_a_complaint_is_a_warning_of_its_own(db: Database, people: list[int]) -> None:
    buys(db, people[1], 140, kind="complaint")
    score_habits(db=db, now=NOW)
    assert EarlyWarning.LEFT_AFTER_ANSWER in rows(db)[people[1]].warnings


def test_the_tenants_own_history_sets_the_threshold(db: Database) -> None:
    luck, first = np.random.default_rng(1), datetime(2024, 1, 1, tzinfo=NOW.tzinfo)
    with db.transaction() as session:
        for _ in range(120):
            contact = a_contact(session)
            at = np.cumsum(luck.exponential(6, 150))
            for day in at[at < 900].tolist():
                session.add(Signal(contact_id=contact, kind="purchase", occurred_at=first + timedelta(days=day)))
    score_habits(db=db, now=NOW)
    with db.raw_transaction() as connection:
        row = connection.execute("SELECT fits->'habits'->'buying'->>'threshold', day FROM habit_looks").fetchone()
    assert row is not None
    assert 1.5 < float(row[0]) < 4
    assert row[1] == date(2026, 9, 8)


def test_who_stopped_coming_by_but_still_buys_does_not_fade(db: Database) -> None:
    with db.transaction() as session:
        contact = a_contact(session)
    buys(db, contact, *range(200, 500, 15), kind="visit")
    score_habits(db=db, now=NOW)
    assert rows(db)[contact].label == "alarm"
    buys(db, contact, 20, 150)
    score_habits(db=db, now=NOW + timedelta(days=1))
    found = rows(db)[contact]
    assert (found.habit, found.label, found.warnings) == ("visiting", "slowing", ["visits_less"])
