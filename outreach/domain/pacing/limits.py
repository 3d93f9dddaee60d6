"""Limits: what a rule names, and the keys that one message counts against.

A key is composed of what a rule names, so one message can count against several at once: the provider as a whole, one
sender at it, one receiving provider, one day. Buckets and counters live in Redis (`queueing/pace.py`).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from outreach.domain.errors import BadInput, Fault


class Scope(StrEnum):
    """What a limit may tell apart, from wide to narrow."""

    #: Who carries the message: sendgrid, smtp, twilio.
    PROVIDER = "provider"
    #: Which of our accounts there.
    ACCOUNT = "account"
    #: Domain of the sender of a mail, or the number or name a text comes from.
    SENDER = "sender"
    #: Country of the number that a text goes to (ISO 3166-1); a mail has none.
    COUNTRY = "country"
    #: Who receives it: a mailbox provider or domain, a carrier or country (`destinations.py`).
    DESTINATION = "destination"


@dataclass(frozen=True, slots=True)
class Limit:
    """A bucket: full at the start, refilled steadily.

    Attributes:
        key: names the bucket for everybody who shares it.
        per_second: messages a second in the long run; above 0.
        burst: messages that may go at once after a rest; at least 1.
    """

    key: str
    per_second: float
    burst: float


@dataclass(frozen=True, slots=True)
class Quota:
    """A counter that starts again at each midnight of a zone.

    Attributes:
        key: names the counter. most: messages a day. zone: IANA name.
    """

    key: str
    most: int
    zone: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the configuration.

    Attributes:
        match: values that a message must have; "*" is any, and each value then has a bucket of its own.
        per_second, burst: of a rule for a rate; 0 for a rule for a day.
        per_day: of a rule for a day; 0 for a rate.
    """

    match: Mapping[Scope, str]
    per_second: float = 0.0
    burst: float = 0.0
    per_day: int = 0


#: Seconds in each unit that a rate may name.
UNITS = {"s": 1, "min": 60, "h": 3600}
MOST_PER_SECOND = 1_000_000.0
_RULE = re.compile(
    r"(?P<match>(?:\s*[a-z]+=[^\s=;]+)*)\s+(?P<number>\d{1,9}(?:\.\d{1,6})?)/(?P<unit>s|min|h|day)"
    r"(?:\s+burst\s+(?P<burst>\d{1,9}))?"
)
PLACE = "limits"
_FORM = "Write it like: provider=sendgrid destination=google 100/s burst 200; country=US 5/s; sender=* 50000/day."


def read_rules(text: str) -> tuple[Rule, ...]:
    """Rules from a line of configuration, parted by semicolons.

    >>> read_rules("provider=twilio sender=* 1/s; sender=* 50000/day")[1].per_day
    50000

    Raises:
        BadInput: with every rule that cannot be read.
    """
    rules: list[Rule] = []
    faults: list[Fault] = []
    for number, part in enumerate(text.split(";"), start=1):
        if not part.strip():
            continue
        try:
            rules.append(_rule(part.strip()))
        except ValueError as error:
            faults.append(Fault(PLACE, str(error), _FORM, line=number, value=part.strip()))
    if faults:
        raise BadInput(faults)
    return tuple(rules)


def _rule(text: str) -> Rule:
    found = _RULE.fullmatch(" " + text)
    if found is None:
        raise ValueError("is no rule")
    match: dict[Scope, str] = {}
    for pair in found["match"].split():
        name, _, value = pair.partition("=")
        if name not in set(Scope):
            raise ValueError(f"{name} is none of {', '.join(Scope)}")
        if Scope(name) in match:
            raise ValueError(f"{name} is said twice")
        match[Scope(name)] = value.lower()
    amount = float(found["number"])
    if found["unit"] == "day":
        if found["burst"] or amount < 1 or amount != int(amount):
            raise ValueError("a day takes a whole number from 1 on, and no burst")
        return Rule(match, per_day=int(amount))
    per_second = amount / UNITS[found["unit"]]
    if not 0 < per_second <= MOST_PER_SECOND:
        raise ValueError(f"a rate lies above 0 and is at most {MOST_PER_SECOND:.0f} a second")
    burst = float(found["burst"]) if found["burst"] else max(1.0, per_second)
    if burst < 1:
        raise ValueError("a burst is at least 1")
    return Rule(match, per_second=per_second, burst=burst)


def limits_for(rules: Sequence[Rule], message: Mapping[Scope, str], *, zone: str) -> tuple[Limit | Quota, ...]:
    """What a message counts against, by every rule that matches it.

    Args:
        message: what is known of it; a rule that names something it lacks does not match.
        zone: IANA name; whose midnight begins a day.
    """
    found: list[Limit | Quota] = []
    for rule in rules:
        values = {scope: message.get(scope, "").lower() for scope in rule.match}
        if any(not values[scope] or wanted not in ("*", values[scope]) for scope, wanted in rule.match.items()):
            continue
        key = composed({scope: values[scope] for scope in sorted(rule.match)})
        if rule.per_day:
            found.append(Quota(f"{key} a day", rule.per_day, zone))
        else:  # a sender may have a rate by the second and one by the hour: two buckets
            found.append(Limit(f"{key} {rule.per_second:g}/s", rule.per_second, rule.burst))
    return tuple(found)


def composed(parts: Mapping[Scope, str]) -> str:
    """A key out of what a rule names, such that no two sets of values share one.

    >>> composed({Scope.PROVIDER: "smtp", Scope.DESTINATION: "google"})
    'provider=smtp|destination=google'
    """
    escaped = {scope: value.replace("%", "%25").replace("|", "%7C") for scope, value in parts.items()}
    return "|".join(f"{scope}={value}" for scope, value in escaped.items()) or "everything"
