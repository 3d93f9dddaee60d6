"""`outreach import contacts FILE` and `outreach import signals FILE`."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from outreach.bootstrap import bootstrap
from outreach.cli.progress import StepProgress
from outreach.domain.errors import BadInput, Fault
from outreach.domain.refused import RefusedCell, refused_csv
from outreach.services.import_contacts import import_contacts
from outreach.services.import_signals import import_signals

#: Refused rows that are printed; all of them are kept in the database and in the file of --refused.
PRINTED = 20


def _writable(_context: click.Context, _option: click.Parameter, file: Path | None) -> Path | None:
    """The file, if its folder is there: better told before the import than after it."""
    if file is not None and not file.parent.is_dir():
        fault = Fault("--refused", "there is no such folder", "Make it first.", value=str(file.parent))
        raise BadInput([fault])
    return file


_refused_file = click.option(
    "--refused",
    type=click.Path(path_type=Path, dir_okay=False, writable=True),
    callback=_writable,
    help="Write the refused rows to this file.",
)


@click.group(name="import")
def import_() -> None:
    """Brings tables of contacts or signals in."""


@import_.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--map", "mapping", multiple=True, metavar="THEIRS=OURS", help="Rename a column of the file.")
@_refused_file
def contacts(file: Path, mapping: Sequence[str], refused: Path | None) -> None:
    """Imports contacts. Good rows land; bad rows are named and kept; opt-outs come first."""
    outreach = bootstrap()
    try:
        with StepProgress() as progress:
            report = import_contacts(
                db=outreach.db,
                path=file,
                now=outreach.clock.now(),
                progress=progress(f"Importing {file.name}"),
                mapping=_mapping(mapping),
                secret=outreach.settings.secret_key.encode(),
            )
    finally:
        outreach.close()
    landed = report.landed
    click.echo(
        f"{report.rows_read:,} rows read: {landed.new:,} new contacts, {landed.changed:,} changed, {landed.same:,} "
        f"the same; {report.opted_in:,} consents given, {report.opted_out:,} withdrawn."
    )
    _report(report.faults, report.refused, refused)


@import_.command()
@click.argument("file", type=click.Path(path_type=Path))
@_refused_file
def signals(file: Path, refused: Path | None) -> None:
    """Imports signals: purchases, visits, questions, complaints, bookings, replies."""
    outreach = bootstrap()
    try:
        with StepProgress() as progress:
            report = import_signals(
                db=outreach.db,
                path=file,
                now=outreach.clock.now(),
                progress=progress(f"Importing {file.name}"),
            )
    finally:
        outreach.close()
    click.echo(f"{report.rows_read:,} rows read: {report.new:,} new signals, {report.same:,} known already.")
    if report.waiting:
        click.echo(f"{report.waiting:,} belong to contacts nobody knows yet and wait for them.")
    _report(report.faults, report.refused, refused)


def _mapping(pairs: Iterable[str]) -> dict[str, str]:
    mapping = {}
    for pair in pairs:
        theirs, separator, ours = pair.partition("=")
        if not (theirs and separator and ours):
            raise BadInput(
                [Fault("--map", "is not THEIRS=OURS", "Write it like --map Kundennummer=external_id.", value=pair)]
            )
        mapping[theirs] = ours
    return mapping


def _report(faults: Sequence[Fault], cells: Sequence[RefusedCell], file: Path | None) -> None:
    if not faults:
        return
    click.echo(f"{len({cell.row for cell in cells}):,} rows refused:", err=True)
    for fault in faults[:PRINTED]:
        click.echo(f"  {fault}", err=True)
    if len(faults) > PRINTED:
        click.echo(f"  and {len(faults) - PRINTED:,} more faults", err=True)
    if file is not None:
        file.write_text("".join(refused_csv(cells)), encoding="utf-8-sig", newline="")
        click.echo(f"The refused rows are in {file}; mend them and bring that file.", err=True)
