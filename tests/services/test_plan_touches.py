"""Planning on a real database: who is looked at, what is stored, and that two planners do not collide."""

from collections import Counter
from datetime import datetime, timedelta
from threading import Barrier, Thread

from sqlalchemy import delete, select, update

from outreach.db.models.content import Campaign, Edition
from outreach.db.models.ledger import Touch, Withheld
from outreach.db.models.rhythm import Rhythm
from outreach.db.queries.topics import store_refusals
from outreach.db.session import Database
from outreach.services.plan_touches import HORIZON, plan_touches
from tests.factories import OPEN_ALL_WEEK, a_campaign, a_contact, a_content, an_edition, an_industry


def due_contacts(db: Database, how_many: int, now: datetime) -> list[int]:
    with db.transaction() as session:
        an_industry(session, calendar=OPEN_ALL_WEEK)
        a_content(session, edition_id=an_edition(session))
        return [a_contact(session, last_touch_at=now - timedelta(days=20)) for _ in range(how_many)]


def test_a_due_contact_gets_a_touch_with_an_instant_and_a_reason(db: Database, now: datetime) -> None:
    (contact,) = due_contacts(db, 1, now)
    done = plan_touches(db=db, now=now)
    assert (done.looked_at, done.touches) == (1, 1)
    with db.transaction() as session:
        touch = session.scalars(select(Touch)).one()
        rhythm = session.get_one(Rhythm, contact)
    assert touch.state == "planned"
    assert now <= touch.send_at <= now + HORIZON
    assert touch.reason.endswith(".")
    assert rhythm.look_at > now
    assert rhythm.waiting_code == ""


def test_a_contact_that_is_not_due_is_not_even_looked_at(db: Database, now: datetime) -> None:
    with db.transaction() as session:
        a_contact(session, last_touch_at=now - timedelta(days=1))
    assert plan_touches(db=db, now=now).looked_at == 0


def test_a_contact_without_anything_to_receive_waits_with_a_reason_and_is_looked_at_again(
    db: Database, now: datetime
) -> None:
    with db.transaction() as session:
        an_industry(session, calendar=OPEN_ALL_WEEK)
        contact = a_contact(session, last_touch_at=now - timedelta(days=20))
    plan_touches(db=db, now=now)
    with db.transaction() as session:
        rhythm = session.get_one(Rhythm, contact)
    assert rhythm.waiting_code
    assert now < rhythm.look_at


def test_two_planners_at_once_decide_for_each_contact_once(db: Database, now: datetime) -> None:
    due_contacts(db, 40, now)
    barrier = Barrier(2)

    def work() -> None:
        barrier.wait()
        plan_touches(db=db, now=now)

    planners = [Thread(target=work) for _ in range(2)]
    for planner in planners:
        planner.start()
    for planner in planners:
        planner.join()
    with db.transaction() as session:
        touched = session.scalars(select(Touch.contact_id)).all()
    assert len(touched) == len(set(touched)) == 40


def test_planning_again_at_once_changes_nothing(db: Database, now: datetime) -> None:
    due_contacts(db, 5, now)
    plan_touches(db=db, now=now)
    assert plan_touches(db=db, now=now).looked_at == 0


def test_after_an_outage_nobody_is_written_to_in_a_burst_and_nothing_expired_goes_out(
    db: Database, now: datetime
) -> None:
    with db.transaction() as session:
        an_industry(session, calendar=OPEN_ALL_WEEK)
        for number in range(120):
            a_contact(session, last_touch_at=now - timedelta(days=number % 14))
        session.execute(update(Rhythm).values(look_at=now))
        for position in range(1, 5):
            # Each is open for ten days; two are over when the outage ends.
            opens = now.date() + timedelta(days=8 * (position - 1))
            an_edition(session, opens_on=opens, closes_on=opens + timedelta(days=10), position=position)
    back = now + timedelta(days=14)
    for hours in range(0, 24 * 9, 6):
        plan_touches(db=db, now=back + timedelta(hours=hours))
    with db.transaction() as session:
        touches = session.scalars(select(Touch)).all()
        editions = {edition.id: edition for edition in session.scalars(select(Edition))}
        codes = set(session.scalars(select(Rhythm.waiting_code)))
    by_day = Counter(touch.send_at.date() for touch in touches)
    assert len(touches) >= 110
    assert max(by_day.values()) <= 40, by_day
    assert len(by_day) >= 6
    assert all(back <= touch.send_at for touch in touches)
    assert all(touch.send_at.date() <= editions[touch.edition_id].closes_on for touch in touches)
    assert codes - {""} <= {"wait.rhythm", "wait.catch_up", "wait.no_content", "wait.min_gap"}


def test_an_exclusive_series_holds_the_rest_back_but_no_higher_class_and_no_service(
    db: Database, now: datetime
) -> None:
    def planned(*others: dict[str, str]) -> list[str]:
        with db.transaction() as session:
            session.execute(delete(Withheld))
            session.execute(delete(Touch))
            session.execute(update(Campaign).values(active=False))
            welcome = a_campaign(session, name="Welcome", rule="series", exclusive=True, priority=1)
            an_edition(session, campaign_id=welcome, position=1)
            for other in others:
                an_edition(session, campaign_id=a_campaign(session, priority=100, **other))
            session.execute(update(Rhythm).values(look_at=now))
        plan_touches(db=db, now=now)
        with db.transaction() as session:
            return list(session.scalars(select(Campaign.name).join(Touch, Touch.campaign_id == Campaign.id)))

    due_contacts(db, 1, now)
    assert planned({"name": "Letter"}, {"name": "Offer", "touch_class": "promotion"}) == ["Welcome"]
    with db.transaction() as session:
        assert set(session.scalars(select(Withheld.reason_code))) == {"lost.held"}
    assert planned({"name": "Check-in", "touch_class": "care"}) == ["Check-in"]
    assert planned({"name": "Your order", "touch_class": "service"}) == ["Your order"]


def test_a_refused_topic_gives_way_to_another_and_comes_back_when_it_is_wanted(db: Database, now: datetime) -> None:
    with db.transaction() as session:
        an_industry(session, calendar=OPEN_ALL_WEEK)
        contact = a_contact(session, last_touch_at=now - timedelta(days=20))
        news = a_campaign(session, key="news", priority=90, topic={"en": "News"})
        tips = a_campaign(session, key="tips", priority=10, topic={"en": "Tips"})
        for campaign in (news, tips):
            a_content(session, edition_id=an_edition(session, campaign_id=campaign, key=f"of {campaign}"))
    with db.raw_transaction() as connection:
        store_refusals(connection, contact, [news], source="choices page", now=now)
    plan_touches(db=db, now=now)
    with db.transaction() as session:
        assert session.scalars(select(Touch.campaign_id)).all() == [tips]
    with db.raw_transaction() as connection:
        store_refusals(connection, contact, [tips], source="choices page", now=now)
    plan_touches(db=db, now=now)
    with db.transaction() as session:
        touches = {touch.campaign_id: touch.state for touch in session.scalars(select(Touch))}
    assert touches == {tips: "skipped", news: "planned"}
