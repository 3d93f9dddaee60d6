"""The phone list."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from outreach.bootstrap import Outreach
from outreach.db.models.ledger import LoggedTouch, Task
from outreach.db.models.signals import Signal
from tests.factories import NOW, OPEN_ALL_WEEK, a_contact, a_sent_touch, an_industry
from tests.web.conftest import EMAIL

DAY = timedelta(days=1)
WHY = {"max_gap": 35.0, "famine": "2026-09-10T09:00:00+00:00"}


def a_call(product: Outreach, *, bought_days_ago: float = 10, **values: Any) -> int:
    """An open call task of a customer who is open round the clock; the id of the task."""
    with product.db.transaction() as session:
        industry = an_industry(session, "shops", calendar=OPEN_ALL_WEEK)
        contact = a_contact(session, **({"industry_id": industry, "last_touch_at": NOW - 33 * DAY} | values))
        a_sent_touch(session, contact_id=contact, sent_at=NOW - 33 * DAY)
        at = NOW - timedelta(days=bought_days_ago)
        session.add(Signal(contact_id=contact, kind="purchase", occurred_at=at))
        reason = {"reason_code": "call.no_content", "reason_numbers": WHY}
        task = Task(contact_id=contact, kind="call", **reason, due_at=NOW + 2 * DAY, made_at=NOW - DAY)
        session.add(task)
        session.flush()
        return task.id


def test_it_tells_whom_to_call_why_where_and_what_came_last(staff: FlaskClient, product: Outreach) -> None:
    a_call(product, phone="+447700900123")
    page = " ".join(staff.get("/tasks").text.split())
    assert '<a href="tel:+447700900123" dir="ltr">+447700900123</a>' in page
    assert "Silence reaches the longest gap of 35 days on 10 September 2026, and nothing we have to say" in page
    assert "Silent for 33 days; call by Thu, 10 Sept 2026." in page
    assert "Last touches: Monthly newsletter, Thu, 6 Aug 2026" in page


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"time_zone": "Europe/London"}, 'inside hours</span> <span class="sub">It is 10:30 there.'),
        ({"time_zone": "America/Los_Angeles"}, "It is 02:30 there. From Tue 8 Sept, 09:00."),
        ({"time_zone": "Asia/Tokyo"}, 'inside hours</span> <span class="sub">It is 18:30 there.'),
    ],
)
def test_it_tells_whether_it_is_an_hour_to_call_there(
    staff: FlaskClient, product: Outreach, values: dict[str, str], says: str
) -> None:
    a_call(product, **values)
    page = " ".join(staff.get("/tasks").text.split()).replace("Tue, 8 Sept", "Tue 8 Sept")
    assert says in page


def test_who_bought_most_lately_comes_first(staff: FlaskClient, product: Outreach) -> None:
    a_call(product, first_name="Old", bought_days_ago=300)
    a_call(product, first_name="New", bought_days_ago=3)
    page = staff.get("/tasks").text
    assert page.index("New Evans") < page.index("Old Evans")


def test_a_call_that_was_made_leaves_the_list_and_can_be_taken_back(staff: FlaskClient, product: Outreach) -> None:
    task_id = a_call(product)
    page = staff.post(f"/tasks/{task_id}", data={"outcome": "reached", "note": "Happy"}, follow_redirects=True).text
    assert "Anna Evans: Reached." in page
    assert "Nobody to call" in page
    with product.db.transaction() as session:
        logged = session.scalars(select(LoggedTouch)).one()
    assert (logged.note, logged.logged_by) == ("Happy", EMAIL)
    page = staff.post(f"/tasks/{task_id}/undo", follow_redirects=True).text
    assert "The call is on the list again." in page
    assert "Silent for 33 days" in page
    with product.db.transaction() as session:
        assert session.scalars(select(LoggedTouch)).all() == []


def test_a_call_that_somebody_else_closed_says_so(staff: FlaskClient, product: Outreach) -> None:
    task_id = a_call(product)
    staff.post(f"/tasks/{task_id}", data={"outcome": "not_needed"})
    page = staff.post(f"/tasks/{task_id}", data={"outcome": "reached"}, follow_redirects=True).text
    assert "Somebody closed that call already." in page
    assert "There was nothing to take back." in staff.post("/tasks/4711/undo", follow_redirects=True).text


def test_a_note_that_is_too_long_stays_in_its_field(staff: FlaskClient, product: Outreach) -> None:
    task_id = a_call(product)
    note = "x" * 501
    page = staff.post(f"/tasks/{task_id}", data={"outcome": "reached", "note": note})
    assert page.status_code == 422
    assert "is longer than 500 characters. Shorten it." in page.text
    assert f'value="{note}"' in page.text


def test_another_outcome_is_no_request_of_ours(staff: FlaskClient, product: Outreach) -> None:
    assert staff.post(f"/tasks/{a_call(product)}", data={"outcome": "married"}).status_code == 400
