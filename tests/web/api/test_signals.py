"""`POST /api/v1/signals`: what the business's programs tell of customers."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from outreach.bootstrap import Outreach
from outreach.db.models.signals import Signal, WaitingSignal
from outreach.domain.api_keys import Scope
from outreach.services.create_api_key import create_api_key
from outreach.services.revoke_api_key import revoke_api_key
from tests.factories import NOW, a_contact

BOUGHT = {
    "external_id": "C1",
    "kind": "purchase",
    "occurred_at": "2026-09-01T10:00:00Z",
    "amount": 129.5,
    "currency": "GBP",
    "reference": "INV-7",
}


@pytest.fixture
def key(product: Outreach) -> str:
    """A key that may tell signals, and a contact to tell of."""
    with product.db.transaction() as session:
        a_contact(session, external_id="C1")
    return create_api_key(db=product.db, name="till", scopes={Scope.SIGNALS}, lasts=None, now=NOW)


def tell(client: FlaskClient, key: str, *signals: Any) -> TestResponse:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    return client.post("/api/v1/signals", json={"signals": list(signals)}, headers=headers)


def count(product: Outreach, table: type) -> int:
    with product.db.transaction() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_signal_told_twice_is_one(stranger: FlaskClient, product: Outreach, key: str) -> None:
    assert tell(stranger, key, BOUGHT).json == {"new": 1, "known": 0, "waiting": 0, "refused": []}
    assert tell(stranger, key, BOUGHT).json == {"new": 0, "known": 1, "waiting": 0, "refused": []}
    assert count(product, Signal) == 1


def test_another_word_about_the_same_reference_is_named_and_the_first_stays(
    stranger: FlaskClient, product: Outreach, key: str
) -> None:
    tell(stranger, key, BOUGHT)
    answer = tell(stranger, key, BOUGHT | {"amount": "99"}).json
    assert answer
    assert (answer["new"], answer["known"]) == (0, 0)
    assert answer["refused"][0]["reason"] == "is known with another date or amount, and the first word stays"
    with product.db.transaction() as session:
        assert session.scalar(select(Signal.amount)) == 129.5


def test_a_signal_of_a_stranger_waits_and_is_reported(stranger: FlaskClient, product: Outreach, key: str) -> None:
    for _ in range(2):
        answer = tell(stranger, key, BOUGHT | {"external_id": "C9"}).json
        assert answer
        assert (answer["waiting"], answer["refused"][0]["field"], answer["refused"][0]["value"]) == (
            1,
            "external_id",
            "C9",
        )
    assert (count(product, Signal), count(product, WaitingSignal)) == (0, 1)


@pytest.mark.parametrize(
    ("wrong", "field", "reason"),
    [
        ({"amount": -3}, "amount", "is negative"),
        ({"amount": "three"}, "amount", "is no amount"),
        ({"occurred_at": (NOW + timedelta(days=3)).isoformat()}, "occurred_at", "lies in the future"),
        ({"kind": "telepathy"}, "kind", "is not known"),
        ({"currency": "pounds"}, "currency", "is no currency code"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_bad_signal_is_named_and_the_others_land(
    stranger: FlaskClient, product: Outreach, key: str, wrong: dict[str, Any], field: str, reason: str
) -> None:
    answer = tell(stranger, key, BOUGHT | {"reference": "bad"} | wrong, BOUGHT).json
    assert answer
    assert answer["new"] == 1
    assert [(one["signal"], one["field"], one["reason"]) for one in answer["refused"]] == [(0, field, reason)]


@pytest.mark.parametrize(
    ("body", "title"),
    [
        ([], "Not a list of signals"),
        ({"signals": {}}, "Not a list of signals"),
        ({"signals": [1]}, "Not a signal"),
        ({"signals": [BOUGHT | {"colour": "red"}]}, "Unknown field"),
        ({"signals": [{"kind": "visit"}]}, "Missing field"),
        ({"signals": [BOUGHT | {"reference": ["a"]}]}, "Wrong type"),
        ({"signals": [BOUGHT] * 1001}, "Too many signals"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_is_no_list_of_signals_is_a_problem(
    stranger: FlaskClient, product: Outreach, key: str, body: Any, title: str
) -> None:
    answer = stranger.post("/api/v1/signals", json=body, headers={"Authorization": f"Bearer {key}"})
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert answer.json
    assert answer.json["title"] == title
    assert count(product, Signal) == 0


def test_what_is_not_json_is_a_problem(stranger: FlaskClient, key: str) -> None:
    headers = {"Authorization": f"Bearer {key}"}
    plain = stranger.post("/api/v1/signals", data="hello", headers=headers)
    broken = stranger.post("/api/v1/signals", data="{", headers=headers, content_type="application/json")
    got = stranger.get("/api/v1/signals", headers=headers)
    assert [one.status_code for one in (plain, broken, got)] == [415, 400, 405]
    assert {one.mimetype for one in (plain, broken)} == {"application/problem+json"}


def test_only_a_key_in_force_with_the_scope_may_tell(stranger: FlaskClient, product: Outreach, key: str) -> None:
    other = create_api_key(db=product.db, name="nobody", scopes=(), lasts=None, now=NOW)
    brief = create_api_key(
        db=product.db, name="brief", scopes={Scope.SIGNALS}, lasts=timedelta(days=1), now=NOW - timedelta(days=2)
    )
    assert [tell(stranger, one, BOUGHT).status_code for one in ("", "wrong", brief, other, key)] == [
        401,
        401,
        401,
        403,
        200,
    ]
    assert revoke_api_key(db=product.db, name="till", now=NOW)
    assert tell(stranger, key, BOUGHT).status_code == 401
