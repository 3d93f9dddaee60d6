"""The phone list."""

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from babel.support import NullTranslations
from flask.testing import FlaskClient
from sqlalchemy import select

from outreach.bootstrap import Outreach
from outreach.db.models.ledger import LoggedTouch, Task
from outreach.db.models.signals import Signal
from outreach.db.models.staff import Staff
from outreach.db.models.tasks import CallerRow, TaskMove
from outreach.rendering.catalogs import Catalogs
from outreach.services.settle_tasks import settle_tasks
from tests.factories import NOW, OPEN_ALL_WEEK, a_business, a_contact, a_sent_touch, an_industry
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


@pytest.mark.parametrize("outcome", ["married", "acted", ""])
def test_another_outcome_is_no_request_of_ours(staff: FlaskClient, product: Outreach, outcome: str) -> None:
    assert staff.post(f"/tasks/{a_call(product)}", data={"outcome": outcome}).status_code == 400


def test_the_first_sentence_stands_there_in_the_customers_language_and_in_english(
    staff: FlaskClient, product: Outreach, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoken = {"de": NullTranslations()}
    monkeypatch.setattr(spoken["de"], "gettext", lambda _text: "Guten Tag, hier ist %(staff)s von %(business)s.")
    monkeypatch.setattr(
        Catalogs, "translations", lambda _self, locale, _domain="": spoken.get(locale, NullTranslations())
    )
    with product.db.transaction() as session:
        a_business(session)
    a_call(product, language="de")
    page = " ".join(staff.get("/tasks").text.split())
    assert 'lang="de" dir="auto">Guten Tag, hier ist Mair von Hearth &amp; Home Energy.</blockquote>' in page
    assert '<p class="sub" lang="en">Hello, this is Mair from Hearth &amp; Home Energy. We have not spoken' in page


def test_left_a_message_says_when_it_comes_back_and_can_be_taken_back(staff: FlaskClient, product: Outreach) -> None:
    task_id = a_call(product)
    data = {"outcome": "left_message", "note": "With her son", "seen": "0"}
    page = staff.post(f"/tasks/{task_id}", data=data, follow_redirects=True).text
    assert "Anna Evans: Left a message. It comes back on Fri, 11 Sept 2026, 10:30." in page
    assert "Nobody to call" in page
    with product.db.transaction() as session:
        move = session.scalars(select(TaskMove.id)).one()
    page = staff.post(f"/tasks/{task_id}/undo", data={"move": move}, follow_redirects=True).text
    assert "The call is on the list again." in page
    assert "With her son" not in page
    again = staff.post(f"/tasks/{task_id}", data=data, follow_redirects=True).text
    assert "Somebody closed that call already." in again


def test_call_later_is_on_the_customers_clock(staff: FlaskClient, product: Outreach) -> None:
    task_id = a_call(product, time_zone="Asia/Tokyo")
    staff.post(f"/tasks/{task_id}", data={"outcome": "call_later", "until": "2026-09-10T09:00"})
    with product.db.transaction() as session:
        assert session.get_one(Task, task_id).not_before == datetime(2026, 9, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("until", "says"),
    [("", "Choose when."), ("soon", "Choose day and time."), ("2026-01-01T09:00", "within the coming year")],
)
@pytest.mark.parametrize("page", ["", "task"])
def test_a_time_that_cannot_be_is_refused_on_the_page_it_came_from(
    staff: FlaskClient, product: Outreach, until: str, says: str, page: str
) -> None:
    task_id = a_call(product)
    data = {"outcome": "call_later", "until": until, "note": "Keep me", "page": page}
    answer = staff.post(f"/tasks/{task_id}", data=data)
    assert answer.status_code == 422
    assert says in answer.text
    assert 'value="Keep me"' in answer.text
    assert ("What to ask" in answer.text) == (page == "task")


def test_mine_and_all(staff: FlaskClient, product: Outreach) -> None:
    mine, _ = a_call(product, first_name="Mine"), a_call(product, first_name="Other")
    with product.db.transaction() as session:
        session.get_one(Task, mine).owner_id = session.scalars(select(Staff.id).where(Staff.email == EMAIL)).one()
    page = staff.get("/tasks?whose=mine").text
    assert "Mine Evans" in page
    assert "Other Evans" not in page
    assert "All (2)" in page
    assert "Mine (1)" in page
    assert "Other Evans" in staff.get("/tasks").text


def test_who_takes_calls_is_set_on_the_page_and_a_call_can_be_given(staff: FlaskClient, product: Outreach) -> None:
    task_id = a_call(product)
    with product.db.transaction() as session:
        me = session.scalars(select(Staff.id).where(Staff.email == EMAIL)).one()
    page = staff.post(f"/tasks/callers/{me}", data={"quota": "7"}, follow_redirects=True).text
    assert 'min="1" max="200" value="7"' in page
    staff.post(f"/tasks/{task_id}/owner", data={"staff": str(me)})
    with product.db.transaction() as session:
        assert session.get_one(Task, task_id).owner_id == me
    page = staff.post(f"/tasks/callers/{me}", data={"quota": "many"}, follow_redirects=True).text
    assert "is no number of calls" in page
    staff.post(f"/tasks/callers/{me}", data={"quota": ""})
    with product.db.transaction() as session:
        assert session.get_one(Task, task_id).owner_id is None
        assert session.scalars(select(CallerRow)).all() == []


def test_the_file_runs_nothing_in_a_spreadsheet(staff: FlaskClient, product: Outreach) -> None:
    a_call(product, first_name="=cmd|' /C calc'!A0", last_name="", company="@SUM(1)", phone="+447700900123")
    answer = staff.get("/tasks.csv")
    assert answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="phone-list.csv"'
    (row,) = csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")))
    assert (row["name"], row["company"], row["phone"]) == ("'=cmd|' /C calc'!A0", "'@SUM(1)", "'+447700900123")
    assert (row["place"], row["kind"], row["inside_hours"]) == ("1", "call", "yes")
    assert row["local_time"] == "2026-09-08 10:30"


def test_what_closed_itself_is_told_and_can_be_opened_again(staff: FlaskClient, product: Outreach) -> None:
    task_id = a_call(product)
    with product.db.transaction() as session:
        contact = session.get_one(Task, task_id).contact_id
        session.add(Signal(contact_id=contact, kind="booking", occurred_at=NOW))
    settle_tasks(db=product.db, now=NOW)
    page = " ".join(staff.get("/tasks").text.split())
    assert "Anna Evans</a>: Booked, Tue, 8 Sept 2026, 10:30" in page
    assert "The call is on the list again." in staff.post(f"/tasks/{task_id}/undo", follow_redirects=True).text


def test_the_page_of_a_contact_tells_of_its_tasks_and_of_a_wrong_number(staff: FlaskClient, product: Outreach) -> None:
    task_id = a_call(product)
    staff.post(f"/tasks/{task_id}", data={"outcome": "wrong_number", "note": "A bakery"})
    with product.db.transaction() as session:
        contact = session.get_one(Task, task_id).contact_id
        move = session.scalars(select(TaskMove.id)).one()
    page = " ".join(staff.get(f"/contacts/{contact}").text.split())
    assert "Somebody else answered at this number." in page
    assert "Wrong number, Tue, 8 Sept 2026 “<bdi>A bakery</bdi>”" in page
    back = staff.post(f"/tasks/{task_id}/undo", data={"move": move, "contact": contact})
    assert back.headers["Location"] == f"/contacts/{contact}"
    assert "Somebody else answered" not in staff.get(f"/contacts/{contact}").text
    staff.post(f"/tasks/{task_id}", data={"outcome": "wrong_number"})
    page = staff.post(f"/contacts/{contact}/number", follow_redirects=True).text
    assert "The number may be called again." in page
