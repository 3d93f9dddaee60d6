"""Today: the numbers of the day, what leaves next, and who is out of rhythm."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from outreach.bootstrap import Outreach
from outreach.db.models.feedback import EventRow
from outreach.db.models.rhythm import Rhythm
from outreach.db.queries.contact_list import ContactFilter, load_contact_list
from outreach.db.queries.heartbeats import Beat
from outreach.db.queries.today import load_day_numbers, load_famine, load_feast
from outreach.domain.rhythm.codes import Code
from outreach.queueing.health import QueueHealth
from outreach.services.score_rhythm import score_rhythm
from outreach.web.admin.today import health_lines
from outreach.web.names import WAITING
from tests.factories import NOW, a_contact, a_sent_touch, a_touch, an_industry

DAY = timedelta(days=1)


def test_an_empty_product_says_what_to_look_at(staff: FlaskClient) -> None:
    page = staff.get("/").get_data(as_text=True)
    assert "Nothing is planned" in page
    assert "Nobody waits too long" in page


def test_it_shows_the_next_touches_soonest_first_on_both_clocks(staff: FlaskClient, product: Outreach) -> None:
    with product.db.transaction() as session:
        anna = a_contact(session, first_name="Anna", last_name="Later", time_zone="Europe/Madrid")
        carys = a_contact(session, first_name="Carys", last_name="Sooner")
        a_touch(session, contact_id=anna, send_at=NOW + timedelta(hours=4))
        a_touch(session, contact_id=carys, send_at=NOW + timedelta(hours=1), reason="A reason of its own.")
    page = staff.get("/").get_data(as_text=True)
    assert page.index("Carys Sooner") < page.index("Anna Later")
    assert "A reason of its own." in page
    assert "14:30" in page
    assert "15:30 for the contact (Madrid)" in page


def test_names_of_contacts_are_never_read_as_html(staff: FlaskClient, product: Outreach) -> None:
    with product.db.transaction() as session:
        a_touch(session, contact_id=a_contact(session, first_name="<script>alert(1)</script>", last_name=""))
    page = staff.get("/").get_data(as_text=True)
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_numbers_count_people_and_each_message_once(product: Outreach) -> None:
    with product.db.transaction() as session:
        contact = a_contact(session)
        sent = a_sent_touch(session, contact_id=contact, sent_at=NOW - timedelta(hours=2))
        a_sent_touch(session, contact_id=contact, sent_at=NOW - 2 * DAY)
        a_touch(session, contact_id=contact, send_at=NOW + timedelta(hours=1))
        a_touch(session, contact_id=contact, send_at=NOW + 2 * DAY)
        for number, (kind, actor) in enumerate(
            [("opened", "human"), ("opened", "human"), ("clicked", "human"), ("opened", "machine")]
        ):
            session.add(
                EventRow(
                    key=f"e{number}", touch_id=sent, contact_id=contact, type=kind, actor=actor, occurred_at=NOW,
                    recorded_at=NOW,
                )
            )  # fmt: skip
    with product.db.raw_transaction() as connection:
        numbers = load_day_numbers(connection, start=NOW - timedelta(hours=9), end=NOW + timedelta(hours=15))
    assert (numbers.planned, numbers.sent, numbers.opened, numbers.clicked, numbers.bounced) == (1, 1, 1, 1, 0)


def test_famine_names_who_was_left_silent_for_too_long(product: Outreach) -> None:
    with product.db.transaction() as session:
        industry = an_industry(session, max_gap=35.0)
        silent = a_contact(session, industry_id=industry, last_touch_at=NOW - 40 * DAY)
        a_contact(session, industry_id=industry, last_touch_at=NOW - 34 * DAY)
        a_contact(session, industry_id=industry, last_touch_at=NOW - 90 * DAY, may_email=False, may_sms=False)
    with product.db.raw_transaction() as connection:
        famine = load_famine(connection, now=NOW, limit=10)
    assert [(row.contact_id, row.total) for row in famine] == [(silent, 1)]
    assert famine[0].days == pytest.approx(5.0)


def test_feast_names_who_heard_twice_within_the_shortest_gap(product: Outreach) -> None:
    with product.db.transaction() as session:
        industry = an_industry(session, min_gap=6.0)
        hurried = a_contact(session, industry_id=industry, last_touch_at=NOW - DAY)
        steady = a_contact(session, industry_id=industry, last_touch_at=NOW - DAY)
        for contact, gap in ((hurried, 2), (steady, 8)):
            a_sent_touch(session, contact_id=contact, sent_at=NOW - DAY)
            a_sent_touch(session, contact_id=contact, sent_at=NOW - (1 + gap) * DAY)
    with product.db.raw_transaction() as connection:
        feast = load_feast(connection, now=NOW, limit=10)
    assert [row.contact_id for row in feast] == [hurried]
    assert feast[0].days == pytest.approx(4.0)


def test_a_contacts_own_band_overrides_its_industrys(product: Outreach) -> None:
    with product.db.transaction() as session:
        industry = an_industry(session, min_gap=6.0, max_gap=35.0)
        patient = a_contact(session, industry_id=industry, last_touch_at=NOW - 40 * DAY)
        eager = a_contact(session, industry_id=industry, last_touch_at=NOW - 20 * DAY)
        rare = a_contact(session, industry_id=industry, last_touch_at=NOW - 10 * DAY)
        session.get_one(Rhythm, patient).own_max_gap = 60.0
        session.get_one(Rhythm, eager).own_max_gap = 15.0
        session.get_one(Rhythm, rare).own_min_gap = 30.0
        for ago in (10, 20):
            a_sent_touch(session, contact_id=rare, sent_at=NOW - ago * DAY)
    with product.db.raw_transaction() as connection:
        famine = load_famine(connection, now=NOW, limit=10)
        feast = load_feast(connection, now=NOW, limit=10)
        listed = {
            state: load_contact_list(connection, ContactFilter(state=state), now=NOW, after=0, limit=10)
            for state in ("famine", "feast")
        }
    assert [(row.contact_id, row.days) for row in famine] == [(eager, pytest.approx(5.0))]
    assert [(row.contact_id, row.days) for row in feast] == [(rare, pytest.approx(20.0))]
    assert {state: [row.id for row in rows] for state, rows in listed.items()} == {"famine": [eager], "feast": [rare]}


def test_a_silent_contact_is_shown_with_the_words_of_why_it_waits(staff: FlaskClient, product: Outreach) -> None:
    with product.db.transaction() as session:
        contact = a_contact(session, last_touch_at=NOW - 40 * DAY)
        session.get_one(Rhythm, contact).waiting_code = Code.WAIT_NO_CONTENT
    page = staff.get("/").get_data(as_text=True)
    assert "nothing to say" in page
    assert "wait.no_content" not in page


def test_every_reason_to_wait_has_words() -> None:
    assert {code for code in Code if code.startswith(("wait.", "no."))} == set(WAITING)


def test_a_silent_scheduler_is_late_and_no_worker_is_bad(staff: FlaskClient) -> None:
    with staff.application.test_request_context():
        lines = health_lines(QueueHealth(answers=True), [Beat("job plan", NOW, 300.0, "")])
    assert {line.name: line.state for line in lines} == {
        "Database": "good",
        "Queue": "good",
        "Workers": "bad",
        "Scheduler": "late",
    }


def test_it_shows_the_score_of_the_base_with_its_trend_and_causes(staff: FlaskClient, product: Outreach) -> None:
    with product.db.transaction() as session:
        contact = a_contact(session, industry_id=an_industry(session, "cafes"))
        for days in (40, 54, 68, 82, 96):
            a_sent_touch(session, contact_id=contact, sent_at=NOW - days * DAY)
    assert "Rhythm score" not in staff.get("/").get_data(as_text=True)
    score_rhythm(db=product.db, now=NOW)
    page = staff.get("/").get_data(as_text=True)
    assert "Rhythm score" in page
    assert 'class="trend-score"' in page
    assert "/contacts?industry=cafes&amp;state=famine" in page
    assert "No contact was in feast." in page
