"""`outreach apply PACK`: makes the database say what a pack says."""

from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from outreach.bootstrap import bootstrap
from outreach.services.apply_pack import PackDiff, apply_pack

#: Names of added things that are printed, per kind.
PRINTED = 12


@click.command()
@click.argument("pack", type=click.Path(path_type=Path))
def apply(pack: Path) -> None:
    """Applies the pack in folder PACK and prints what changed; applying it again changes nothing."""
    outreach = bootstrap()
    try:
        diff = apply_pack(db=outreach.db, folder=pack, now=outreach.clock.now())
    finally:
        outreach.close()
    _print(diff)


def _print(diff: PackDiff) -> None:
    console = Console()
    table = Table("kind", "added", "changed", "stopped", "unchanged", title=f"Pack {diff.pack}")
    for kind, counts in diff.counts().items():
        table.add_row(kind, *(str(counts[what]) for what in ("added", "changed", "stopped", "unchanged")))
    console.print(table)
    if not diff.differing:
        console.print("Nothing differs; nothing was changed.")
    for change in diff.differing:
        if change.what != "added":
            console.print(f"{change.what}: {change.kind} {change.key} ({', '.join(change.fields)})", highlight=False)
    for kind in diff.counts():
        added = [change.key for change in diff.differing if change.what == "added" and change.kind == kind]
        if added:
            more = f" and {len(added) - PRINTED:,} more" if len(added) > PRINTED else ""
            console.print(f"added: {kind} {', '.join(added[:PRINTED])}{more}", highlight=False)
