"""The page of one task, its appointment and the invitation to it."""

from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from icalendar import Calendar

from outreach.bootstrap import Outreach
from outreach.db.models.feedback import EventRow
from outreach.db.models.ledger import Task
from outreach.db.models.signals import Signal
from outreach.db.models.tasks import TaskMove
from tests.factories import NOW, a_business, a_campaign, a_case
from tests.web.admin.test_tasks import a_call


@pytest.fixture(autouse=True)
def _business(product: Outreach) -> None:
    with product.db.transaction() as session:
        a_business(session)


def flat(text: str) -> str:
    return " ".join(text.split())


def test_it_says_what_to_say_what_to_ask_and_what_was_said(staff: FlaskClient, product: Outreach) -> None:
    task_id = a_call(product)
    with product.db.transaction() as session:
        task = session.get_one(Task, task_id)
        contact = task.contact_id
        a_case(session, contact_id=contact, opened_at=NOW, words="The tap drips")
        told = {"contact_id": contact, "at": NOW - timedelta(days=50), "outcome": "reached", "moved_by": "carys"}
        session.add(TaskMove(task_id=task_id, note="Likes tea", **told))
        heard = {"type": "replied", "actor": "human", "data": {"text": "Thank you kindly"}}
        session.add(EventRow(key="r", contact_id=contact, occurred_at=NOW, recorded_at=NOW, **heard))
        for turn in range(1, 5):
            at = NOW - timedelta(days=30 * turn + 10)
            session.add(Signal(contact_id=contact, kind="purchase", occurred_at=at, amount=12.5, currency="GBP"))
    page = flat(staff.get(f"/tasks/{task_id}").text)
    assert "Something went wrong and is not put right yet: “The tap drips”" in page
    assert "Thank them for their purchase on Sat, 29 Aug 2026." in page
    assert "Thank them for 2 years with us, since Fri, 1 Mar 2024." in page
    assert "They used to buy every 30 days; now it is 10 days since." in page
    assert "Is there anything that we could do better?" in page
    for words in ("Likes tea", "Thank you kindly", "12.5 GBP", "Monthly newsletter"):
        assert words in page


def test_a_campaigns_own_questions_are_asked_in_the_customers_language(staff: FlaskClient, product: Outreach) -> None:
    task_id = a_call(product, language="de")
    with product.db.transaction() as session:
        asked = [{"en": "Is it warm?", "de": "Ist es warm?"}, {"en": "Anything else?"}]
        campaign = a_campaign(session, rule="anniversary", every_months=6, task="call", task_questions=asked)
        session.get_one(Task, task_id).campaign_id = campaign
    page = flat(staff.get(f"/tasks/{task_id}").text)
    assert '<span lang="de" dir="auto">Ist es warm?</span> <span class="sub" lang="en">Is it warm?</span>' in page
    assert '<span lang="en" dir="auto">Anything else?</span></li>' in page
    assert "better?" not in page


def test_an_appointment_is_made_on_the_customers_clock_and_invites(staff: FlaskClient, product: Outreach) -> None:
    task_id = a_call(product, time_zone="Europe/Berlin")
    assert staff.get(f"/tasks/{task_id}/invitation.ics").status_code == 404
    page = staff.post(f"/tasks/{task_id}/appointment", data={"at": "2026-10-26T10:00"}, follow_redirects=True).text
    assert "The appointment stands." in page
    assert "Agreed for Mon, 26 Oct 2026, 10:00." in page
    file = staff.get(f"/tasks/{task_id}/invitation.ics")
    assert file.headers["Content-Type"] == "text/calendar; charset=utf-8; method=REQUEST"
    assert file.headers["Content-Disposition"] == f'attachment; filename="invitation-{task_id}.ics"'
    (event,) = Calendar.from_ical(file.data).walk("VEVENT")
    # The clocks go back on the day before.
    assert event["DTSTART"].dt == datetime(2026, 10, 26, 9, tzinfo=UTC)
    assert (event["SEQUENCE"], event["SUMMARY"]) == (0, "Phone call with Hearth & Home Energy")
    assert event["ORGANIZER"] == "mailto:hello@hearth.example"
    assert event["ATTENDEE"].params["CN"] == "Anna Evans"
    staff.post(f"/tasks/{task_id}/appointment", data={"at": "2026-10-27T10:00"})
    (moved,) = Calendar.from_ical(staff.get(f"/tasks/{task_id}/invitation.ics").data).walk("VEVENT")
    assert (moved["SEQUENCE"], moved["UID"]) == (1, event["UID"])
    page = staff.post(f"/tasks/{task_id}/appointment", data={"at": ""}, follow_redirects=True).text
    assert "There is no appointment any more." in page
    assert "Call it off" in page
    off = staff.get(f"/tasks/{task_id}/invitation.ics")
    assert off.headers["Content-Type"].endswith("method=CANCEL")
    (gone,) = Calendar.from_ical(off.data).walk("VEVENT")
    assert (gone["SEQUENCE"], gone["UID"], gone["STATUS"]) == (2, event["UID"], "CANCELLED")


def test_an_appointment_that_cannot_be_is_refused(staff: FlaskClient, product: Outreach) -> None:
    task_id = a_call(product)
    for typed, says in (("2027-03-28T01:30", "the clocks go forward"), ("2025-01-01T10:00", "coming year")):
        answer = staff.post(f"/tasks/{task_id}/appointment", data={"at": typed})
        assert answer.status_code == 422
        assert says in answer.text


def test_a_task_that_is_closed_still_has_its_page(staff: FlaskClient, product: Outreach) -> None:
    task_id = a_call(product)
    staff.post(f"/tasks/{task_id}", data={"outcome": "reached", "note": "Well"})
    page = staff.get(f"/tasks/{task_id}").text
    assert "Reached" in page
    assert "Call later" not in page
    assert staff.get("/tasks/4711").status_code == 404
    assert staff.post("/tasks/4711/appointment", data={"at": ""}).status_code == 404
