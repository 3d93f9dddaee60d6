"""The forms on a contact's page."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from outreach.bootstrap import Outreach
from outreach.db.models.feedback import EventRow
from outreach.db.models.ledger import LoggedTouch, Touch
from outreach.db.models.rhythm import Rhythm
from tests.factories import NOW, a_contact, a_sent_touch, a_touch
from tests.web.conftest import EMAIL

DAY = timedelta(days=1)


@pytest.fixture
def contact_id(product: Outreach) -> int:
    with product.db.transaction() as session:
        contact = a_contact(session, last_touch_at=NOW - 20 * DAY)
        a_sent_touch(session, contact_id=contact, sent_at=NOW - 20 * DAY)
        return contact


def rhythm(product: Outreach, contact_id: int) -> Rhythm:
    with product.db.transaction() as session:
        return session.get_one(Rhythm, contact_id)


def post(staff: FlaskClient, contact_id: int, form: str, **fields: str) -> TestResponse:
    return staff.post(f"/contacts/{contact_id}/{form}", data=fields, follow_redirects=True)


def test_a_call_is_written_down_on_the_clock_of_whoever_made_it_and_taken_back(
    staff: FlaskClient, product: Outreach, contact_id: int
) -> None:
    with product.db.transaction() as session:
        a_touch(session, contact_id=contact_id, send_at=NOW + DAY)
    page = post(staff, contact_id, "touches", channel="call", at="2026-09-08T09:15", note="A new <b>boiler</b>")
    assert "Written down." in page.text
    assert "What was planned too soon after it is taken back and planned anew." in page.text
    assert "“A new &lt;b&gt;boiler&lt;/b&gt;”" in page.text
    with product.db.transaction() as session:
        logged = session.scalars(select(LoggedTouch)).one()
        assert session.scalars(select(Touch).where(Touch.state == "planned")).all() == []
    # Half past nine in London is half past eight in UTC, in summer.
    assert (logged.at.isoformat(), logged.logged_by) == ("2026-09-08T08:15:00+00:00", EMAIL)
    page = post(staff, contact_id, f"touches/{logged.id}/undo")
    assert "Taken back; the rhythm counts from the touch before." in page.text
    assert rhythm(product, contact_id).last_touch_at == NOW - 20 * DAY


@pytest.mark.parametrize(
    ("form", "fields", "says"),
    [
        ("touches", {"channel": "call", "at": "2027-01-01T10:00"}, "lies in the future. Log what has happened."),
        ("touches", {"channel": "call", "at": "soon"}, "“soon” cannot be read. Choose day and time."),
        ("touches", {"channel": "fax", "at": "2026-09-08T09:15"}, "“fax” is no channel."),
        ("wishes", {"kind": "pause", "until": "2026-09-01"}, "a pause ends after today and by 2028-09-08."),
        ("wishes", {"kind": "pause", "until": "x"}, "“x” cannot be read. Choose a day."),
        ("band", {"shortest": "40", "longest": "20"}, "the gaps must grow, from at least 1 day to at most 366."),
        ("band", {"shortest": "nan"}, "“nan” cannot be read. Write a number of days"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_form_and_what_was_typed_stays(
    staff: FlaskClient, product: Outreach, contact_id: int, form: str, fields: dict[str, str], says: str
) -> None:
    page = post(staff, contact_id, form, **fields)
    assert page.status_code == 422
    assert says in page.text
    assert page.text.count('class="complaint"') == 1
    typed = [value for name, value in fields.items() if name not in ("channel", "kind")]
    assert all(f'value="{value}"' in page.text for value in typed)
    assert rhythm(product, contact_id).last_touch_at == NOW - 20 * DAY


def test_wishes_are_noted_and_each_has_its_undo(staff: FlaskClient, product: Outreach, contact_id: int) -> None:
    page = post(staff, contact_id, "wishes", kind="less_often")
    assert "The usual rhythm again" in page.text
    assert "Gap stretched from 14 to 21 days: the contact asked to hear less often." in page.text
    assert "nothing changed" in post(staff, contact_id, "wishes", kind="less_often").text
    page = post(staff, contact_id, "wishes", kind="pause", months="3")
    assert "Paused until Tue, 8 Dec 2026." in page.text
    page = post(staff, contact_id, "wishes", kind="pause", until="2026-10-01")
    assert "Paused until Thu, 1 Oct 2026." in page.text
    post(staff, contact_id, "wishes", kind="usual_rhythm")
    post(staff, contact_id, "wishes", kind="end_pause")
    now = rhythm(product, contact_id)
    assert (now.gap, now.floor_gap, now.paused_until) == (14.0, None, None)
    with product.db.transaction() as session:
        said = [event.data["source"] for event in session.scalars(select(EventRow))]
    assert said == [EMAIL] * 5
    assert post(staff, contact_id, "wishes", kind="wealth").status_code == 400


def test_a_band_of_its_own_is_set_and_unset(staff: FlaskClient, product: Outreach, contact_id: int) -> None:
    page = post(staff, contact_id, "band", shortest="20,5", longest="")
    assert "A band of its own: 20.5 to 35 days." in page.text
    assert 'name="shortest" inputmode="decimal" autocomplete="off" value="20.5"' in page.text
    assert rhythm(product, contact_id).gap == 20.5
    post(staff, contact_id, "band", shortest="", longest="")
    assert (rhythm(product, contact_id).own_min_gap, rhythm(product, contact_id).gap) == (None, 14.0)


def test_forms_of_nobody_lead_nowhere(staff: FlaskClient) -> None:
    assert post(staff, 4711, "touches", channel="call", at="2026-09-08T09:15").status_code == 404
    assert post(staff, 4711, "wishes", kind="less_often").status_code == 404


def test_strangers_change_nothing(stranger: FlaskClient, product: Outreach, contact_id: int) -> None:
    stranger.post(f"/contacts/{contact_id}/wishes", data={"kind": "less_often"})
    assert rhythm(product, contact_id).floor_gap is None
