"""Delivery jobs."""

from random import random

from outreach.bootstrap import Outreach
from outreach.services.choose_provider import choose_provider
from outreach.services.deliver_chunk import deliver_chunk
from outreach.services.deliver_chunk.admitting import Limits
from outreach.services.dispatch_due import dispatch_due
from outreach.services.note_costs import note_costs
from outreach.services.settle_unknown import settle_unknown
from workers.runtime import job


@job
def dispatch(outreach: Outreach) -> object:
    """Wakes delivery for whatever is due."""
    return f"{dispatch_due(db=outreach.db, queue=outreach.queue, now=outreach.clock.now())} due"


@job
def deliver(outreach: Outreach) -> object:
    """Sends one chunk of each channel."""
    done, settings = [], outreach.settings
    for route in outreach.routes.values():
        chosen = choose_provider(route=route, health=outreach.health, draw=random())  # noqa: S311 - no secret hangs on it
        done.append(
            deliver_chunk(
                db=outreach.db,
                provider=chosen.provider,
                renderer_for=outreach.renderer_for,
                limits=Limits(outreach.gate, chosen.limits, settings.warm_up, settings.twilio_sender),
                health=outreach.health,
                now=outreach.clock.now(),
            )
        )
    return done


@job
def settle(outreach: Outreach) -> object:
    """Recovers what dead workers held and resolves what is in doubt."""
    return settle_unknown(db=outreach.db, providers=outreach.all_providers, now=outreach.clock.now())


@job
def note(outreach: Outreach) -> object:
    """Asks providers what they took for texts."""
    return note_costs(db=outreach.db, providers=outreach.all_providers, now=outreach.clock.now())
