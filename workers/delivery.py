"""Delivery jobs."""

from outreach.bootstrap import Outreach
from outreach.services.deliver_chunk import deliver_chunk
from outreach.services.dispatch_due import dispatch_due
from outreach.services.settle_unknown import settle_unknown
from workers.runtime import job


@job
def dispatch(outreach: Outreach) -> object:
    """Wakes delivery for whatever is due."""
    return f"{dispatch_due(db=outreach.db, queue=outreach.queue, now=outreach.clock.now())} due"


@job
def deliver(outreach: Outreach) -> object:
    """Sends one chunk of each channel."""
    return [
        deliver_chunk(
            db=outreach.db,
            provider=provider,
            renderer_for=outreach.renderer_for,
            gate=outreach.gate,
            now=outreach.clock.now(),
        )
        for provider in outreach.providers.values()
    ]


@job
def settle(outreach: Outreach) -> object:
    """Recovers what dead workers held and resolves what is in doubt."""
    return settle_unknown(db=outreach.db, providers=outreach.providers, now=outreach.clock.now())
