"""A scratchpad in Redis: wishes for long work and its results, kept for an hour; to lose them is harmless."""

import json
from dataclasses import dataclass
from typing import Any

from redis import Redis
from redis.exceptions import RedisError

#: Seconds that anything stays.
KEEP = 3600

#: The family of wishes for forecasts; answers and progress are kept under it and the wish.
FORECASTS = "forecasts"

_PREFIX = "outreach:scratch:"


@dataclass(frozen=True, slots=True)
class Scratchpad:
    """Small JSON objects by name; an unreachable Redis has none."""

    redis: Redis

    def write(self, name: str, value: dict[str, Any]) -> None:
        """Keeps `value` under `name` for an hour."""
        try:
            self.redis.set(_PREFIX + name, json.dumps(value), ex=KEEP)
        except RedisError:
            return

    def read(self, name: str) -> dict[str, Any] | None:
        """What is kept under `name`, or None."""
        try:
            kept: Any = self.redis.get(_PREFIX + name)
        except RedisError:
            return None
        return json.loads(kept) if kept else None

    def ask(self, family: str, wish: str) -> bool:
        """Adds `wish` to those of a family; whether it is a new one."""
        try:
            new: Any = self.redis.sadd(_PREFIX + family, wish)
        except RedisError:
            return False
        return bool(new)

    def take(self, family: str) -> str | None:
        """Takes one of the wishes of a family; each is taken once."""
        try:
            wish: Any = self.redis.spop(_PREFIX + family)
        except RedisError:
            return None
        return wish.decode() if wish else None
