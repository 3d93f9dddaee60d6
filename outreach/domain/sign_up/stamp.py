"""When a form was handed out, signed, so that nobody can pretend to have taken the time to read it."""

import hmac
from datetime import UTC, datetime, timedelta
from enum import StrEnum

#: Nobody fills a form in faster.
SHORTEST = timedelta(seconds=2)
#: A stamp that is older is not believed, so that one cannot serve for ever.
LONGEST = timedelta(days=1)


class Timing(StrEnum):
    """What the stamp on a filled form says."""

    #: A person may have needed that long.
    FINE = "fine"
    #: It is ours, and only has to grow older.
    TOO_EARLY = "too early"
    #: It is too old, of another form, or not ours.
    WORTHLESS = "worthless"


def stamped(form: str, *, secret: bytes, now: datetime) -> str:
    """A stamp of `now`, whole seconds, for the form with this key."""
    seconds = int(now.timestamp())
    return f"{seconds}.{_signature(form, seconds, secret)}"


def timing_of(stamp: str, form: str, *, secret: bytes, now: datetime) -> Timing:
    """What the stamp on a form with this key says."""
    digits, _, signature = stamp.partition(".")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 11):
        return Timing.WORTHLESS
    seconds = int(digits)
    if not hmac.compare_digest(_signature(form, seconds, secret).encode(), signature.encode("utf-8", "replace")):
        return Timing.WORTHLESS
    age = now - datetime.fromtimestamp(seconds, UTC)
    if age < SHORTEST:
        return Timing.TOO_EARLY
    return Timing.FINE if age <= LONGEST else Timing.WORTHLESS


def _signature(form: str, seconds: int, secret: bytes) -> str:
    # The secret also signs sessions and links; a key of our own keeps one use from forging for another.
    key = hmac.digest(secret, b"outreach sign-up stamps", "sha256")
    return hmac.digest(key, f"{form} {seconds}".encode(), "sha256").hex()[:32]
