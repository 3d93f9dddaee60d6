"""What a bounce says about an address.

Codes are those of RFC 3463 and the registry of RFC 5248. A server's code is its own choice, and many say 5.0.0 or
nothing but words; then the words are read. What nobody can read is held to be passing: a wrong "for good" loses a
customer, a wrong "passing" costs two more mails.
"""

import re
from collections.abc import Mapping
from enum import StrEnum

#: Codes that say the address itself is at fault for good. Policy and reputation (5.7.x), a full mailbox (5.2.2) and
#: everything temporary say nothing against the address.
DEAD_CODES = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"})
#: Codes that say the sender is not who it claims to be: our SPF, DKIM, DMARC or reverse DNS (RFC 7372, RFC 7505, and
#: Microsoft's own 5.7.509 and 5.7.515).
SETUP_CODES = frozenset(
    {"5.7.20", "5.7.21", "5.7.22", "5.7.23", "5.7.24", "5.7.25", "5.7.26", "5.7.27", "5.7.515", "5.7.509"}
)

_ENHANCED = re.compile(r"(?<![\d.])[45]\.\d{1,3}\.\d{1,3}(?![\d.]*\d)")


class BounceKind(StrEnum):
    """What a bounce says."""

    #: The address does not work and never will.
    DEAD = "dead"
    #: The address did not take it this time: full, too big, not reachable in time, or nobody can tell.
    PASSING = "passing"
    #: Somebody does not want our mail, whatever the address: policy, reputation, a spam filter.
    BLOCKED = "blocked"
    #: Our own set-up is at fault: authentication of our domain.
    OUR_SETUP = "our_setup"


_DEAD_WORDS = re.compile(
    r"(?:user|recipient|mailbox|address|account|addressee)(?: name)?\b.{0,50}?"
    r"(?:unknown|not (?:found|exist|known|listed|valid)|n't exist|no longer|invalid|inactive|disabled"
    r"|unavailable|rejected)"
    r"|(?:unknown|no such|invalid|nonexistent|bad) (?:\w+ )?(?:user|recipient|mailbox|address|account|person)"
    r"|not a (?:valid|known) (?:user|recipient|mailbox|address)|no mailbox here|not our customer"
    r"|does not like recipient|host or domain name not found|domain (?:name )?(?:does not exist|not found)"
    r"|unrouteable address|does ?n.?t have an? .{1,40} account|not listed in .{1,40}(?:book|directory)",
    re.IGNORECASE,
)
# Looked for in this order: a filter's answer often says "rejected" and "mailbox" as well.
_WORDS: tuple[tuple[BounceKind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(words, re.IGNORECASE))
    for kind, words in (
        (
            BounceKind.OUR_SETUP,
            r"dmarc|\bspf\b.{0,60}(?:fail|not pass)|dkim.{0,60}(?:fail|not pass)|unauthenticated (?:e?mail|message)"
            r"|sender.{0,40}not authenticated|reverse dns|\bptr record",
        ),
        (
            BounceKind.BLOCKED,
            r"\bspam|blacklist|block ?list|blocklisted|\bblocked\b|reputation|spamhaus|\brbl\b|dnsbl|policy"
            r"|unsolicited|content rejected|poor sender|rate limit|access denied|banned|\bvirus\b",
        ),
        (
            BounceKind.PASSING,
            r"over ?quota|quota exceeded|exceeded.{0,20}quota|mailbox (?:is )?full|storage|too (?:big|large)"
            r"|timed? ?out|try again|temporar|greylist|loop|no route|refused|unable to connect",
        ),
    )
)


def is_dead_address(data: Mapping[str, str]) -> bool:
    """Whether the data of a BOUNCED event mean that the address must not be written to again.

    Args:
        data: `code` holds the enhanced status code if the reporter gave one; `dead_address` is "yes" or "no" where the
            reporter knows for itself, and then counts alone; `reason` the reporter's words.
    """
    return kind_of_bounce(data) is BounceKind.DEAD


def kind_of_bounce(data: Mapping[str, str]) -> BounceKind:
    """What the data of a BOUNCED event say; see `is_dead_address` for what counts.

    A reporter whose codes are its own says by `bounce` what they mean, and then that alone counts.
    """
    if (known := data.get("bounce")) in set(BounceKind):
        return BounceKind(known)
    code, words = data.get("code", ""), data.get("reason", "")
    by_code = _by_code(code)
    said = data.get("dead_address")
    if said == "yes":
        return BounceKind.DEAD
    if said == "no":
        return by_code if by_code in (BounceKind.BLOCKED, BounceKind.OUR_SETUP) else BounceKind.PASSING
    if by_code is BounceKind.BLOCKED:
        # 5.7.1 is what most servers say when they mean our set-up, too.
        return BounceKind.OUR_SETUP if _by_words(words) is BounceKind.OUR_SETUP else BounceKind.BLOCKED
    if by_code is BounceKind.DEAD:
        # Some servers put 5.1.1 before every refusal. Words that speak of the sender, and not of the address, count.
        meant = _by_words(words)
        return (
            meant if meant in (BounceKind.BLOCKED, BounceKind.OUR_SETUP) and not _DEAD_WORDS.search(words) else by_code
        )
    return by_code or _by_words(words)


def enhanced_code(text: str) -> str:
    """The first enhanced status code that stands in `text` and says more than x.0.0; else the first; "" if none."""
    codes = [found.group() for found in _ENHANCED.finditer(text)]
    return next((code for code in codes if not code.endswith(".0.0")), codes[0] if codes else "")


def _by_code(code: str) -> BounceKind | None:
    """What a code alone says; None where the words must be read."""
    if code in DEAD_CODES:
        return BounceKind.DEAD
    if code in SETUP_CODES:
        return BounceKind.OUR_SETUP
    if code.startswith("5.7."):
        return BounceKind.BLOCKED
    # A detail of 0 is "other or undefined".
    return None if not code or (code[0] == "5" and code.endswith(".0")) else BounceKind.PASSING


def _by_words(words: str) -> BounceKind:
    plain = BounceKind.DEAD if _DEAD_WORDS.search(words) else BounceKind.PASSING
    return next((kind for kind, pattern in _WORDS if pattern.search(words)), plain)
