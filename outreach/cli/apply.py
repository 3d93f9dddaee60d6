"""`outreach apply PACK`: makes the database say what a pack says."""

from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from outreach.bootstrap import bootstrap
from outreach.services.apply_pack import CalendarChange, PackDiff, apply_pack

#: Names of added things that are printed, per kind, and differences of a calendar.
PRINTED = 12


@click.command()
@click.argument("pack", type=click.Path(path_type=Path))
@click.option("--preview", is_flag=True, help="Say what would change, with all warnings, and change nothing.")
def apply(pack: Path, *, preview: bool) -> None:
    """Applies the pack in folder PACK and prints what changed; applying it again changes nothing."""
    outreach = bootstrap()
    try:
        diff = apply_pack(db=outreach.db, folder=pack, now=outreach.clock.now(), preview=preview)
    finally:
        outreach.close()
    _print(diff, preview=preview)


def _print(diff: PackDiff, *, preview: bool) -> None:
    console = Console(highlight=False, soft_wrap=True)
    table = Table("kind", "added", "changed", "stopped", "kept", "unchanged", title=f"Pack {diff.pack}")
    for kind, counts in diff.counts().items():
        table.add_row(kind, *(str(counts[what]) for what in ("added", "changed", "stopped", "kept", "unchanged")))
    console.print(table)
    if not diff.differing:
        console.print("Nothing differs; nothing was changed.")
    _print_changes(console, diff)
    for calendar in diff.calendars:
        _print_calendar(console, calendar, preview=preview)
    for warning in diff.warnings:
        console.print(f"warning: {warning.words} ({warning.code})", markup=False)
    if preview and diff.differing:
        console.print("This was a preview: nothing was changed.")


def _print_changes(console: Console, diff: PackDiff) -> None:
    for change in diff.differing:
        if change.what != "added":
            console.print(f"{change.what}: {change.kind} {change.key} ({', '.join(change.fields)})")
    for kind in diff.counts():
        added = [change.key for change in diff.differing if change.what == "added" and change.kind == kind]
        if added:
            more = f" and {len(added) - PRINTED:,} more" if len(added) > PRINTED else ""
            console.print(f"added: {kind} {', '.join(added[:PRINTED])}{more}")
    for change in diff.kept:
        console.print(f"kept: {change.kind} {change.key} ({', '.join(change.fields)}), because staff have edited it")


def _print_calendar(console: Console, calendar: CalendarChange, *, preview: bool) -> None:
    moves = "would move" if preview else "moves"
    touches = "touch" if calendar.moved == 1 else "touches"
    console.print(
        f"{calendar.industry}: calendar version {calendar.version}, {moves} {calendar.moved:,} planned {touches}"
    )
    if calendar.clipped:
        contacts = "contact" if calendar.clipped == 1 else "contacts"
        console.print(f"  {calendar.clipped:,} {contacts} with a gap outside the new band: brought inside")
    for difference in calendar.differences[:PRINTED]:
        console.print(f"  {difference.words}", markup=False)
    if len(calendar.differences) > PRINTED:
        console.print(f"  and {len(calendar.differences) - PRINTED:,} more differences")
