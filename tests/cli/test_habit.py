"""`outreach habit`: from a file of signals to parameters and sentences."""

import csv
import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from outreach.cli import main
from tests.domain.care.habit.cdnow import CALIBRATION_END, purchases


@pytest.fixture
def cdnow(tmp_path: Path) -> Path:
    """The public sample as a file of ours."""
    events, path = purchases("sample"), tmp_path / "signals.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["external_id", "kind", "occurred_at", "reference"])
        for customer, day in zip(events.customer.tolist(), events.day.tolist(), strict=True):
            writer.writerow([f"C{customer}", "purchase", date.fromordinal(day).isoformat(), f"{customer}-{day}"])
    return path


def test_a_fit_of_the_public_data_gives_the_published_figures(cdnow: Path) -> None:
    until = date.fromordinal(CALIBRATION_END).isoformat()
    result = CliRunner().invoke(main, ["habit", "fit", "--signals", str(cdnow), "--until", until, "--json"])
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert {name: round(value, 3) for name, value in told["bg_nbd"]["parameters"].items()} == {
        "r": 0.243,
        "alpha": 4.414,
        "a": 0.793,
        "b": 2.426,
    }
    assert round(told["bg_nbd"]["log_likelihood"], 3) == -9582.429
    assert round(told["mbg_nbd"]["log_likelihood"], 3) == -9582.136
    plain = CliRunner().invoke(main, ["habit", "fit", "--signals", str(cdnow), "--until", until])
    assert "log-likelihood -9582.429" in plain.stdout


def test_every_customer_gets_a_line_with_a_sentence(cdnow: Path, tmp_path: Path) -> None:
    out, until = tmp_path / "scores.csv", date.fromordinal(CALIBRATION_END)
    arguments = ["habit", "score", "--signals", str(cdnow), "--until", until.isoformat(), "--out", str(out)]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    with out.open() as file:
        lines = list(csv.DictReader(file))
    assert len(lines) == 2357
    assert all(0 <= float(line["p_alive"]) <= 1 and float(line["expected"]) >= 0 for line in lines)
    habits = [line for line in lines if line["label"] != "new"]
    assert len(habits) > 100
    assert all(line["sentence"].startswith("Buys about every") for line in habits)
    fading = [line for line in habits if line["label"] in ("fading", "alarm")]
    assert fading
    assert min(float(line["surprise"]) for line in fading) >= 1.5
    assert list(tmp_path.glob(".scores*")) == []


def test_bad_rows_are_named_and_left_out(tmp_path: Path) -> None:
    path, today = tmp_path / "signals.csv", date(2026, 1, 31)
    rows = [f"=C1,purchase,{today - timedelta(days=days)},10" for days in range(3, 200, 20)]
    path.write_text(
        "\n".join(["external_id,kind,occurred_at,amount", *rows, "C2,purchase,yesterday,1", ",visit,2026-01-01,"])
    )
    out = tmp_path / "scores.csv"
    arguments = ["habit", "score", "--signals", str(path), "--until", today.isoformat(), "--out", str(out)]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    assert "2 rows left out" in result.stderr
    assert "signals.csv, line 12, occurred_at: 'yesterday': is no date or time" in result.stderr
    with out.open() as file:
        (line,) = csv.DictReader(file)
    assert line["external_id"] == "'=C1", "no spreadsheet runs it"


def test_a_file_without_anything_to_fit_says_so(tmp_path: Path) -> None:
    path = tmp_path / "signals.csv"
    path.write_text("external_id,kind,occurred_at\nC1,visit,2026-01-01\n")
    lonely = CliRunner().invoke(main, ["habit", "fit", "--signals", str(path), "--until", "2026-01-31"])
    assert lonely.exit_code == 1
    assert "nothing to fit" in lonely.stderr
    path.write_text("external_id,kind,occurred_at\nC1,visit,never\n")
    bad = CliRunner().invoke(main, ["habit", "fit", "--signals", str(path), "--until", "2026-01-31"])
    assert bad.exit_code == 2
    assert "no row of it is good" in bad.stderr
