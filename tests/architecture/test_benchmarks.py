"""The benchmark is run by hand and seldom, so a test keeps it running; how fast anything is, no test asserts."""

import json
import subprocess
import sys
from pathlib import Path

from benchmarks.legs import BASELINES
from benchmarks.measure import Leg, Timing, print_table, summed_up


def test_the_benchmark_times_every_leg_of_the_loop(root: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.loop", "--contacts", "60", "--repeats", "1", "--json"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    lines = json.loads(done.stdout)
    assert [line["leg"] for line in lines] == list(BASELINES)
    assert all(line["items"] > 0 and line["seconds"] > 0 and line["ratio"] > 0 for line in lines)


def test_the_table_shows_the_median_of_each_number(capsys) -> None:
    runs = [[Leg("plan", Timing(100, seconds, 0.01), Timing(10, 1.0, 0.01))] for seconds in (4.0, 1.0, 2.0)]
    (line,) = summed_up(runs, {"plan": "by hand"})
    assert (line.rate, line.plain_rate, line.ratio) == (50, 10, 5)
    print_table([line])
    shown = capsys.readouterr().out
    assert "plan" in shown
    assert "by hand" in shown


def test_the_benchmark_of_the_rhythm_times_planning_and_forecasting(root: Path) -> None:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "benchmarks.rhythm", "--contacts", "2000"),
            *("--forecast-contacts", "200", "--days", "20", "--json"),
        ],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    lines = json.loads(done.stdout)["lines"]
    assert [line["what"].split()[0] for line in lines] == ["decide", "load", "plan", "a", "a", "forecast", "forecast"]
    assert all(line["items"] > 0 and line["seconds"] > 0 for line in lines)
    assert lines[0]["ratio"] > 1


def test_the_benchmark_of_rendering_makes_both_ways_say_the_same(root: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.rendering", "--mails", "500", "--repeats", "1", "--json"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert [line["what"].split()[0] for line in said["lines"]] == ["a", "the", "the", "compiling", "a"]
    assert all(line["each_us"] > 0 for line in said["lines"])
    assert said["lines"][0]["ratio"] > 1


def test_the_benchmark_of_webhooks_takes_in_and_applies_every_event(root: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.webhooks", "--events", "2000", "--contacts", "200", "--json"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    lines = json.loads(done.stdout)
    assert [line["what"].split()[0] for line in lines] == ["taking", "taking", "applying,", "applying,", "plain:"]
    assert [line["events"] for line in lines[:4]] == [1000] * 4
    assert all(line["seconds"] > 0 and line["ratio"] > 0 for line in lines[:4])
