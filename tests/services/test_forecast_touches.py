"""A forecast says what is to come, for whom content runs dry, and what another calendar or band would change."""

from datetime import date, datetime, timedelta

import pytest

from outreach.db.session import Database
from outreach.domain.calendar.contact_calendar import ContactCalendar
from outreach.domain.errors import BadInput
from outreach.domain.rhythm.band import RhythmBand
from outreach.services.forecast_touches import HORIZON, WhatIf, forecast_touches
from outreach.services.plan_touches import HORIZON as PLANNED_AHEAD
from tests.factories import OPEN_ALL_WEEK, a_campaign, a_contact, a_touch, an_edition, an_industry
from tests.services.test_replay_plan import a_lively_base


def letters(db: Database, count: int, **values: object) -> None:
    with db.transaction() as session:
        campaign = a_campaign(session, key="letters", rule="series", **values)
        for position in range(1, count + 1):
            an_edition(
                session,
                campaign_id=campaign,
                key=f"letter-{position:02}",
                position=position,
                closes_on=date(2028, 12, 31),
            )


def one_contact(db: Database, now: datetime, **values: object) -> int:
    with db.transaction() as session:
        an_industry(session, calendar=OPEN_ALL_WEEK)
        return a_contact(session, last_touch_at=now - timedelta(days=3), **values)


def test_the_horizon_is_the_planners_own() -> None:
    assert HORIZON == PLANNED_AHEAD


def test_the_days_add_up_to_the_rows(db: Database, now: datetime) -> None:
    a_lively_base(db, now, contacts=12)
    told: list[tuple[int, int]] = []
    forecast = forecast_touches(
        db=db, now=now, days=60, with_rows=True, progress=lambda done, total: told.append((done, total))
    )
    assert sum(day.total for day in forecast.days) == len(forecast.touches) > 20
    assert (forecast.days[0].day, len(forecast.days)) == (now.date(), 60)
    assert all(now <= touch.send_at < now + timedelta(days=60) for touch in forecast.touches)
    assert told[-1] == (120, 120)


def test_what_is_planned_already_is_part_of_it(db: Database, now: datetime) -> None:
    contact = one_contact(db, now)
    letters(db, 8)
    with db.transaction() as session:
        a_touch(session, contact_id=contact, send_at=now + timedelta(hours=5))
    first = forecast_touches(db=db, now=now, days=40, with_rows=True).touches[0]
    assert first.send_at == now + timedelta(hours=5)


def test_content_that_runs_dry_is_said_with_its_day_and_so_is_the_famine_behind_it(db: Database, now: datetime) -> None:
    one_contact(db, now)
    letters(db, 2)
    forecast = forecast_touches(db=db, now=now, days=120, with_rows=True)
    (runway,) = forecast.runways
    assert (runway.industry, runway.contacts, runway.dry) == ("restaurants", 1, 1)
    assert len(forecast.touches) == 2
    assert runway.dry_from is not None
    assert runway.dry_from > forecast.touches[-1].send_at
    hungry_from = next(day.day for day in forecast.days if day.famine)
    assert hungry_from >= (forecast.touches[-1].send_at + timedelta(days=35)).date()
    assert forecast.famine == 1


def test_enough_content_lasts_and_nobody_starves_or_is_flooded(db: Database, now: datetime) -> None:
    one_contact(db, now)
    letters(db, 40)
    forecast = forecast_touches(db=db, now=now, days=365)
    assert (forecast.famine, forecast.feast, forecast.runways[0].dry) == (0, 0, 0)


def test_one_industry_and_one_contact_can_be_asked_for(db: Database, now: datetime) -> None:
    contact = one_contact(db, now, external_id="C-7")
    with db.transaction() as session:
        a_contact(session, industry_id=an_industry(session, key="shops", calendar=OPEN_ALL_WEEK))
    letters(db, 10)
    assert forecast_touches(db=db, now=now, days=30).contacts == 2
    assert forecast_touches(db=db, now=now, days=30, industry="shops").contacts == 1
    alone = forecast_touches(db=db, now=now, days=30, external_id="C-7", with_rows=True)
    assert {touch.contact_id for touch in alone.touches} == {contact}


def test_another_calendar_and_band_are_tried_without_being_kept(db: Database, now: datetime) -> None:
    one_contact(db, now)
    letters(db, 60)
    usual = forecast_touches(db=db, now=now, days=180)
    closed = {**OPEN_ALL_WEEK, "seasons": [{"key": "rest", "stance": "closed", "from": "10-01", "to": "12-15"}]}
    calendar = ContactCalendar.from_pack(closed, place="test", path="calendar")
    shut = forecast_touches(db=db, now=now, days=180, what_if=WhatIf(calendars={"restaurants": calendar}))
    slow = forecast_touches(db=db, now=now, days=180, what_if=WhatIf(bands={"restaurants": RhythmBand(30, 40, 60)}))
    assert not any(day.total for day in shut.days if date(2026, 10, 1) <= day.day <= date(2026, 12, 14))
    assert (
        sum(day.total for day in slow.days) < sum(day.total for day in shut.days) < sum(day.total for day in usual.days)
    )
    assert forecast_touches(db=db, now=now, days=180).days == usual.days


def test_nobody_to_forecast_for_and_too_many_days_are_refused(db: Database, now: datetime) -> None:
    with pytest.raises(BadInput, match="no contact"):
        forecast_touches(db=db, now=now, days=30, industry="lighthouses")
    with pytest.raises(BadInput, match="days ahead"):
        forecast_touches(db=db, now=now, days=4000)
