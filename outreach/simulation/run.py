"""Lives a world under a policy, day after day."""

from collections.abc import Callable

from outreach.simulation.business import Business
from outreach.simulation.life import Life
from outreach.simulation.measures import Measures, Outcome
from outreach.simulation.policies import Choice
from outreach.simulation.worlds import World


def lived(
    choice: Choice,
    world: World,
    *,
    people: int,
    days: int,
    seed: int,
    progress: Callable[[int], None] | None = None,
) -> Outcome:
    """What comes of a policy in a world; the same for the same arguments.

    Args:
        people: how many customers, unless the world says so itself.
        days: how long, from 1 January 2026.
        seed: of everything that is drawn; every policy meets the same people with the same luck.
        progress: told how many days are over.
    """
    life = Life(world, seed=seed, people=people, days=days)
    policy = choice.make(Business.of(life), life)
    measures = Measures(life)
    for day in range(days):
        policy.told(day, life.post.arrived(day))
        delivered = life.touched(day, policy.decide(day), less_often=policy.less_often)
        policy.sent(day, delivered)
        measures.day(day, delivered)
        life.night(day, delivered)
        if progress is not None:
            progress(day + 1)
    return measures.outcome()
