"""SPF (RFC 7208): whether the domain's record is sound and names who sends for us.

The tree of includes is walked as a receiver would, as far as it does not depend on a single message; macros do, and are
only counted.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network

from outreach.domain.sender_check.records import (
    CheckFinding,
    CheckLevel,
    Inquiry,
    Part,
    Publish,
    RecordType,
    could_not_ask,
)

#: Terms that cost a lookup, and how many a receiver allows (4.6.4).
_COSTS = frozenset({"include", "a", "mx", "ptr", "exists", "redirect"})
MOST_LOOKUPS = 10
_TERM = re.compile(
    r"(?P<sign>[+\-~?]?)(?P<name>all|include|a|mx|ptr|ip4|ip6|exists)(?P<rest>[:/].*)?|(?P<modifier>[a-z][a-z0-9_.-]*)=(?P<value>.*)",
    re.IGNORECASE,
)


@dataclass(slots=True)
class _Walk:
    """What walking the tree brought to light."""

    inquiry: Inquiry
    lookups: int = 0
    includes: set[str] = field(default_factory=set)
    networks: list[str] = field(default_factory=list)
    addresses: set[str] = field(default_factory=set)
    faults: list[CheckFinding] = field(default_factory=list)


def judge_spf(domain: str, *, needs: Sequence[str], inquiry: Inquiry, is_ours: bool) -> list[CheckFinding]:
    """What a receiver makes of the SPF record of `domain`.

    Args:
        needs: who sends for us: domains to be included, or addresses.
        is_ours: the return path of our mail is in this domain; if not, a gap is only worth a warning.
    """
    answer = inquiry.ask(domain, RecordType.TXT)
    if answer is None:
        return []
    if not answer.is_known:
        return [could_not_ask(Part.SPF, domain, answer)]
    records = _spf_records(answer.records)
    gap = CheckLevel.ERROR if is_ours else CheckLevel.WARNING
    if not records:
        words = f"{domain} has no SPF record, so nobody can see which servers may send its mail."
        return [CheckFinding(Part.SPF, gap, words, _wanted(domain, "v=spf1 ~all", needs))]
    if len(records) > 1:
        terms = dict.fromkeys(term for one in records for term in one.split()[1:] if term.lstrip("+-~?") != "all")
        merged = " ".join(["v=spf1", *terms, "~all"])
        words = f"{domain} has {len(records)} SPF records; receivers then ignore all of them. Keep one."
        return [CheckFinding(Part.SPF, CheckLevel.ERROR, words, Publish(domain, "TXT", merged))]
    walk = _Walk(inquiry)
    before = len(inquiry.wanted)
    _read_terms(domain, records[0], walk=walk, path=(domain,))
    if len(inquiry.wanted) > before:
        return []
    return _verdict(domain, records[0], needs=needs, walk=walk, gap=gap)


def _verdict(domain: str, record: str, *, needs: Sequence[str], walk: _Walk, gap: CheckLevel) -> list[CheckFinding]:
    found = list(walk.faults)
    missing = [need for need in needs if not _named(need, walk)]
    if missing:
        words = f"The SPF record of {domain} does not name {' nor '.join(missing)}, which sends our mail."
        found.append(CheckFinding(Part.SPF, gap, words, _wanted(domain, record, missing)))
    if walk.lookups > MOST_LOOKUPS:
        words = (
            f"The SPF record of {domain} takes {walk.lookups} lookups; receivers stop at {MOST_LOOKUPS} and count it "
            "as broken. Take out includes that are not needed any more."
        )
        found.append(CheckFinding(Part.SPF, CheckLevel.ERROR, words))
    found += _ending(domain, record)
    if not any(one.level is not CheckLevel.OK for one in found):
        names = f" and names {', '.join(needs)}" if needs else ""
        words = f"The SPF record of {domain} is sound{names} ({walk.lookups} of {MOST_LOOKUPS} lookups)."
        found.insert(0, CheckFinding(Part.SPF, CheckLevel.OK, words))
    return found


def _ending(domain: str, record: str) -> list[CheckFinding]:
    """What the record says of everybody whom it does not name."""
    terms = record.lower().split()[1:]
    ends = [term for term in terms if term.lstrip("+-~?") == "all"]
    if not ends:
        if any(term.startswith("redirect=") for term in terms):
            return []
        words = f"The SPF record of {domain} has no end, so it says nothing of servers that it does not name. Add ~all."
        return [CheckFinding(Part.SPF, CheckLevel.WARNING, words, Publish(domain, "TXT", f"{record.strip()} ~all"))]
    end = ends[0]
    better = Publish(domain, "TXT", " ".join("~all" if term.lower() == end else term for term in record.split()))
    if end in ("all", "+all"):
        words = f"The SPF record of {domain} ends in {end}: the whole world may send in its name."
        return [CheckFinding(Part.SPF, CheckLevel.ERROR, words, better)]
    if end == "?all":
        words = f"The SPF record of {domain} ends in ?all, which takes back what it says. Use ~all."
        return [CheckFinding(Part.SPF, CheckLevel.WARNING, words, better)]
    return []


def _read_terms(domain: str, record: str, *, walk: _Walk, path: tuple[str, ...]) -> None:
    terms = record.split()[1:]
    has_all = any(term.lower().lstrip("+-~?") == "all" for term in terms)
    for text in terms:
        term = _TERM.fullmatch(text)
        if term is None:
            words = f"The SPF record of {domain} holds {text!r}, which is no SPF; receivers count the record as broken."
            walk.faults.append(CheckFinding(Part.SPF, CheckLevel.ERROR, words))
            continue
        name = (term["name"] or term["modifier"]).lower()
        value = (term["value"] or "") if term["modifier"] else (term["rest"] or "").removeprefix(":")
        if name == "redirect" and has_all:
            continue  # ignored where there is an "all" (6.1)
        walk.lookups += name in _COSTS
        if "%" in value:
            continue
        if name in ("include", "redirect"):
            _follow(value.lower().rstrip("."), walk=walk, path=path)
        elif name in ("ip4", "ip6"):
            _network(domain, text, value, walk)
        elif name in ("a", "mx"):
            _hosts(name, value.partition("/")[0] or domain, walk)
        elif name == "ptr":
            words = (
                f"The SPF record of {domain} uses ptr, which is slow and which many receivers ignore (RFC 7208 5.5)."
            )
            walk.faults.append(CheckFinding(Part.SPF, CheckLevel.WARNING, words))


def _follow(target: str, *, walk: _Walk, path: tuple[str, ...]) -> None:
    walk.includes.add(target)
    if walk.lookups > 2 * MOST_LOOKUPS:  # a tree that is broken anyway, and perhaps endless
        return
    if target in path:
        words = f"The SPF records of {' and '.join(path)} include each other in a circle."
        walk.faults.append(CheckFinding(Part.SPF, CheckLevel.ERROR, words))
        return
    answer = walk.inquiry.ask(target, RecordType.TXT)
    if answer is None:
        return
    if not answer.is_known:
        walk.faults.append(could_not_ask(Part.SPF, target, answer))
        return
    records = _spf_records(answer.records)
    if len(records) != 1:
        count = "no SPF record" if not records else f"{len(records)} SPF records"
        words = f"{path[-1]} includes {target}, which has {count}; receivers then count all of it as broken."
        walk.faults.append(CheckFinding(Part.SPF, CheckLevel.ERROR, words))
        return
    _read_terms(target, records[0], walk=walk, path=(*path, target))


def _network(domain: str, text: str, value: str, walk: _Walk) -> None:
    try:
        walk.networks.append(str(ip_network(value, strict=False)))
    except ValueError:
        words = f"The SPF record of {domain} holds {text!r}, which is no address; receivers count the record as broken."
        walk.faults.append(CheckFinding(Part.SPF, CheckLevel.ERROR, words))


def _hosts(name: str, host: str, walk: _Walk) -> None:
    hosts = [host]
    if name == "mx":
        answer = walk.inquiry.ask(host, RecordType.MX)
        if answer is None:
            return
        hosts = [record.partition(" ")[2].rstrip(".") for record in answer.records[:MOST_LOOKUPS]]
    for one in filter(None, hosts):
        for kind in (RecordType.A, RecordType.AAAA):
            found = walk.inquiry.ask(one, kind)
            walk.addresses.update(found.records if found else ())


def _named(need: str, walk: _Walk) -> bool:
    try:
        address = ip_address(need)
    except ValueError:
        return need.lower() in walk.includes
    networks = [ip_network(one) for one in [*walk.networks, *walk.addresses]]
    return any(address in network for network in networks if network.version == address.version)


def _spf_records(records: Sequence[str]) -> list[str]:
    return [one for one in records if one.lower() == "v=spf1" or one.lower().startswith("v=spf1 ")]


def _wanted(domain: str, record: str, needs: Sequence[str]) -> Publish:
    """`record` with what it lacks, put in front because receivers read from the left."""
    return Publish(domain, "TXT", " ".join(["v=spf1", *map(_term_for, needs), *record.split()[1:]]))


def _term_for(need: str) -> str:
    try:
        return f"ip{ip_address(need).version}:{need}"
    except ValueError:
        return f"include:{need}"
