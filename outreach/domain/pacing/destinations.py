"""Who receives: domains that share one mailbox provider belong together, and so do numbers of one carrier.

What the large providers limit and judge is everything that reaches them, whatever the domain after the @. The table
names only what their own pages say they run; every other domain stands for itself.
"""

from functools import lru_cache

import phonenumbers
from phonenumbers import carrier

from outreach.domain.touch import Channel

#: Mailbox provider by domain (the providers' own sender pages, 2026).
MAILBOX_PROVIDERS: dict[str, str] = {
    domain: provider
    for provider, domains in {
        "google": "gmail.com googlemail.com",
        "microsoft": (
            "outlook.com hotmail.com live.com msn.com hotmail.co.uk hotmail.fr hotmail.de hotmail.es live.co.uk "
            "live.fr live.de outlook.fr outlook.de outlook.es"
        ),
        "yahoo": (
            "yahoo.com ymail.com rocketmail.com aol.com yahoo.co.uk yahoo.fr yahoo.de yahoo.es yahoo.ca yahoo.in"
        ),
        "apple": "icloud.com me.com mac.com",
        "gmx": "gmx.de gmx.net gmx.at gmx.ch gmx.com web.de mail.com",
        "proton": "proton.me protonmail.com pm.me",
        "qq": "qq.com foxmail.com",
        "netease": "163.com 126.com yeah.net",
    }.items()
    for domain in domains.split()
}
#: Where nothing better is known.
ELSEWHERE = "elsewhere"


def destination(channel: Channel, address: str) -> str:
    """The mailbox provider or domain of an address, or the carrier (else the country) of a number; lower case.

    >>> destination(Channel.EMAIL, "Anna@GoogleMail.com")
    'google'
    """
    if channel is Channel.SMS:
        return carrier_of(address)
    domain = address.rpartition("@")[2].strip().rstrip(".").lower()
    return MAILBOX_PROVIDERS.get(domain, domain) or ELSEWHERE


@lru_cache(maxsize=100_000)
def carrier_of(number: str) -> str:
    """The carrier a number was given out to (it may have moved since), else its country."""
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return ELSEWHERE
    name = carrier.name_for_number(parsed, "en")
    return name.lower() or phonenumbers.region_code_for_number(parsed) or ELSEWHERE


@lru_cache(maxsize=100_000)
def country_of(number: str) -> str:
    """The country of a number (ISO 3166-1, upper case; "001" for numbers of no country), or `ELSEWHERE`.

    >>> country_of("+14155550123")
    'US'
    """
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return ELSEWHERE
    # A number that nobody was given still begins with its country's code.
    by_code = phonenumbers.region_code_for_country_code(parsed.country_code or 0)
    code = phonenumbers.region_code_for_number(parsed) or by_code
    return ELSEWHERE if code == phonenumbers.UNKNOWN_REGION else code
