"""The limiter that all workers share: buckets and day counters in Redis, taken from in one atomic script.

The clock is Redis's own, so that no worker's clock matters. A message counts against several keys at once; either all
of them grant it or none is touched. The promise: over any stretch of t seconds no bucket grants more than
rate * t + burst, however many workers ask.

A key that is not asked for vanishes when its bucket would be full again (or the day is over), so memory is bounded by
what is in use. To lose everything means full buckets and a new day, once.

What a vendor tells us lowers a key for a while: `push_back` (429, or its like) halves the rate, at most once a second
however many workers hear it, and the rate then climbs back steadily within `RECOVERY` seconds (additive increase,
multiplicative decrease: Chiu and Jain 1989); `heed` takes "so many more until then" from X-RateLimit answers.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from redis import Redis
from redis.commands.core import Script

from outreach.domain.pacing.limits import Limit, Quota

#: Seconds after which a rate that was pushed all the way down is whole again.
RECOVERY = 300.0
#: The smallest share of its rate that a key is pushed down to.
LEAST = 1 / 64
#: Seconds that we wait at most because somebody told us to; more is a fault or a hoax.
LONGEST_HOLD = 3600.0

# The braces keep all keys on one node of a cluster, which a script over several keys needs.
_PREFIX = "outreach:{pace}:"

# Fields of a bucket: t tokens, at when (microseconds), f share of the rate, fat when that was, cut when it was halved,
# left and til what a vendor said. Fields of a day: start (seconds), used.
_COMMON = """
local function now_us()
  local clock = redis.call('TIME')
  return clock[1] * 1000000 + clock[2]
end
local function number(text, default)
  return tonumber(text or default) or default
end
local function share(f, fat, at, recovery)
  return math.min(1, f + math.max(0, at - fat) / 1000000 / recovery)
end
local function load(key, rate, burst, recovery, now)
  local h = redis.call('HMGET', key, 't', 'at', 'f', 'fat', 'cut', 'left', 'til')
  local b = {t = number(h[1], burst), at = number(h[2], now), f = number(h[3], 1), fat = number(h[4], now),
             cut = number(h[5], 0), left = number(h[6], 0), til = number(h[7], 0)}
  -- The share climbs in a straight line and then stays: the mean of both ends is never too much.
  local mean = (share(b.f, b.fat, b.at, recovery) + share(b.f, b.fat, now, recovery)) / 2
  b.t = math.min(burst, b.t + math.max(0, now - b.at) / 1000000 * rate * mean)
  b.at = math.max(b.at, now)
  return b
end
local function save(key, b, rate, burst, recovery, now)
  local f = share(b.f, b.fat, now, recovery)
  redis.call('HSET', key, 't', string.format('%.17g', b.t), 'at', string.format('%.0f', b.at),
             'f', string.format('%.17g', b.f), 'fat', string.format('%.0f', b.fat), 'cut', string.format('%.0f', b.cut),
             'left', string.format('%.0f', b.left), 'til', string.format('%.0f', b.til))
  local idle = (burst - b.t) / (rate * f) + (1 - f) * recovery + math.max(0, b.til - now) / 1000000
  redis.call('PEXPIRE', key, string.format('%.0f', math.ceil((idle + 1) * 1000)))
end
"""

# ARGV: wanted, recovery, then four for each key: 'r' rate burst 0, or 'd' most start end.
_TAKE = (
    _COMMON
    + """
local wanted, recovery, now = tonumber(ARGV[1]), tonumber(ARGV[2]), now_us()
local granted, loaded = wanted, {}
for i, key in ipairs(KEYS) do
  local a = 4 * i - 1
  local x, y, z = tonumber(ARGV[a + 1]), tonumber(ARGV[a + 2]), tonumber(ARGV[a + 3])
  if ARGV[a] == 'r' then
    local b = load(key, x, y, recovery, now)
    loaded[i] = b
    local free = math.floor(b.t + 1e-9)
    if now < b.til then free = math.min(free, b.left) end
    granted = math.min(granted, free)
  else
    if now < y * 1000000 or now >= z * 1000000 then return {-1, ''} end
    local h = redis.call('HMGET', key, 'start', 'used')
    local used = 0
    if number(h[1], 0) == y then used = number(h[2], 0) end
    loaded[i] = {used = used}
    granted = math.min(granted, x - used)
  end
end
granted = math.max(0, granted)
local wait = 0
for i, key in ipairs(KEYS) do
  local a = 4 * i - 1
  local x, y, z = tonumber(ARGV[a + 1]), tonumber(ARGV[a + 2]), tonumber(ARGV[a + 3])
  local b = loaded[i]
  local rest = wanted - granted
  if ARGV[a] == 'r' then
    b.t = b.t - granted
    if now < b.til then b.left = b.left - granted end
    save(key, b, x, y, recovery, now)
    if rest > 0 then
      local missing = math.min(rest, y) - b.t
      if missing > 0 then wait = math.max(wait, missing / (x * share(b.f, b.fat, now, recovery))) end
      if now < b.til and b.left < 1 then wait = math.max(wait, (b.til - now) / 1000000) end
    end
  else
    if granted > 0 then
      redis.call('HSET', key, 'start', string.format('%.0f', y), 'used', string.format('%.0f', b.used + granted))
      redis.call('EXPIREAT', key, string.format('%.0f', z + 1))
    end
    if rest > 0 and b.used + granted >= x then wait = math.max(wait, z - now / 1000000) end
  end
