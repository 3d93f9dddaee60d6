"""Signing in: who gets in, who does not, and when a session ends."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask, Request
from flask.testing import FlaskClient

from outreach.bootstrap import Outreach
from outreach.clock import WallClock
from outreach.services.create_staff import create_staff
from tests.factories import NOW
from tests.web.conftest import EMAIL

SignIn = Callable[..., None]


def test_every_page_and_every_form_of_staff_asks_a_stranger_to_sign_in(app: Flask, stranger: FlaskClient) -> None:
    asked = 0
    for rule in app.url_map.iter_rules():
        if not rule.endpoint.startswith("admin."):
            continue
        path = re.sub(r"<(\w+:)?\w+>", "1", rule.rule)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            answer = stranger.open(path, method=method)
            assert answer.status_code == 302, (method, path)
            assert answer.location.startswith("/login?next="), (method, path)
            asked += 1
    assert asked > 50


def test_accounts_have_no_pages_but_signing_in_and_out(app: Flask) -> None:
    rules = {rule.rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("security.")}
    assert rules - {"/fs-static/<path:filename>"} == {"/login", "/logout"}


def test_the_right_password_leads_in(stranger: FlaskClient, sign_in: SignIn) -> None:
    sign_in(stranger)
    assert stranger.get("/").status_code == 200


def test_a_wrong_password_and_an_unknown_address_get_the_same_page(stranger: FlaskClient, sign_in: SignIn) -> None:
    wrong = stranger.post("/login", data={"email": EMAIL, "password": "not that one"}).get_data(as_text=True)
    unknown = stranger.post("/login", data={"email": "who@hearth.example", "password": "not that one"})
    assert "do not fit together" in wrong
    strip = re.compile(r"mair|who|nonce-\S+|[\w.-]{60,}")
    assert strip.sub("", wrong) == strip.sub("", unknown.get_data(as_text=True))
    assert stranger.get("/").status_code == 302


def test_guessing_is_slowed_down(stranger: FlaskClient, sign_in: SignIn) -> None:
    answers = [stranger.post("/login", data={"email": EMAIL, "password": f"guess {n}"}).status_code for n in range(11)]
    assert answers[:10] == [200] * 10
    assert answers[10] == 429


def test_signing_out_needs_a_post_and_ends_the_session(staff: FlaskClient) -> None:
    assert staff.get("/logout").status_code == 405
    assert staff.get("/").status_code == 200
    staff.post("/logout")
    assert staff.get("/").status_code == 302


def test_a_session_that_nobody_used_for_half_an_hour_ends(staff: FlaskClient) -> None:
    staff.get("/")
    with staff.session_transaction() as session:
        session["seen_at"] = (WallClock().now() - timedelta(minutes=31)).isoformat()
    assert staff.get("/").location == "/login"


def test_a_session_ends_after_twelve_hours_however_busy(staff: FlaskClient) -> None:
    staff.get("/")
    with staff.session_transaction() as session:
        session["started_at"] = (WallClock().now() - timedelta(hours=12, minutes=1)).isoformat()
    assert staff.get("/").location == "/login"


def test_a_part_that_updates_itself_does_not_keep_a_session_alive(staff: FlaskClient) -> None:
    staff.get("/")
    with staff.session_transaction() as session:
        seen = session["seen_at"] = (WallClock().now() - timedelta(minutes=20)).isoformat()
    staff.get("/", headers={"HX-Request": "true"})
    with staff.session_transaction() as session:
        assert session["seen_at"] == seen


def test_a_new_password_ends_the_sessions_of_the_account(staff: FlaskClient, product: Outreach) -> None:
    assert staff.get("/").status_code == 200
    create_staff(db=product.db, email=EMAIL, name="Mair", password="another long one", roles=["admin"], now=NOW)
    assert staff.get("/").status_code == 302


def test_signing_in_never_leads_to_another_site(stranger: FlaskClient, sign_in: SignIn) -> None:
    answer = stranger.post(
        "/login?next=https://evil.example/", data={"email": EMAIL, "password": "a long walk by the sea"}
    )
    assert "evil" not in (answer.location or "")


def test_a_form_without_its_token_is_refused_in_plain_words(app: Flask, stranger: FlaskClient) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    answer = stranger.post("/login", data={"email": EMAIL, "password": "x"})
    assert answer.status_code == 400
    assert "out of date" in answer.get_data(as_text=True)


def test_nobody_is_signed_out_without_a_token(app: Flask, staff: FlaskClient) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    assert staff.post("/logout").status_code == 400
    assert staff.get("/").status_code == 200


def test_nobody_reads_the_body_of_a_stranger_before_its_signature(
    stranger: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(*_args: object, **_how: object) -> None:
        raise AssertionError("the body was parsed")

    monkeypatch.setattr(Request, "get_json", read)
    assert stranger.post("/webhooks/mailbox", json=[{"event": "delivered"}]).status_code == 403


def test_machines_of_others_post_without_a_token(app: Flask, stranger: FlaskClient) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    assert stranger.post("/webhooks/nobody", data=b"{}").status_code == 404
    assert stranger.post("/u/not-a-token").status_code == 200
