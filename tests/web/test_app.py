"""The application as a whole: headers, errors, health, languages."""

from flask import Flask
from flask.testing import FlaskClient

from outreach.bootstrap import Outreach
from outreach.db import session as database
from outreach.db.queries.heartbeats import beat
from outreach.queueing import rq
from outreach.web.app import create_app


def test_health_tells_that_database_and_queue_answer(stranger: FlaskClient) -> None:
    answer = stranger.get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"database": "ok", "queue": "ok"})


def test_health_is_bad_while_the_database_is_silent(product: Outreach) -> None:
    nowhere = database.connect("postgresql://nobody@127.0.0.1:1/nothing")
    object.__setattr__(product, "db", nowhere)
    answer = create_app(product).test_client().get("/healthz")
    assert (answer.status_code, answer.json) == (503, {"database": "silent", "queue": "ok"})


def test_health_is_bad_while_the_queue_is_silent(product: Outreach) -> None:
    object.__setattr__(product, "queue", rq.connect("redis://127.0.0.1:1/0"))
    answer = create_app(product).test_client().get("/healthz")
    assert (answer.status_code, answer.json) == (503, {"database": "ok", "queue": "silent"})


def test_pages_forbid_inline_scripts_and_frames(stranger: FlaskClient) -> None:
    headers = stranger.get("/login").headers
    policy = headers["Content-Security-Policy"]
    assert "unsafe-inline" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"


def test_pages_hold_nothing_that_the_policy_forbids(staff: FlaskClient) -> None:
    for path in ("/", "/calendars", "/campaigns", "/contacts", "/mailbox/", "/imports"):
        page = staff.get(path).get_data(as_text=True)
        assert " style=" not in page, path
        assert " onclick=" not in page, path
        assert "<script>" not in page, path


def test_an_address_that_does_not_exist_gets_a_kind_page(stranger: FlaskClient) -> None:
    answer = stranger.get("/nope")
    assert answer.status_code == 404
    assert "Nothing here" in answer.get_data(as_text=True)


def test_a_contact_that_does_not_exist_is_not_found(staff: FlaskClient) -> None:
    for path in ("/contacts/99", "/campaigns/99", "/mailbox/99", "/mailbox/99/preview", "/imports/99"):
        assert staff.get(path).status_code == 404, path


def test_too_large_a_form_is_refused(staff: FlaskClient) -> None:
    answer = staff.post("/language", data={"locale": "x" * (3 * 1024 * 1024)})
    assert answer.status_code == 413
    assert "Too large" in answer.get_data(as_text=True)


def test_a_fault_of_ours_shows_no_insides(app: Flask, product: Outreach, staff: FlaskClient) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    with product.db.raw_transaction() as connection:
        connection.execute("ALTER TABLE industries RENAME TO hidden_industries")
    answer = staff.get("/calendars")
    assert answer.status_code == 500
    assert "Our mistake" in answer.get_data(as_text=True)
    assert "industries" not in answer.get_data(as_text=True)


def test_pages_speak_german_to_a_german_browser(staff: FlaskClient) -> None:
    page = staff.get("/", headers={"Accept-Language": "de-AT,de;q=0.9,en;q=0.5"}).get_data(as_text=True)
    assert '<html lang="de-AT" dir="ltr">' in page
    assert "Was als Nächstes hinausgeht" in page


def test_a_chosen_language_stays(staff: FlaskClient) -> None:
    answer = staff.post("/language", data={"locale": "de", "back": "/contacts?state=famine"})
    assert answer.location == "/contacts?state=famine"
    assert "Kontakte" in staff.get("/contacts").get_data(as_text=True)


def test_going_back_never_leads_to_another_site(staff: FlaskClient) -> None:
    for back in ("https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"):
        assert staff.post("/language", data={"locale": "en", "back": back}).location == "/", back


def test_a_page_of_staff_shows_signs_of_life(staff: FlaskClient, product: Outreach) -> None:
    with product.db.raw_transaction() as connection:
        beat(connection, part="job plan", note="")
        beat(connection, part="mailbox", note="listening")
    page = staff.get("/").get_data(as_text=True)
    assert "last tick" in page
    assert "Mailbox" in page
    assert "none is running" in page
