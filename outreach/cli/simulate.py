"""`outreach simulate`: tries the product's planner and common practice on simulated customers, and prints the table."""

import json
from collections.abc import Callable
from functools import partial

import click
from rich.console import Console

from outreach.cli.progress import StepProgress
from outreach.simulation.measures import Outcome
from outreach.simulation.policies import ORACLE, POLICIES, SILENCE, policy_named
from outreach.simulation.run import lived
from outreach.simulation.table import LEGEND, plain, promises, table
from outreach.simulation.worlds import WORLDS, World, world_named


@click.command()
@click.option("--contacts", type=click.IntRange(min=10), default=20_000, show_default=True, help="Simulated customers.")
@click.option("--days", type=click.IntRange(min=30), default=730, show_default=True, help="Simulated days.")
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True, help="Of everything drawn.")
@click.option("--world", "--worlds", "name", default="usual", show_default=True, help=f"{', '.join(WORLDS)} or all.")
@click.option("--policy", "names", multiple=True, help=f"Several may be named: {', '.join(POLICIES)}. Default: all.")
@click.option("--json", "as_json", is_flag=True, help="Print values instead of tables.")
def simulate(contacts: int, days: int, seed: int, name: str, names: tuple[str, ...], as_json: bool) -> None:
    """Lives simulated customers through years under several rules of contact, and says what came of each."""
    worlds = list(WORLDS.values()) if name == "all" else [world_named(name)]
    for policy in names:
        policy_named(policy)
    # Silence and the oracle are what the others are measured by.
    chosen = [policy for policy in POLICIES if not names or policy in (SILENCE, ORACLE, *names)]
    console = Console(width=None if Console().is_terminal else 150)
    told = []
    if not as_json:
        console.print(f"These customers are simulated; what is assumed of them is in docs/simulation.md. Seed {seed}.")
    for world in worlds:
        people = world.people or contacts
        outcomes = _outcomes(world, chosen, people=people, days=days, seed=seed)
        if as_json:
            told.append(plain(world, outcomes, people=people, days=days, seed=seed))
            continue
        console.print(table(world, outcomes, people=people, days=days, seed=seed))
        for promise in promises(outcomes):
            mark = "[green]kept  [/]" if promise.kept else "[red]missed[/]"
            console.print(f"  {mark} {promise.what}: {promise.reached} ({promise.limit})")
    if as_json:
        click.echo(json.dumps({"simulated": True, "worlds": told}, indent=2))
    else:
        console.print(LEGEND, style="dim")


def _outcomes(world: World, chosen: list[str], *, people: int, days: int, seed: int) -> dict[str, Outcome]:
    outcomes = {}
    with StepProgress() as steps:
        for policy in chosen:
            advance = steps(f"{world.name}: {policy}")
            outcomes[policy] = lived(
                POLICIES[policy],
                world,
                people=people,
                days=days,
                seed=seed,
                progress=partial(_advanced, advance, days),
            )
    return outcomes


def _advanced(advance: Callable[[int, int], None], days: int, day: int) -> None:
    advance(day, days)
