"""The whole check of a sender: what is configured against what name servers say."""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address

from outreach.domain.sender_check.dkim_key import judge_dkim
from outreach.domain.sender_check.dmarc import judge_dmarc
from outreach.domain.sender_check.records import (
    Answer,
    CheckFinding,
    CheckLevel,
    Fate,
    Inquiry,
    Part,
    Question,
    RecordType,
    could_not_ask,
)
from outreach.domain.sender_check.spf import judge_spf

#: What SendGrid asks for: its include, and the selectors of its automated security ("Sender Authentication").
SENDGRID_INCLUDE = "sendgrid.net"
SENDGRID_SELECTORS = ("s1", "s2")


@dataclass(frozen=True, slots=True)
class SenderSetup:
    """How our mail leaves.

    Attributes:
        from_domain: what readers see. return_path: domain of the envelope sender; receivers check SPF of it.
        spf_needs: who sends for us: domains to include, or addresses.
        signs_as: domain of our DKIM signatures, "" if nobody signs. selectors: where their keys are.
        key: public half of the key we sign with (base64 of its DER), "" where a vendor signs.
        addresses: of our own sending servers, whose reverse names are looked at.
    """

    from_domain: str
    return_path: str
    spf_needs: tuple[str, ...] = ()
    signs_as: str = ""
    selectors: tuple[str, ...] = ()
    key: str = ""
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the check found, and what it has still to look up before that is all."""

    findings: tuple[CheckFinding, ...]
    wanted: frozenset[Question]


def setup_for(
    provider: str,
    sender_email: str,
    *,
    return_path: str = "",
    selectors: tuple[str, ...] = (),
    signs_as: str = "",
    key: str = "",
    spf_needs: tuple[str, ...] = (),
    addresses: tuple[str, ...] = (),
) -> SenderSetup:
    """What is configured, with what is known of the provider filled in.

    Args:
        provider: sendgrid, smtp or mailbox. return_path: "" is the sender's own domain.
        selectors, signs_as, key, spf_needs, addresses: what is configured beyond that; see `SenderSetup`.
    """
    domain = sender_email.rpartition("@")[2].strip().rstrip(".").lower()
    if provider == "sendgrid":
        selectors, signs_as = selectors or SENDGRID_SELECTORS, signs_as or domain
        spf_needs = spf_needs or (SENDGRID_INCLUDE,)
    return SenderSetup(
        from_domain=domain,
        return_path=return_path.lower() or domain,
        spf_needs=spf_needs or addresses,
        signs_as=signs_as.lower() or (domain if selectors else ""),
        selectors=selectors,
        key=key,
        addresses=addresses,
    )


def judge(setup: SenderSetup, answers: Mapping[Question, Answer]) -> Verdict:
    """Judges what is known; ask again with the answers to `wanted` until it is empty."""
    inquiry = Inquiry(answers)
    vendor_owns_path = SENDGRID_INCLUDE in setup.spf_needs and setup.return_path == setup.from_domain
    findings = judge_spf(setup.return_path, needs=setup.spf_needs, inquiry=inquiry, is_ours=not vendor_owns_path)
    findings += _dkim(setup, inquiry)
    findings += judge_dmarc(setup.from_domain, return_path=setup.return_path, signs_as=setup.signs_as, inquiry=inquiry)
    findings += _mx(setup.from_domain, inquiry)
    for address in setup.addresses:
        findings += _reverse_name(address, inquiry)
    return Verdict(tuple(findings), frozenset(inquiry.wanted))


def _dkim(setup: SenderSetup, inquiry: Inquiry) -> list[CheckFinding]:
    if not setup.selectors:
        words = (
            "Nothing here signs our mail (DKIM). If the relay does, name its selector in the settings so that its key "
            "can be checked; if not, set a key: Gmail, Yahoo and Microsoft ask for signatures."
        )
        return [CheckFinding(Part.DKIM, CheckLevel.WARNING, words)]
    return [
        finding
        for selector in setup.selectors
        for finding in judge_dkim(setup.signs_as, selector, key=setup.key, inquiry=inquiry)
    ]


def _mx(domain: str, inquiry: Inquiry) -> list[CheckFinding]:
    """Whether replies and reports can reach the From address; a null MX (RFC 7505) says that they cannot."""
    answer = inquiry.ask(domain, RecordType.MX)
    if answer is None:
        return []
    if not answer.is_known:
        return [could_not_ask(Part.MX, domain, answer)]
    if answer.fate is Fate.NO_SUCH_NAME:
        return [CheckFinding(Part.MX, CheckLevel.ERROR, f"The domain {domain} does not exist.")]
    hosts = [record.partition(" ")[2].rstrip(".") for record in answer.records]
    if hosts == [""]:
        words = f"{domain} says that it takes no mail (null MX); many receivers refuse mail that cannot be answered."
        return [CheckFinding(Part.MX, CheckLevel.ERROR, words)]
    found = [inquiry.ask(host, kind) for host in (hosts or [domain])[:5] for kind in (RecordType.A, RecordType.AAAA)]
    if None in found:
        return []
    reachable = any(one.records or not one.is_known for one in found if one)
    if not reachable:
        words = (
            f"Mail to {domain} cannot be delivered: its mail servers ({', '.join(hosts) or domain}) have no address."
        )
        return [CheckFinding(Part.MX, CheckLevel.ERROR, words)]
    if not hosts:
        words = f"{domain} names no mail server (MX); senders fall back on its address, which often takes no mail."
        return [CheckFinding(Part.MX, CheckLevel.WARNING, words)]
    return [CheckFinding(Part.MX, CheckLevel.OK, f"Replies to {domain} go to {', '.join(hosts)}.")]


def _reverse_name(address: str, inquiry: Inquiry) -> list[CheckFinding]:
    """Gmail asks that the address that sends has a name, and that the name leads back to it."""
    parsed = ip_address(address)
    answer = inquiry.ask(parsed.reverse_pointer, RecordType.PTR)
    if answer is None:
        return []
    if not answer.is_known:
        return [could_not_ask(Part.PTR, address, answer)]
    if not answer.records:
        words = f"{address} has no reverse name (PTR); large receivers refuse such senders. Its host can set one."
        return [CheckFinding(Part.PTR, CheckLevel.ERROR, words)]
    kind = RecordType.A if parsed.version == 4 else RecordType.AAAA
    names = [record.rstrip(".") for record in answer.records[:5]]
    back = [inquiry.ask(name, kind) for name in names]
    if None in back:
        return []
    if any(ip_address(record) == parsed for one in back if one for record in one.records):
        words = f"{address} is called {names[0]}, and that name leads back to it."
        return [CheckFinding(Part.PTR, CheckLevel.OK, words)]
    words = f"{address} is called {names[0]}, but that name does not lead back to it; the two should agree."
    return [CheckFinding(Part.PTR, CheckLevel.WARNING, words)]
