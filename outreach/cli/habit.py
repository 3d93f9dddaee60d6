"""`outreach habit`: habits in any file of signals, without a database."""

import csv
import json
import os
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import click
import numpy as np

from outreach.clock import WallClock
from outreach.domain.care.habit.clocks import Clocks
from outreach.domain.care.habit.dropout import WEEK, Purchases, fit_counts, fit_dropout
from outreach.domain.care.habit.events import Events
from outreach.domain.care.habit.radar import LABELS, Habit, HabitFacts, fit, habit_reason
from outreach.domain.care.habit.scored import HABITS, Scored, learnt, scored
from outreach.domain.errors import NotReady
from outreach.domain.refused import as_faults, spreadsheet_safe
from outreach.domain.rhythm.explain import sentence
from outreach.intake.signal_files import SignalFile, read_signal_file

#: Faults that are printed; the others are counted.
PRINTED = 10
_COLUMNS = (
    "external_id",
    "p_alive",
    "expected",
    "silence_unusual_on",
    "habit",
    "label",
    "surprise",
    "value",
    "sentence",
)

_file = click.option("--signals", "path", type=click.Path(path_type=Path), required=True, help="A table of signals.")
_until = click.option(
    "--until", type=click.DateTime(["%Y-%m-%d"]), required=True, help="The day from which we look back."
)


@click.group()
def habit() -> None:
    """Habits in any file of signals, without a database."""


@habit.command("fit")
@_file
@_until
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def fit_(path: Path, until: datetime, as_json: bool) -> None:
    """Fits models of buying and the habits to a file: parameters and log-likelihood."""
    found = _read(path, until.date())
    buying = found.told.events[Habit.BUYING]
    if not (buying.counts > 1).any():
        raise NotReady("nobody in that file has bought on two days, so there is nothing to fit")
    told = _fitted(buying, now=until.date().toordinal())
    if as_json:
        click.echo(json.dumps({"until": until.date().isoformat(), **told}))
        return
    click.echo(f"{told['customers']:,} customers, {told['purchases']:,} days with purchases, in weeks:")
    for name in ("bg_nbd", "mbg_nbd", "nbd"):
        numbers = ", ".join(f"{key} {value:.4f}" for key, value in told[name]["parameters"].items())
        click.echo(f"  {name}: {numbers}; log-likelihood {told[name]['log_likelihood']:.3f}")
    radar = told["habit"]
    click.echo(f"  habit: r {radar['r']:.3f}, a {radar['a']:.1f} days, regularity {radar['k']:.2f}, ", nl=False)
    click.echo(f"a silence is unusual from a surprise of {radar['threshold']:.2f}")


def _fitted(buying: Events, *, now: int) -> dict[str, Any]:
    bought = buying.counts > 0
    first = buying.firsts()
    seen = Purchases.of((buying.counts - 1)[bought], (buying.lasts() - first)[bought], (now - first)[bought])
    told: dict[str, Any] = {"customers": seen.customers, "purchases": len(buying.day), "method": "maximum likelihood"}
    for name, modified in (("bg_nbd", False), ("mbg_nbd", True)):
        model = fit_dropout(seen, modified=modified)
        parameters = {key: value for key, value in asdict(model).items() if key != "modified"}
        told[name] = {"parameters": parameters, "log_likelihood": model.log_likelihood(seen)}
    counts = fit_counts(seen)
    told["nbd"] = {"parameters": asdict(counts), "log_likelihood": counts.log_likelihood(seen)}
    radar = fit(buying, Clocks.of(buying))
    told["habit"] = {**asdict(radar.prior), "threshold": radar.threshold}
    return told


@habit.command("score")
@_file
@_until
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="Where the table goes.")
@click.option(
    "--days", type=click.IntRange(1, 3650), default=90, show_default=True, help="Purchases expected in these."
)
def score(path: Path, until: datetime, out: Path, days: int) -> None:
    """Says of every customer in a file how its habit does, in a sentence of its own numbers."""
    found, today = _read(path, until.date()), until.date()
    clocks = {one: Clocks.of(events) for one, events in found.told.events.items()}
    fits = learnt(found.told, clocks, now=today.toordinal())
    told = scored(found.told, clocks, fits, now=today.toordinal())
    buying = found.told.events[Habit.BUYING]
    bought, first = buying.counts > 0, buying.firsts()
    expected = np.zeros(len(found.customers))
    if bought.any():
        x, tx, t = (buying.counts - 1), (buying.lasts() - first) / WEEK, (today.toordinal() - first) / WEEK
        expected[bought] = fits.dropout.expected(x[bought].astype(float), tx[bought], t[bought], weeks=days / WEEK)
    _write(out, _lines(found, told, expected.tolist(), today=today))
    click.echo(f"{len(found.customers):,} customers in {out}.")


def _lines(found: SignalFile, told: Scored, expected: list[float], *, today: date) -> Iterator[list[str]]:
    radar = told.radar
    for place, customer in enumerate(found.customers):
        number = int(told.habit[place])
        if number < 0:
            continue
        unusual = int(radar.unusual_on[place])
        facts = HabitFacts(
            HABITS[number],
            LABELS[int(radar.label[place])],
            int(radar.count[place]),
            date.fromordinal(int(radar.first[place])),
            date.fromordinal(int(radar.last[place])),
            float(radar.interval[place]),
            date.fromordinal(unusual) if unusual > 0 else None,
            int(radar.begins[place]),
            int(radar.days[place]),
        )
        yield [
            spreadsheet_safe(customer),
            f"{told.p_alive[place]:.4f}",
            f"{expected[place]:.4f}",
            facts.unusual_on.isoformat() if facts.unusual_on else "",
            facts.habit.value,
            facts.label.value,
            f"{radar.surprise[place]:.3f}",
            f"{told.value[place]:.4f}",
            sentence(habit_reason(facts, today=today)),
        ]


def _read(path: Path, until: date) -> SignalFile:
    found = read_signal_file(path, until=datetime.combine(until, time.max, UTC), now=WallClock().now())
    if found.refused:
        click.echo(f"{len({cell.row for cell in found.refused}):,} rows left out:", err=True)
        for fault in as_faults(found.refused[:PRINTED], place=path.name):
            click.echo(f"  {fault}", err=True)
    return found


def _write(out: Path, lines: Iterator[list[str]]) -> None:
    """All of it or nothing, so that nobody reads half a table."""
    part = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        with part.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(_COLUMNS)
            writer.writerows(lines)
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)
