"""Networks that makers of mail filters publish as theirs. A person seldom browses from there, a filter often does.

The list is short on purpose: only what a maker itself publishes, none of the clouds at large, from which people browse
through company gateways. It is a clue, never a proof. As of `AS_OF`:

* Microsoft, "Microsoft 365 URLs and IP address ranges", id 10 (Exchange Online Protection, worldwide),
  https://learn.microsoft.com/microsoft-365/enterprise/urls-and-ip-address-ranges
* Barracuda, "Email Gateway Defense", ranges to allow, https://campus.barracuda.com; its makers say themselves that
  links are also followed from elsewhere ("Unwanted Link Clicks").
"""

from datetime import date
from functools import cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

AS_OF = date(2026, 11, 23)

_PUBLISHED = {
    "microsoft": (
        "40.92.0.0/15",
        "40.107.0.0/16",
        "52.100.0.0/14",
        "104.47.0.0/17",
        "2a01:111:f400::/48",
        "2a01:111:f403::/48",
    ),
    "barracuda": ("209.222.80.0/21",),
}


def mail_filter(address: str) -> str:
    """Whose mail filter works from the network address `address`; "" if nobody's that is known, or if it is none."""
    try:
        place = ip_address(address.split("%")[0])
    except ValueError:
        return ""
    return next((owner for owner, network in _networks() if place in network), "")


@cache
def _networks() -> tuple[tuple[str, IPv4Network | IPv6Network], ...]:
    return tuple((owner, ip_network(text)) for owner, texts in _PUBLISHED.items() for text in texts)
