"""What is known of each provider's health, shared by all workers in Redis; to lose it means to begin with trust.

The judgement is `domain/pacing/health.py`; here it is only kept, under a lock of the optimistic kind. The clock is
Redis's.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from redis import Redis
from redis.exceptions import WatchError

from outreach.domain.pacing.health import Candidate, Health, Shares, Standing, noted, shares

_PREFIX = "outreach:{pace}:health:"
#: Seconds after which silence is forgotten: many half-lives.
KEEP = 86_400


@dataclass(frozen=True, slots=True)
class ProviderHealth:
    """Notes hand-overs and says who carries what. Raises `redis.RedisError` where Redis does not answer."""

    redis: Redis

    def note(self, provider: str, *, tried: int, failed: int) -> Health:
        """Adds what became of some hand-overs; see `noted` for what counts as failed."""

        key = _PREFIX + provider
        with self.redis.pipeline() as pipe:
            while True:
                try:
                    pipe.watch(key)  # type: ignore[no-untyped-call]  # redis-py leaves it untyped
                    known = noted(_read(pipe.get(key)), tried=tried, failed=failed, now=self._now())
                    pipe.multi()
                    pipe.set(key, _written(known), ex=KEEP)
                    pipe.execute()
                except WatchError:  # another worker was quicker; what it noted counts too
                    continue
                return known

    def load(self, weights: Mapping[str, float]) -> list[Candidate]:
        """The providers of `weights` with their health as of now."""
        now = self._now()
        kept: Any = self.redis.mget([_PREFIX + name for name in weights])
        return [
            Candidate(name, weight, noted(_read(one), tried=0, failed=0, now=now))
            for (name, weight), one in zip(weights.items(), kept, strict=True)
        ]

    def shares(self, channel: str, weights: Mapping[str, float]) -> Shares:
        """Who carries how much of a channel now; with none of them good, the same one until another is clearly better.

        Args:
            weights: of at least one provider, by name; above 0.
        """
        key = f"{_PREFIX}leaning {channel}"
        leaning: Any = self.redis.get(key)
        found = shares(self.load(weights), leaning_on=leaning.decode() if leaning else "")
        if found.none_good:
            self.redis.set(key, found.leaning_on, ex=KEEP)
        elif leaning:
            self.redis.delete(key)
        return found

    def _now(self) -> datetime:
        seconds, micros = self.redis.time()
        return datetime.fromtimestamp(seconds + micros / 1_000_000, UTC)


def _read(kept: Any) -> Health:
    if kept is None:
        return Health()
    said = json.loads(kept)
    at = datetime.fromisoformat(said["at"])
    return Health(Standing(said["standing"]), failed=said["failed"], tried=said["tried"], at=at)


def _written(health: Health) -> str:
    at = health.at.isoformat() if health.at else None
    return json.dumps({"standing": health.standing, "failed": health.failed, "tried": health.tried, "at": at})
