"""Visiting addresses: a real server on this machine, found by a resolver of the test; no name server is asked."""

import socket
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from threading import Event, Thread

import pytest

from outreach.domain.content_rules.facts import LinkAnswer, LinkVerdict
from outreach.providers.link_visits import LinkVisitor, is_public


@dataclass
class Site:
    """A web site: what each path answers, and what was asked of it."""

    port: int = 0
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    answers: dict[str, tuple[int, str]] = field(default_factory=dict)
    only_get: set[str] = field(default_factory=set)
    stands: Event = field(default_factory=Event)


CERTIFICATE = Path(__file__).parent / "certificates" / "localhost.pem"


@pytest.fixture
def site() -> Iterator[Site]:
    """A site without TLS."""
    with running_site() as told:
        yield told


@pytest.fixture
def secure_site() -> Iterator[Site]:
    """A site with a certificate for localhost and 127.0.0.1."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE, CERTIFICATE.with_suffix(".key"))
    with running_site(context) as told:
        yield told


@contextmanager
def running_site(tls: ssl.SSLContext | None = None) -> Iterator[Site]:
    told = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.answer("HEAD")

        def do_GET(self) -> None:
            self.answer("GET")

        def answer(self, method: str) -> None:
            told.asked.append((method, self.path, self.headers["Host"]))
            if self.path == "/slow":
                told.stands.wait(20)
            status, location = told.answers.get(self.path, (200, ""))
            if method == "HEAD" and self.path in told.only_get:
                status = 405
            self.send_response(status)
            if location:
                self.send_header("Location", location)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    told.port = server.server_address[1]
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield told
    told.stands.set()
    server.shutdown()
    thread.join()
    server.server_close()


Visit = Callable[[str], LinkAnswer]


def visitor(site: Site, names: dict[str, Sequence[str]], *, seconds: float = 5) -> Visit:
    """Visits one address. 203.0.113.x stands for the public internet, and is this machine."""

    async def resolve(host: str, port: int) -> Sequence[str]:
        if host[0].isdigit() or ":" in host:
            return [host]
        if host not in names:
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        return names[host]

    def permits(address: IPv4Address | IPv6Address, port: int) -> bool:
        return address == ip_address("127.0.0.1") and port == site.port

    made = LinkVisitor(resolve=resolve, permits=permits, seconds=seconds)
    return lambda url: made.visit([url])[url]


@pytest.fixture
def visit(site: Site) -> Visit:
    return visitor(site, {"hearth.example": ["127.0.0.1"], "intranet.example": ["10.0.0.7"]})


def test_a_page_that_is_there_is_alive_and_only_its_head_is_asked_for(site: Site, visit: Visit) -> None:
    assert visit(f"http://hearth.example:{site.port}/book?x=1#top") == LinkAnswer(LinkVerdict.ALIVE, "200 OK")
    assert site.asked == [("HEAD", "/book?x=1", f"hearth.example:{site.port}")]


def test_a_page_that_answers_no_head_is_asked_again(site: Site, visit: Visit) -> None:
    site.only_get.add("/form")
    assert visit(f"http://hearth.example:{site.port}/form").verdict is LinkVerdict.ALIVE
    assert [method for method, *_ in site.asked] == ["HEAD", "GET"]


@pytest.mark.parametrize(
    ("status", "verdict", "gone"),
    [
        (204, LinkVerdict.ALIVE, False),
        (401, LinkVerdict.ALIVE, False),
        (403, LinkVerdict.ALIVE, False),
        (429, LinkVerdict.ALIVE, False),
        (404, LinkVerdict.DEAD, True),
        (410, LinkVerdict.DEAD, True),
        (500, LinkVerdict.DEAD, False),
        (599, LinkVerdict.DEAD, False),
    ],
)
def test_statuses_tell_the_dead_from_the_guarded(
    site: Site, visit: Visit, status: int, verdict: LinkVerdict, gone: bool
) -> None:
    site.answers["/x"] = (status, "")
    answer = visit(f"http://hearth.example:{site.port}/x")
    assert (answer.verdict, answer.gone) == (verdict, gone)
    assert answer.answer.startswith(str(status))


def test_redirects_are_followed_up_to_five(site: Site, visit: Visit) -> None:
    for step in range(6):
        site.answers[f"/{step}"] = (302, f"/{step + 1}")
    assert visit(f"http://hearth.example:{site.port}/1").verdict is LinkVerdict.ALIVE
    assert visit(f"http://hearth.example:{site.port}/0") == LinkAnswer(LinkVerdict.DEAD, "more than 5 redirects")


@pytest.mark.parametrize(
    "onward", ["http://intranet.example/", "http://169.254.169.254/latest/", "http://[::1]/", "file:///etc/passwd"]
)
def test_a_redirect_to_a_private_place_is_refused(site: Site, visit: Visit, onward: str) -> None:
    site.answers["/out"] = (301, onward)
    assert visit(f"http://hearth.example:{site.port}/out").verdict is LinkVerdict.REFUSED
    assert [path for _, path, _ in site.asked] == ["/out"]


@pytest.mark.parametrize(
    "url",
    [
        "http://intranet.example/",
        "ftp://hearth.example/",
        "http://mair:secret@hearth.example/",
        "https:///nowhere",
        "http://hearth.example:22/",
    ],
)
def test_what_is_no_public_web_address_is_refused_without_a_knock(site: Site, visit: Visit, url: str) -> None:
    assert visit(url).verdict is LinkVerdict.REFUSED
    assert site.asked == []


@pytest.mark.parametrize(
    "url", ["http://127.1/", "http://2130706433/", "http://0x7f.1/", "http://[::1]/", "http://[::ffff:127.0.0.1]:80/"]
)
def test_no_spelling_of_this_machine_gets_through_the_real_resolver(url: str) -> None:
    assert LinkVisitor().visit([url])[url].verdict is LinkVerdict.REFUSED


def test_one_private_address_among_public_ones_is_enough_to_refuse(site: Site) -> None:
    visit = visitor(site, {"mixed.example": ["127.0.0.1", "10.0.0.7"]})
    assert visit(f"http://mixed.example:{site.port}/").verdict is LinkVerdict.REFUSED


def test_the_name_is_asked_once_so_that_a_second_answer_cannot_lead_elsewhere(site: Site) -> None:
    asked: list[str] = []

    async def resolve(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.7"]

    made = LinkVisitor(resolve=resolve, permits=lambda address, port: str(address) == "127.0.0.1")
    site.only_get.add("/")
    url = f"http://rebinding.example:{site.port}/"
    assert made.visit([url])[url].verdict is LinkVerdict.ALIVE
    assert asked == ["rebinding.example"]


def test_a_name_in_another_script_is_asked_for_as_the_name_servers_spell_it(site: Site) -> None:
    visit = visitor(site, {"xn--hrdle-gra.example": ["127.0.0.1"]})
    assert visit(f"http://härdle.example:{site.port}/öffnung").verdict is LinkVerdict.ALIVE
    assert site.asked == [("HEAD", "/%C3%B6ffnung", f"xn--hrdle-gra.example:{site.port}")]


def test_a_name_that_nobody_has_is_dead(visit: Visit) -> None:
    assert visit("http://nobody.example/") == LinkAnswer(LinkVerdict.DEAD, "there is no such server")


def test_a_server_that_keeps_silent_is_slow_and_does_not_hold_up_the_rest(site: Site) -> None:
    async def resolve(host: str, port: int) -> Sequence[str]:
        return ["127.0.0.1"]

    made = LinkVisitor(resolve=resolve, permits=lambda address, port: True, seconds=0.3)
    slow, quick = f"http://hearth.example:{site.port}/slow", f"http://hearth.example:{site.port}/quick"
    answers = made.visit([slow, quick])
    assert {url: one.verdict for url, one in answers.items()} == {slow: LinkVerdict.SLOW, quick: LinkVerdict.ALIVE}


def test_a_certificate_must_be_of_the_name_and_not_of_the_address_behind_it(secure_site: Site) -> None:
    async def resolve(host: str, port: int) -> Sequence[str]:
        return ["127.0.0.1"]

    trust = ssl.create_default_context(cafile=str(CERTIFICATE))
    made = LinkVisitor(resolve=resolve, permits=lambda address, port: True, trust=trust)
    right, wrong = (f"https://{host}:{secure_site.port}/" for host in ("localhost", "hearth.example"))
    answers = made.visit([right, wrong])
    assert {url: one.verdict for url, one in answers.items()} == {right: LinkVerdict.ALIVE, wrong: LinkVerdict.DEAD}
    assert "certificate" in answers[wrong].answer.lower()


def test_a_server_that_is_down_is_dead(site: Site) -> None:
    async def resolve(host: str, port: int) -> Sequence[str]:
        return ["127.0.0.1"]

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://hearth.example:{free.getsockname()[1]}/"
        made = LinkVisitor(resolve=resolve, permits=lambda address, port: True)
        assert made.visit([url])[url].verdict is LinkVerdict.DEAD


@pytest.mark.parametrize(
    "url",
    [
        "http://[half",
        "http://hearth.example:99999/",
        "http://\u2028/",
        "http://a..b/",
        "http://" + "a" * 70 + ".example/",
    ],
)
def test_an_address_that_cannot_be_read_is_an_answer_and_no_crash(url: str) -> None:
    assert LinkVisitor().visit([url])[url].verdict in (LinkVerdict.DEAD, LinkVerdict.REFUSED)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fc00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "fd00:ec2::254",
    ],
)
def test_addresses_that_are_not_on_the_open_internet_are_refused(address: str) -> None:
    assert not is_public(ip_address(address), 443)


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "::ffff:93.184.215.14"])
def test_addresses_on_the_open_internet_are_visited_on_web_ports_only(address: str) -> None:
    assert is_public(ip_address(address), 443)
    assert not is_public(ip_address(address), 25)
