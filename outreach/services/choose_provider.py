"""Chooses who carries the next chunk of a channel, by weights and by how everybody did lately."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from redis import RedisError

from outreach.domain.pacing.limits import Limit, Quota
from outreach.providers.base import Provider
from outreach.providers.routes import Route
from outreach.queueing.gate import slowly
from outreach.queueing.provider_health import ProviderHealth

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Chosen:
    """Who carries the chunk, and what binds it beyond the configured limits."""

    provider: Provider
    limits: Sequence[Limit | Quota] = ()


def choose_provider(*, route: Route, health: ProviderHealth, draw: float) -> Chosen:
    """A provider for one chunk.

    While several are on the route and none of them does well, the channel goes slowly, by the one that fails least.
    A message that one provider may have taken is never given to another: whoever is chosen here gets only what is
    planned or known not to have left.

    Args:
        draw: a random number from 0 to below 1.
    """
    if len(route.providers) == 1:
        return Chosen(route.first)
    channel = route.first.channel.value
    try:
        shares = health.shares(channel, route.weights)
    except RedisError:
        log.exception("nobody knows how the providers of %s do; %s carries", channel, route.first.name)
        return Chosen(route.first)
    chosen = route.named(shares.pick(draw))
    if not shares.none_good:
        return Chosen(chosen)
    log.error("no provider of %s does well; %s goes on, slowly", channel, chosen.name)
    return Chosen(chosen, (slowly(channel),))