end
return {granted, string.format('%.6f', wait)}
"""
)

# ARGV: rate, burst, recovery, 'cut' or 'left', least share or messages left, seconds the word holds.
_TOLD = (
    _COMMON
    + """
local rate, burst, recovery, now = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), now_us()
local b = load(KEYS[1], rate, burst, recovery, now)
local til = now + tonumber(ARGV[6]) * 1000000
if ARGV[4] == 'cut' then
  if now - b.cut >= 1000000 then
    b.f, b.fat, b.cut = math.max(tonumber(ARGV[5]), share(b.f, b.fat, now, recovery) / 2), now, now
  end
  if til > now then b.left, b.til = 0, math.max(b.til, til) end
else
  -- Answers overtake each other; within one stretch the smallest number counts.
  local left = tonumber(ARGV[5])
  if now < b.til then left = math.min(left, b.left) end
  b.left, b.til = left, math.max(b.til, til)
end
save(KEYS[1], b, rate, burst, recovery, now)
return string.format('%.6f', share(b.f, b.fat, now, recovery))
"""
)


@dataclass(frozen=True, slots=True)
class Demand:
    """How many messages that count against the same limits want to leave."""

    limits: tuple[Limit | Quota, ...]
    messages: int


@dataclass(frozen=True, slots=True)
class Grant:
    """The answer to a demand.

    Attributes:
        messages: may leave now.
        wait: seconds until the rest (or a full burst of it) may ask again with hope; 0 if nothing is left to ask for.
    """

    messages: int
    wait: float


@dataclass(slots=True)
class Pace:
    """Takes from the shared buckets. Every method raises `redis.RedisError` where Redis does not answer.

    One object per process is enough; it may be shared by threads.
    """

    redis: Redis
    _take: Script = field(init=False)
    _told: Script = field(init=False)
    _days: dict[str, tuple[int, int]] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self._take = self.redis.register_script(_TAKE)
        self._told = self.redis.register_script(_TOLD)

    def take(self, limits: Sequence[Limit | Quota], messages: int) -> Grant:
        """Takes up to `messages` from all of `limits` at once; no limits grant everything."""
        return self.take_each([Demand(tuple(limits), messages)])[0]

    def take_each(self, demands: Sequence[Demand]) -> list[Grant]:
        """The answer to each demand, in their order, in one round trip; earlier ones come first.

        At midnight a second round trip asks again for those whose day ended.
        """
        self._learn_days(demands)
        grants: dict[int, Grant] = {
            place: Grant(max(0, one.messages), 0.0)
            for place, one in enumerate(demands)
            if not one.limits or one.messages <= 0
        }
        while open_ := [place for place in range(len(demands)) if place not in grants]:
            pipeline = self.redis.pipeline(transaction=False)
            for place in open_:
                keys, arguments = self._asked(demands[place])
                self._take(keys=keys, args=arguments, client=pipeline)
            for place, (granted, words) in zip(open_, pipeline.execute(), strict=True):
                if granted >= 0:
                    grants[place] = Grant(int(granted), float(words))
                else:  # the day that we know is over
                    self._days.clear()
            self._learn_days(demands)
        return [grants[place] for place in range(len(demands))]

    def push_back(self, limit: Limit, *, hold: float = 0.0) -> float:
        """Halves the rate of `limit` for a while, and lets nothing go for `hold` seconds (Retry-After).

        Returns:
            The share of its rate that it has now.
        """
        return self._tell(limit, "cut", LEAST, hold)

    def heed(self, limit: Limit, *, left: int, seconds: float) -> None:
        """Takes a vendor's word that `left` more are welcome within `seconds` (X-RateLimit-Remaining, -Reset)."""
        self._tell(limit, "left", max(0, left), seconds)

    def _tell(self, limit: Limit, word: str, value: float, seconds: float) -> float:
        hold = min(max(0.0, seconds), LONGEST_HOLD)
        arguments: list[str | float] = [limit.per_second, limit.burst, RECOVERY, word, value, hold]
        return float(self._told(keys=[_PREFIX + limit.key], args=arguments))

    def _asked(self, demand: Demand) -> tuple[list[str], list[str | float]]:
        keys: list[str] = []
        arguments: list[str | float] = [demand.messages, RECOVERY]
        for one in dict.fromkeys(demand.limits):
            keys.append(_PREFIX + one.key)
            if isinstance(one, Limit):
                arguments += ["r", one.per_second, one.burst, 0]
            else:
                arguments += ["d", one.most, *self._days.get(one.zone, (0, 0))]
        return keys, arguments

    def _learn_days(self, demands: Sequence[Demand]) -> None:
        zones = {one.zone for demand in demands for one in demand.limits if isinstance(one, Quota)}
        if unknown := zones - self._days.keys():
            seconds, _ = self.redis.time()
            self._days.update({zone: day_around(seconds, zone) for zone in unknown})


def day_around(instant: int, zone: str) -> tuple[int, int]:
    """First second of the civil day in `zone` that holds `instant`, and that of the next one; all Unix time.

    Where midnight does not exist (a clock that is put forward then), the day begins with its first instant.
    """
    tz = ZoneInfo(zone)
    today = datetime.fromtimestamp(instant, tz).date()
    first, after = (datetime.combine(one, time(), tz).astimezone(UTC) for one in (today, today + timedelta(days=1)))
    return int(first.timestamp()), int(after.timestamp())
