"""What a bounce says about an address."""

from collections.abc import Mapping

#: Enhanced status codes (RFC 3463, registry of RFC 5248) that say the address itself is at fault for good. Policy and
#: reputation (5.7.x), a full mailbox (5.2.2) and everything temporary say nothing against the address.
DEAD_CODES = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"})


def is_dead_address(data: Mapping[str, str]) -> bool:
    """Whether the data of a BOUNCED event mean that the address must not be written to again.

    Args:
        data: `code` holds the enhanced status code if the reporter gave one; `dead_address` is "yes" or "no" where the
            reporter knows for itself, and then counts alone.
    """
    said = data.get("dead_address")
    return said == "yes" if said else data.get("code", "") in DEAD_CODES
