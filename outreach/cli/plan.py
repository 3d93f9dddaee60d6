"""`outreach plan`: decides now for every contact whose turn it is, as the ticks do; or shows the coming days."""

import csv
import json
from collections import Counter
from datetime import datetime
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from outreach.bootstrap import bootstrap
from outreach.cli.progress import StepProgress
from outreach.domain.calendar.contact_calendar import ContactCalendar
from outreach.domain.rhythm.band import RhythmBand
from outreach.intake.packs import read_pack
from outreach.services.forecast_touches import Forecast, WhatIf, forecast_touches
from outreach.services.plan_touches import plan_touches

#: A bar of this many characters stands for the busiest month.
BAR = 30


@click.command()
@click.option(
    "--forecast", "days", type=int, metavar="DAYS", help="Show the next DAYS days instead; nothing is planned."
)
@click.option("--industry", metavar="KEY", help="Forecast only contacts of this industry.")
@click.option("--contact", "external_id", metavar="ID", help="Forecast only this contact, by the id in your list.")
@click.option(
    "--what-if",
    "pack",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Forecast with the calendars and bands of this pack.",
)
@click.option(
    "--rows",
    "rows_file",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Write every single touch of the forecast into this CSV file.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the forecast as one JSON object.")
def plan(
    days: int | None,
    industry: str | None,
    external_id: str | None,
    pack: Path | None,
    rows_file: Path | None,
    as_json: bool,
) -> None:
    """Looks at every contact whose turn it is, plans its next touch, and says how many."""
    if days is None and (industry or external_id or pack or rows_file or as_json):
        raise click.UsageError("These options need --forecast DAYS.")
    outreach = bootstrap()
    try:
        now = outreach.clock.now()
        if days is None:
            done = plan_touches(db=outreach.db, now=now)
            click.echo(f"{done.looked_at:,} contacts looked at, {done.touches:,} touches planned.")
            return
        with StepProgress() as progress:
            forecast = forecast_touches(
                db=outreach.db,
                now=now,
                days=days,
                industry=industry,
                external_id=external_id,
                what_if=_what_if(pack) if pack else None,
                with_rows=rows_file is not None or external_id is not None,
                progress=progress(f"Forecasting {days} days"),
            )
    finally:
        outreach.close()
    if rows_file:
        _write_rows(rows_file, forecast)
    if as_json:
        click.echo(json.dumps(forecast.as_json(), indent=2))
    else:
        _show(forecast, each=external_id is not None)


def _what_if(folder: Path) -> WhatIf:
    """The calendars and bands of a pack."""
    industries = read_pack(folder).industries
    return WhatIf(
        calendars={
            one.key: ContactCalendar.from_pack(one.calendar, place=f"industry {one.key}", path="calendar")
            for one in industries
        },
        bands={
            one.key: RhythmBand(one.rhythm.min_gap, one.rhythm.target_gap, one.rhythm.max_gap) for one in industries
        },
    )


def _write_rows(path: Path, forecast: Forecast) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["contact_id", "send_at", "channel", "campaign", "edition"])
        for touch in forecast.touches:
            writer.writerow(
                [touch.contact_id, touch.send_at.isoformat(), touch.channel, touch.campaign_key, touch.edition_key]
            )


def _show(forecast: Forecast, *, each: bool) -> None:
    console = Console(highlight=False)
    total = sum(day.total for day in forecast.days)
    console.print(
        f"From {_day(forecast.start)}, {len(forecast.days)} days, if nobody answers: {total:,} touches for "
        f"{forecast.reachable:,} of {forecast.contacts:,} contacts."
    )
    if each:
        for touch in forecast.touches:
            console.print(
                f"  {touch.send_at:%Y-%m-%d %H:%M} UTC  {touch.channel:<6} {touch.campaign_key}/{touch.edition_key}"
            )
    console.print(_months(forecast))
    console.print(
        f"Famine ahead: {forecast.famine:,} contacts will be silent for longer than their longest gap on some day. "
        f"Feast: {forecast.feast:,} touches come closer than the shortest gap (service messages may)."
    )
    console.print(_runways(forecast))


def _months(forecast: Forecast) -> Table:
    touches, famine = Counter[str](), Counter[str]()
    for day in forecast.days:
        touches[f"{day.day:%Y-%m}"] += day.total
        famine[f"{day.day:%Y-%m}"] = max(famine[f"{day.day:%Y-%m}"], day.famine)
    most = max(touches.values(), default=0) or 1
    table = Table("Month", "Touches", "", "In famine (worst day)", box=None, pad_edge=False)
    for month, count in touches.items():
        table.add_row(month, f"{count:,}", "█" * round(BAR * count / most), f"{famine[month]:,}")
    return table


def _runways(forecast: Forecast) -> Table:
    table = Table("Content runway", "Contacts", "Run dry", "From", box=None, pad_edge=False)
    for one in forecast.runways:
        dry_from = _day(one.dry_from) if one.dry_from else "lasts"
        table.add_row(one.industry, f"{one.contacts:,}", f"{one.dry:,}", dry_from)
    return table


def _day(at: datetime) -> str:
    return f"{at.day} {at:%B %Y}"
