"""Questions put to a name server of our own on this machine: every way in which it can answer, or not."""

import socketserver
import threading
from collections.abc import Iterator

import dns.asyncresolver
import dns.flags
import dns.message
import dns.rcode
import dns.resolver
import dns.rrset
import pytest

from outreach.domain.errors import NotReady
from outreach.domain.sender_check.records import Answer, Fate, Question, RecordType
from outreach.providers.dns_lookup import DnsLookup

RECORDS = {
    ("hearth.example.", "TXT"): ['"v=spf1 include:relay.example " "~all"', '"caf\\195\\169"'],
    ("hearth.example.", "MX"): ["10 mail.hearth.example."],
    ("null.example.", "MX"): ["0 ."],
    ("mail.hearth.example.", "A"): ["192.0.2.9"],
    ("mail.hearth.example.", "AAAA"): ["2001:db8::9"],
    ("9.2.0.192.in-addr.arpa.", "PTR"): ["mail.hearth.example."],
    ("alias.hearth.example.", "CNAME"): ["hearth.example."],
    ("many.example.", "A"): [f"192.0.2.{number}" for number in range(60)],
}


class _Handler(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        data, sock = self.request
        query = dns.message.from_wire(data)
        name, kind = query.question[0].name.to_text(), dns.rdatatype.to_text(query.question[0].rdtype)
        if name.startswith("silent"):
            return
        if name.startswith("garbage"):
            sock.sendto(data[:2] + b"\xff" * 9, self.client_address)
            return
        reply = dns.message.make_response(query)
        reply.flags |= dns.flags.RA
        if name.startswith("broken"):
            reply.set_rcode(dns.rcode.SERVFAIL)
        elif name.startswith("refused"):
            reply.set_rcode(dns.rcode.REFUSED)
        elif name not in {known for known, _ in RECORDS}:
            reply.set_rcode(dns.rcode.NXDOMAIN)
        elif alias := RECORDS.get((name, "CNAME")):
            reply.answer.append(dns.rrset.from_text(name, 60, "IN", "CNAME", *alias))
            reply.answer.append(dns.rrset.from_text(alias[0], 60, "IN", kind, *RECORDS[alias[0], kind]))
        elif found := RECORDS.get((name, kind)):
            reply.answer.append(dns.rrset.from_text(name, 60, "IN", kind, *found))
        sock.sendto(reply.to_wire(max_size=65_535), self.client_address)


@pytest.fixture(scope="module")
def lookup() -> Iterator[DnsLookup]:
    """Asks a name server on this machine that answers from `RECORDS`."""
    with socketserver.ThreadingUDPServer(("127.0.0.1", 0), _Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        resolver = dns.asyncresolver.Resolver(configure=False)
        resolver.nameservers, resolver.port, resolver.lifetime = ["127.0.0.1"], server.server_address[1], 0.5
        yield DnsLookup(resolver)
        server.shutdown()
        thread.join()


def asked(lookup: DnsLookup, name: str, kind: RecordType) -> Answer:
    question = Question(name, kind)
    return lookup.ask([question])[question]


@pytest.mark.parametrize(
    ("name", "kind", "records"),
    [
        ("hearth.example", RecordType.TXT, ("v=spf1 include:relay.example ~all", "café")),
        ("hearth.example", RecordType.MX, ("10 mail.hearth.example",)),
        ("null.example", RecordType.MX, ("0 .",)),
        ("mail.hearth.example", RecordType.A, ("192.0.2.9",)),
        ("mail.hearth.example", RecordType.AAAA, ("2001:db8::9",)),
        ("9.2.0.192.in-addr.arpa", RecordType.PTR, ("mail.hearth.example",)),
        ("alias.hearth.example", RecordType.MX, ("10 mail.hearth.example",)),
    ],
)
def test_records_are_found_and_read(lookup: DnsLookup, name: str, kind: RecordType, records: tuple[str, ...]) -> None:
    found = asked(lookup, name, kind)
    assert (found.fate, sorted(found.records)) == (Fate.FOUND, sorted(records))


@pytest.mark.parametrize(
    ("name", "fate"),
    [
        ("gone.example", Fate.NO_SUCH_NAME),
        ("mail.hearth.example", Fate.NO_RECORD),
        ("broken.example", Fate.SERVER_FAILED),
        ("refused.example", Fate.SERVER_FAILED),
        ("silent.example", Fate.TIMED_OUT),
        ("a..example", Fate.SERVER_FAILED),
        ("x" * 64 + ".example", Fate.SERVER_FAILED),
        ("", Fate.NO_SUCH_NAME),
    ],
)
def test_no_is_told_from_nobody_answered(lookup: DnsLookup, name: str, fate: Fate) -> None:
    assert asked(lookup, name, RecordType.TXT) == Answer(fate)


def test_nonsense_on_the_wire_is_no_answer(lookup: DnsLookup) -> None:
    assert asked(lookup, "garbage.example", RecordType.TXT).fate in (Fate.SERVER_FAILED, Fate.TIMED_OUT)


def test_many_questions_are_asked_at_once(lookup: DnsLookup) -> None:
    questions = [Question(f"silent{number}.example", RecordType.TXT) for number in range(15)]
    questions.append(Question("hearth.example", RecordType.MX))
    answers = lookup.ask(questions)
    assert list(answers) == questions
    assert [answer.fate for answer in answers.values()] == [Fate.TIMED_OUT] * 15 + [Fate.FOUND]


def test_a_machine_without_name_servers_is_said_plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(*_arguments: object, **_options: object) -> None:
        raise dns.resolver.NoResolverConfiguration

    monkeypatch.setattr(dns.asyncresolver, "Resolver", nothing)
    with pytest.raises(NotReady, match="knows no name server"):
        DnsLookup()


def test_an_endless_answer_is_cut(lookup: DnsLookup) -> None:
    assert len(asked(lookup, "many.example", RecordType.A).records) == 50
