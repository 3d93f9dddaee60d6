"""The page of services that come round, and the services on a contact's page."""

from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from outreach.bootstrap import Outreach
from outreach.db.models.due_services import ServiceFact, ServiceRound
from outreach.services.look_after_services import look_after_services
from tests.factories import NOW, a_business, a_contact, an_industry
from tests.services.due_services import a_service, a_signal
from tests.web.conftest import EMAIL


@pytest.fixture
def contact_id(product: Outreach) -> int:
    """A contact whose chimney is due, and one whose chimney was swept in spring."""
    with product.db.transaction() as session:
        a_business(session)
        a_service(session, names={"en": "the chimney inspection"})
        a_service(session, "audit", names={"en": "the audit"}, season={}, holder="person", position=2, first="at once")
        industry = an_industry(session, "households")
        contact, other = (a_contact(session, industry_id=industry, company="") for _ in range(2))
        swept = {contact: datetime(2025, 9, 20, 12, tzinfo=UTC), other: datetime(2026, 4, 1, 12, tzinfo=UTC)}
        for one, at in swept.items():
            a_signal(session, contact_id=one, reference=f"chimney:{one}", occurred_at=at)
            a_signal(session, contact_id=one, reference=f"audit:{one}", occurred_at=NOW)
    look_after_services(db=product.db, now=NOW)
    return contact


def words(page: str) -> str:
    return " ".join(page.split())


def rounds(product: Outreach) -> list[str]:
    look_after_services(db=product.db, now=NOW)
    with product.db.transaction() as session:
        return list(session.scalars(select(ServiceRound.state).order_by(ServiceRound.id)))


def test_it_counts_how_everybody_stands_and_what_the_weeks_bring(staff: FlaskClient, contact_id: int) -> None:
    page = words(staff.get("/services").text)
    assert "the chimney inspection" in page
    assert "Every 12 months · asked for now, until 20 September 2026" in page.replace("Sun, ", "").replace(
        "Sept ", "September "
    )
    for state, count in (("Asked", 1), ("Resting", 1), ("Due", 0), ("Overdue", 0)):
        assert f'<td class="num" data-label="{state}">{count}</td>' in page
    assert "asked for all year" in page


def test_without_services_it_says_where_they_come_from(staff: FlaskClient) -> None:
    assert "Declare in the pack what comes round" in staff.get("/services").text


def test_a_contact_shows_its_services_and_what_is_known_of_them(staff: FlaskClient, contact_id: int) -> None:
    page = words(staff.get(f"/contacts/{contact_id}").text)
    assert "Asked · 1 message" in page
    assert f'<span translate="no">chimney:{contact_id}</span>' in page
    assert "It stays with the place." in page
    assert "It goes with the person." in page


def test_a_booking_is_written_down_and_taken_back(staff: FlaskClient, product: Outreach, contact_id: int) -> None:
    with product.db.transaction() as session:
        service = session.scalars(select(ServiceFact.service_id).order_by(ServiceFact.id)).first()
    form = {"kind": "booked", "on": "2026-09-15"}
    page = words(staff.post(f"/contacts/{contact_id}/services/{service}", data=form, follow_redirects=True).text)
    assert "Written down." in page
    assert f"Written down by {EMAIL}" in page
    assert rounds(product) == ["booked"]
    again = staff.post(f"/contacts/{contact_id}/services/{service}", data=form, follow_redirects=True).text
    assert "That was written down already." in again
    with product.db.transaction() as session:
        fact = session.scalars(select(ServiceFact.id).where(ServiceFact.source == "staff")).one()
    page = staff.post(f"/contacts/{contact_id}/services/facts/{fact}/undo", follow_redirects=True).text
    assert "Taken back." in page
    assert rounds(product) == ["asked"]
    page = staff.post(f"/contacts/{contact_id}/services/facts/{fact}/undo", follow_redirects=True).text
    assert "There was nothing to take back." in page


def test_what_is_not_needed_any_more_is_over(staff: FlaskClient, product: Outreach, contact_id: int) -> None:
    with product.db.transaction() as session:
        service = session.scalars(select(ServiceFact.service_id).order_by(ServiceFact.id)).first()
    page = staff.post(
        f"/contacts/{contact_id}/services/{service}", data={"kind": "not_needed"}, follow_redirects=True
    ).text
    assert "Not needed any more." in page
    assert rounds(product) == ["resting"]


@pytest.mark.parametrize(
    ("form", "status", "says"),
    [
        ({"kind": "done", "on": "2026-09-20"}, 422, "lies in the future. Write down what has happened"),
        ({"kind": "booked", "on": "2036-09-20"}, 422, "is more than two years ahead. Check the year."),
        ({"kind": "done", "on": "1926-09-20"}, 422, "is more than thirty years ago. Check the year."),
        ({"kind": "done", "on": "soon"}, 422, "“soon” cannot be read. Choose a day."),
        ({"kind": "eaten", "on": "2026-09-01"}, 400, ""),
    ],
)
def test_a_day_that_cannot_be_meant_is_refused(
    staff: FlaskClient, product: Outreach, contact_id: int, form: dict[str, str], status: int, says: str
) -> None:
    with product.db.transaction() as session:
        service = session.scalars(select(ServiceFact.service_id).order_by(ServiceFact.id)).first()
    page = staff.post(f"/contacts/{contact_id}/services/{service}", data=form)
    assert page.status_code == status
    assert says in words(page.text)
