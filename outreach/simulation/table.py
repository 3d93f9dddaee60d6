"""What came of every policy, as a table for people and as plain values for machines."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from rich import box
from rich.table import Table

from outreach.simulation.measures import Outcome
from outreach.simulation.policies import ORACLE, POLICIES, PRODUCT, SILENCE
from outreach.simulation.worlds import World


@dataclass(frozen=True, slots=True)
class Promise:
    """A figure that the product has to reach in the usual world (rhythm notes, 4.9).

    Attributes:
        what: in words. limit, reached: as text. kept: whether it is.
    """

    what: str
    limit: str
    reached: str
    kept: bool


def uplift(outcome: Outcome, outcomes: Mapping[str, Outcome]) -> float:
    """Purchases above silence, as a share of what the oracle reaches above silence."""
    silent = outcomes[SILENCE].purchases
    return (outcome.purchases - silent) / (outcomes[ORACLE].purchases - silent)


def table(world: World, outcomes: Mapping[str, Outcome], *, people: int, days: int, seed: int) -> Table:
    """The table of one world, one row a policy."""
    shown = Table(
        title=f"{world.name}: {world.what}\n{people:,} simulated customers, {days} days, seed {seed}",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
    )
    shown.add_column("policy", no_wrap=True)
    columns = ("bought", "of oracle", "reach", "touches", "unsub.", "junk", "famine", "feast", "quiet h.", "busy")
    for column in (*columns, "uneven", "peak", "score"):
        shown.add_column(column, justify="right", no_wrap=True)
    silent = outcomes[SILENCE].purchases
    for name, outcome in outcomes.items():
        shown.add_row(
            name,
            f"{100 * (outcome.purchases / silent - 1):+.1f} %",
            f"{100 * uplift(outcome, outcomes):.0f} %",
            f"{100 * outcome.reachable:.1f} %",
            f"{outcome.touches:,}",
            f"{outcome.unsubscribes:,}",
            f"{outcome.complaints:,}",
            f"{100 * outcome.famine:.2f} %",
            f"{100 * outcome.feast:.2f} %",
            f"{outcome.quiet:,}",
            f"{100 * outcome.busy:.1f} %",
            f"{outcome.variation:.2f}",
            f"{outcome.peak:.1f}",
            f"{outcome.score:.0f}",
            style="bold" if name == PRODUCT else None,
        )
    return shown


LEGEND = (
    "bought: purchases above silence; of oracle: share of what an all-knowing sender gains; reach: may be written to "
    "at the end; famine, feast: share of reachable contact-days; quiet h.: touches in quiet hours; busy: touches in "
    "true busy seasons; uneven: variation of a contact's gaps; peak: fullest day against the mean one."
)


def promises(outcomes: Mapping[str, Outcome]) -> tuple[Promise, ...]:
    """The figures of the specification beside those the product reached; empty if it was not asked for."""
    if PRODUCT not in outcomes:
        return ()
    product = outcomes[PRODUCT]
    upper = (
        ("famine", 100 * product.famine, 0.1, "%"),
        ("feast", 100 * product.feast, 0.1, "%"),
        ("touches in quiet hours", float(product.quiet), 0.0, ""),
        ("touches in true busy seasons", 100 * product.busy, 8.0, "%"),
        ("variation of gaps", product.variation, 0.28, ""),
        ("fullest day against the mean day", product.peak, 6.0, ""),
    )
    kept = [
        Promise(what, f"at most {limit:g} {unit}".rstrip(), f"{reached:.2f} {unit}".rstrip(), reached <= limit)
        for what, reached, limit, unit in upper
    ]
    fixed = {name: outcome for name, outcome in outcomes.items() if name.startswith("calendar-")}
    if fixed:
        tuned, *others = sorted(fixed, key=lambda name: -fixed[name].purchases)
        rival = others[0] if others else tuned
        limit, reached = uplift(fixed[rival], outcomes), uplift(product, outcomes)
        what = f"value beside the best fixed gap that is not tuned to this world ({rival}; tuned: {tuned})"
        kept.append(Promise(what, f"above {100 * limit:.0f} %", f"{100 * reached:.0f} %", reached > limit))
    return tuple(kept)


def plain(world: World, outcomes: Mapping[str, Outcome], *, people: int, days: int, seed: int) -> dict[str, object]:
    """The same as values that JSON can hold."""
    rows = {
        name: asdict(outcome)
        | {"index": outcome.index, "score": outcome.score, "share_of_oracle": uplift(outcome, outcomes)}
        for name, outcome in outcomes.items()
    }
    settings = {"world": world.name, "what": world.what, "people": people, "days": days, "seed": seed}
    return settings | {
        "policies": rows,
        "what_policies_do": {name: POLICIES[name].what for name in outcomes},
        "promises": [asdict(promise) for promise in promises(outcomes)],
    }
