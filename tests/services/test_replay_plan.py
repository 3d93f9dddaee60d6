"""The replay drives the real planner on a stage; a forecast without answers says the same, row for row."""

from datetime import date, datetime, timedelta

from sqlalchemy import select, update

from outreach.db.models.ledger import Touch, Withheld
from outreach.db.models.rhythm import CadenceChange, Rhythm
from outreach.db.queries.departures import depart
from outreach.db.session import Database
from outreach.services.forecast_touches import forecast_touches
from outreach.services.mature_touches import mature_touches
from outreach.services.plan_touches import plan_touches
from outreach.services.replay_plan import Replay, replay_plan
from tests.factories import a_campaign, a_contact, an_edition, an_industry

NOON = ["09:00-12:00", "14:00-17:30"]
CALENDAR = {
    "hours": dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), NOON),
    "holidays": "closed",
    "seasons": [
        {"key": "stocktaking", "stance": "closed", "from": "12-15", "to": "01-05"},
        {"key": "harvest", "stance": "quiet", "from": "10-01", "to": "10-31"},
        {"key": "spring", "stance": "peak", "from": "02-01", "to": "03-15"},
    ],
}


def a_lively_base(db: Database, now: datetime, *, contacts: int) -> None:
    """Contacts in four zones with tips, letters, texts, anniversaries and offers to compete for them."""
    zones = [("Europe/London", "GB"), ("America/New_York", "US"), ("Asia/Kathmandu", ""), ("Australia/Lord_Howe", "AU")]
    with db.transaction() as session:
        industry = an_industry(session, calendar=CALENDAR)
        for number in range(contacts):
            zone, country = zones[number % 4]
            a_contact(
                session,
                industry_id=industry,
                time_zone=zone,
                country=country,
                customer_since=date(2024, 2, 29) if number % 3 else date(2025, 4, 1),
                last_touch_at=now - timedelta(days=number % 17, hours=number % 11) if number % 5 else None,
            )
        tips = a_campaign(session, key="tips", name="Tips", rule="series")
        for position in range(1, 15):
            an_edition(session, campaign_id=tips, key=f"tip-{position:02}", position=position)
        letters = a_campaign(session, key="letters", name="Letters")
        offers = a_campaign(session, key="offers", name="Offers", touch_class="promotion")
        texts = a_campaign(session, key="texts", name="Texts", channel="sms")
        for month in range(14):
            opens = date(2026 + (8 + month) // 12, (8 + month) % 12 + 1, 1)
            for campaign in (letters, offers, texts):
                an_edition(
                    session,
                    campaign_id=campaign,
                    key=f"month-{month:02}",
                    opens_on=opens,
                    closes_on=opens + timedelta(days=27),
                )
        checks = a_campaign(
            session, key="checks", name="Checks", touch_class="care", rule="anniversary", every_months=6, window_days=40
        )
        an_edition(session, campaign_id=checks, key="check-a")
        an_edition(session, campaign_id=checks, key="check-b")
        session.execute(update(Rhythm).values(look_at=now))


def replayed(db: Database, *, start: datetime, end: datetime, now: datetime) -> Replay:
    return replay_plan(
        db=db,
        start=start,
        end=end,
        now=now,
        mature=lambda stage, at: mature_touches(db=stage, now=at),
        plan=lambda stage, at: plan_touches(db=stage, now=at),
    )


def test_a_forecast_equals_what_the_planner_then_does_row_for_row(db: Database, now: datetime) -> None:
    a_lively_base(db, now, contacts=40)
    end = now + timedelta(days=200)
    forecast = forecast_touches(db=db, now=now, days=200, with_rows=True)
    replay = replayed(db, start=now, end=end, now=now)
    assert len(forecast.touches) > 300
    assert forecast.touches == replay.touches
    assert {touch.channel for touch in forecast.touches} == {"email", "sms"}
    assert {"tips", "letters", "texts", "checks"} <= {touch.campaign_key for touch in forecast.touches}


def test_a_replay_goes_on_from_a_ledger_with_a_history_and_equals_the_forecast(db: Database, now: datetime) -> None:
    a_lively_base(db, now, contacts=20)
    for day in range(30):
        at = now + timedelta(days=day)
        with db.raw_transaction() as connection:
            depart(connection, now=at)
        mature_touches(db=db, now=at)
        plan_touches(db=db, now=at)
    start = now + timedelta(days=30)
    with db.transaction() as session:
        before = session.scalars(select(CadenceChange.id)).all()
        assert before
        assert session.scalars(select(Withheld.id)).all()
    forecast = forecast_touches(db=db, now=start, days=60, with_rows=True)
    replay = replayed(db, start=start, end=start + timedelta(days=60), now=start)
    assert forecast.touches == replay.touches
    assert len(replay.touches) > 40
    with db.transaction() as session:
        assert session.scalars(select(CadenceChange.id)).all() == before


def test_a_stretch_that_has_passed_is_replayed_beside_what_really_left(db: Database, now: datetime) -> None:
    a_lively_base(db, now, contacts=10)
    for day in range(20):
        at = now + timedelta(days=day)
        plan_touches(db=db, now=at)
        with db.raw_transaction() as connection:
            depart(connection, now=at)
    replay = replayed(db, start=now, end=now + timedelta(days=15), now=now + timedelta(days=20))
    assert sum(replay.really.values()) > 5
    assert replay.touches


def test_a_replay_leaves_the_ledger_alone(db: Database, now: datetime) -> None:
    a_lively_base(db, now, contacts=5)
    assert replayed(db, start=now, end=now + timedelta(days=20), now=now).touches
    with db.transaction() as session:
        assert session.scalars(select(Touch)).all() == []
