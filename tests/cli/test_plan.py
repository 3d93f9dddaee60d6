"""`outreach plan --forecast` and `outreach replay` as a person types them."""

import csv
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from outreach.cli import main
from outreach.db.session import Database
from tests.services.test_replay_plan import a_lively_base

pytestmark = pytest.mark.usefixtures("stores")


@pytest.fixture
def _base(db: Database) -> None:
    a_lively_base(db, datetime.now(UTC), contacts=6)


def typed(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.mark.usefixtures("_base")
def test_a_forecast_is_told_in_words_in_json_and_in_rows(tmp_path: Path) -> None:
    told = typed("plan", "--forecast", 60)
    assert told.exit_code == 0, told.output
    assert "60 days, if nobody answers:" in told.output
    assert "Famine ahead:" in told.output
    assert "Content runway" in told.output
    rows = tmp_path / "rows.csv"
    exact = typed("plan", "--forecast", 60, "--json", "--rows", rows)
    numbers = json.loads(exact.stdout)
    with rows.open() as file:
        assert len(list(csv.DictReader(file))) == numbers["touches"]
    assert sum(sum(day["touches"].values()) for day in numbers["days"]) == numbers["touches"]


@pytest.mark.usefixtures("_base")
def test_a_wrong_industry_is_told_and_ends_with_two() -> None:
    told = typed("plan", "--forecast", 30, "--industry", "lighthouses")
    assert told.exit_code == 2
    assert "industry lighthouses" in told.output


def test_options_of_a_forecast_need_one() -> None:
    told = typed("plan", "--json")
    assert told.exit_code == 2
    assert "--forecast" in told.output


@pytest.mark.usefixtures("_base")
def test_a_replay_of_the_days_to_come_counts_touches_by_day(db: Database) -> None:
    start = datetime.now(UTC).date() + timedelta(days=1)
    told = typed("replay", "--from", start, "--to", start + timedelta(days=30), "--json")
    assert told.exit_code == 0, told.output
    numbers = json.loads(told.stdout)
    assert numbers["touches"] == sum(numbers["days"].values()) > 0


def test_a_replay_that_ends_before_it_begins_is_refused() -> None:
    told = typed("replay", "--from", "2026-10-02", "--to", "2026-10-01")
    assert told.exit_code == 2
    assert "ends before it begins" in told.output
