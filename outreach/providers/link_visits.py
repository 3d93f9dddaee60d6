"""Visits addresses that staff wrote, to see whether somebody is there, and never a private one.

A name is resolved once, every address it has must be public, and the connection goes to the address that was looked at:
a second answer of the name server cannot lead us elsewhere (OWASP ASVS 5.0, 1.3.6). The name is kept for TLS and Host.
Redirects are followed by hand and looked at in the same way. Nothing of a page is read but its head.
"""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urljoin

import httpx

from outreach.domain.content_rules.facts import LinkAnswer, LinkVerdict

#: Seconds for an address with all its redirects.
LONGEST = 5.0
MOST_REDIRECTS = 5
#: Addresses that are visited at once.
AT_ONCE = 8
#: Ports of web servers; to knock at others would be scanning.
PORTS = frozenset({80, 443, 8080, 8443})

_AGENT = "Outreach link check"
_REDIRECTS = {301, 302, 303, 307, 308}
#: HEAD is not answered properly everywhere; whoever answers it so is asked again by GET.
_ASK_AGAIN = {400, 403, 404, 405, 406, 410, 429, 500, 501, 502, 503}
#: A page that asks for a password, or for patience, is there.
_GUARDED = {401, 403, 407, 429}
#: IPv6 that carries IPv4: NAT64, 6to4, Teredo (RFC 6052, 3056, 4380). Nobody's web page is there.
_CARRIERS = [IPv6Network(net) for net in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")]

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
Permits = Callable[[IPv4Address | IPv6Address, int], bool]


def is_public(address: IPv4Address | IPv6Address, port: int) -> bool:
    """Whether an address is on the open internet and the port is one of web servers."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped, port)
        if any(address in net for net in _CARRIERS):
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved and port in PORTS


async def resolved(host: str, port: int) -> Sequence[str]:
    """The addresses of a name, by the machine's own resolver."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class _Refused(Exception):
    """An address where we do not go."""


@dataclass(frozen=True, slots=True)
class _Pinned:
    """Where to connect: an address in place of the name; the name for TLS, and with its port for the Host header."""

    target: httpx.URL
    host: str
    netloc: str


@dataclass(frozen=True, slots=True)
class LinkVisitor:
    """Visits addresses.

    Attributes:
        resolve, permits: say where a name leads and whether we may go there.
        seconds: for an address with all its redirects. trust: whose certificates count; None for the usual authorities.
    """

    resolve: Resolve = resolved
    permits: Permits = is_public
    seconds: float = LONGEST
    trust: ssl.SSLContext | None = None

    def visit(self, urls: Sequence[str]) -> dict[str, LinkAnswer]:
        """What each address answered; takes at most `seconds` for each, several at once."""
        return asyncio.run(self._visit_all(urls))

    async def _visit_all(self, urls: Sequence[str]) -> dict[str, LinkAnswer]:
        gate = asyncio.Semaphore(AT_ONCE)
        # Neither proxies nor passwords out of the environment, and no cookies from one address to the next.
        async with httpx.AsyncClient(
            trust_env=False,
            timeout=self.seconds,
            headers={"User-Agent": _AGENT},
            verify=True if self.trust is None else self.trust,
        ) as client:

            async def one(url: str) -> LinkAnswer:
                async with gate:
                    return await self._visit(client, url)

            answers = await asyncio.gather(*(one(url) for url in urls))
        return dict(zip(urls, answers, strict=True))

    async def _visit(self, client: httpx.AsyncClient, url: str) -> LinkAnswer:
        try:
            async with asyncio.timeout(self.seconds):
                return await self._follow(client, url)
        except (TimeoutError, httpx.TimeoutException):
            return LinkAnswer(LinkVerdict.SLOW, f"no answer within {self.seconds:g} seconds")
        except _Refused as refused:
            return LinkAnswer(LinkVerdict.REFUSED, str(refused))
        except socket.gaierror:
            return LinkAnswer(LinkVerdict.DEAD, "there is no such server")
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
            return LinkAnswer(LinkVerdict.DEAD, f"{type(error).__name__}: {error}"[:200])

    async def _follow(self, client: httpx.AsyncClient, url: str) -> LinkAnswer:
        for _ in range(MOST_REDIRECTS + 1):
            pinned = await self._pinned(url)
            status, onward = await self._asked(client, "HEAD", pinned)
            if status in _ASK_AGAIN:
                status, onward = await self._asked(client, "GET", pinned)
            if status in _REDIRECTS and onward:
                url = urljoin(url, onward)
                continue
            alive = status < 400 or status in _GUARDED
            return LinkAnswer(LinkVerdict.ALIVE if alive else LinkVerdict.DEAD, _status_line(status))
        return LinkAnswer(LinkVerdict.DEAD, f"more than {MOST_REDIRECTS} redirects")

    async def _asked(self, client: httpx.AsyncClient, method: str, pinned: _Pinned) -> tuple[int, str]:
        """Status and Location; of a body nothing is read."""
        client.cookies.clear()
        async with client.stream(
            method,
            pinned.target,
            headers={"Host": pinned.netloc},
            # The certificate is checked against the name, though the connection goes to its address.
            extensions={"sni_hostname": pinned.host},
        ) as response:
            return response.status_code, response.headers.get("Location", "")

    async def _pinned(self, url: str) -> _Pinned:
        """`url` with its name replaced by the address it has now.

        Raises:
            _Refused: if it is no web address, or any of its addresses is not public.
        """
        target = httpx.URL(url)
        # As DNS and TLS spell it: names of other scripts in ASCII (RFC 5891).
        host = target.raw_host.decode("ascii")
        if target.scheme not in ("http", "https") or not host:
            raise _Refused("it is no web address")
        if target.userinfo:
            raise _Refused("it holds a name or a password")
        port = target.port or (443 if target.scheme == "https" else 80)
        addresses = [ip_address(one.partition("%")[0]) for one in await self.resolve(host, port)]
        if not addresses or not all(self.permits(one, port) for one in addresses):
            raise _Refused("it leads to a private network or to an unusual port")
        return _Pinned(target.copy_with(host=str(addresses[0])), host, target.netloc.decode("ascii"))


def _status_line(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)
