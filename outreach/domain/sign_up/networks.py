"""The network that an address belongs to, as wide as one household or office usually holds."""

from ipaddress import IPv6Address, ip_address, ip_network


def network_of(address: str) -> str:
    """The /24 of an IPv4 address, the /64 of an IPv6 one; "unknown" if it is neither.

    >>> network_of("198.51.100.7"), network_of("2001:db8::1:2"), network_of("::ffff:198.51.100.7")
    ('198.51.100.0/24', '2001:db8::/64', '198.51.100.0/24')
    """
    try:
        place = ip_address(address.partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(place, IPv6Address) and place.ipv4_mapped:
        place = place.ipv4_mapped
    return str(ip_network(f"{place}/{24 if place.version == 4 else 64}", strict=False))
