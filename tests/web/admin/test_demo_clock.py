"""The demo's banner and the buttons of its clock."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient

from outreach.bootstrap import Outreach
from outreach.clock import DemoClock
from outreach.db.queries.demo_clock import DemoTime, load_demo_time, store_demo_time
from outreach.settings import Mode
from outreach.web.app import create_app

WALL = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.fixture
def demo(product: Outreach, sign_in: Any) -> FlaskClient:
    """A browser signed in to a demo whose clock stands at ten on 7 September."""
    with product.db.raw_transaction() as connection:
        store_demo_time(connection, DemoTime(datetime(2026, 9, 7, 10, 0, tzinfo=UTC), WALL, 0.0))
    settings = replace(product.settings, mode=Mode.DEMO)
    app = create_app(replace(product, settings=settings, clock=DemoClock(product.db)))
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    client = app.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en-GB"
    sign_in(client)
    return client


def test_every_page_of_a_demo_says_so(demo: FlaskClient) -> None:
    for path in ("/", "/calendars", "/campaigns", "/contacts", "/imports", "/mailbox/"):
        page = demo.get(path).get_data(as_text=True)
        assert "invented customers, simulated readers." in page, path
        assert "Mon, 7 Sept 2026, 10:00" in page, path


def test_a_button_lets_the_clock_run_on_from_where_it_is(demo: FlaskClient, product: Outreach) -> None:
    answer = demo.post("/demo/clock", data={"speed": "1440", "back": "/contacts"})
    assert (answer.status_code, answer.location) == (303, "/contacts")
    with product.db.raw_transaction() as connection:
        time = load_demo_time(connection)
    assert time is not None
    assert (time.business_at, time.speed) == (datetime(2026, 9, 7, 10, 0, tzinfo=UTC), 1440.0)
    assert "1,440 times as fast" in demo.get("/").get_data(as_text=True)


@pytest.mark.parametrize("speed", ["-1", "1e9", "fast", ""])
def test_a_nonsensical_speed_is_refused(demo: FlaskClient, speed: str) -> None:
    assert demo.post("/demo/clock", data={"speed": speed}).status_code == 400


def test_outside_the_demo_there_is_neither_banner_nor_button(staff: FlaskClient) -> None:
    assert "invented customers" not in staff.get("/").get_data(as_text=True)
    assert staff.post("/demo/clock", data={"speed": "0"}).status_code == 404
