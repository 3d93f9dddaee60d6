"""DMARC (RFC 7489, and the tree walk of its successor): the policy, who is told, and whether our domains align."""

from collections.abc import Sequence
from dataclasses import dataclass

from outreach.domain.sender_check.records import (
    CheckFinding,
    CheckLevel,
    Inquiry,
    Part,
    Publish,
    RecordType,
    could_not_ask,
    tags,
)

POLICIES = ("none", "quarantine", "reject")
#: Names that the walk up the tree asks at most.
_LONGEST_WALK = 8


@dataclass(frozen=True, slots=True)
class _Applies:
    """The record that applies, and whose it is."""

    owner: str
    record: str


def judge_dmarc(from_domain: str, *, return_path: str, signs_as: str, inquiry: Inquiry) -> list[CheckFinding]:
    """What a receiver makes of the DMARC record for `from_domain`, and whether what we send passes it.

    Args:
        return_path: domain of the envelope sender. signs_as: domain of our DKIM signatures, "" if none.
    """
    names = _walk_up(from_domain)
    answers = [inquiry.ask(f"_dmarc.{name}", RecordType.TXT) for name in names]
    if any(answer is None for answer in answers):
        return []
    applying: _Applies | None = None
    publish = Publish(f"_dmarc.{from_domain}", "TXT", f"v=DMARC1; p=none; rua=mailto:dmarc@{from_domain}")
    for name, answer in zip(names, answers, strict=True):
        assert answer is not None
        if not answer.is_known:
            return [could_not_ask(Part.DMARC, f"_dmarc.{name}", answer)]
        records = [one for one in answer.records if _is_dmarc(one)]
        if len(records) > 1:
            words = f"_dmarc.{name} has {len(records)} records; receivers then act as if there were none. Keep one."
            return [CheckFinding(Part.DMARC, CheckLevel.ERROR, words)]
        if records:
            applying = _Applies(name, records[0])
            break
    if applying is None:
        words = (
            f"{from_domain} has no DMARC record; Gmail, Yahoo and Microsoft ask everybody who writes to many for one."
        )
        return [CheckFinding(Part.DMARC, CheckLevel.ERROR, words, publish)]
    return _verdict(from_domain, applying, return_path=return_path, signs_as=signs_as, publish=publish, inquiry=inquiry)


def _verdict(
    from_domain: str,
    applying: _Applies,
    *,
    return_path: str,
    signs_as: str,
    publish: Publish,
    inquiry: Inquiry,
) -> list[CheckFinding]:
    name, said = f"_dmarc.{applying.owner}", tags(applying.record)
    asked = said.get("sp", said.get("p", "")) if said and applying.owner != from_domain else (said or {}).get("p", "")
    if said is None or asked.lower() not in POLICIES:
        words = f"The record at {name} cannot be read or names no policy (p=none, quarantine or reject)."
        return [CheckFinding(Part.DMARC, CheckLevel.ERROR, words, publish)]
    policy = asked.lower()
    meaning = {
        "none": "receivers only watch; that is enough to begin with",
        "quarantine": "mail that fails goes to the junk folder",
        "reject": "mail that fails is refused",
    }[policy]
    found = [CheckFinding(Part.DMARC, CheckLevel.OK, f"The policy at {name} is {policy}: {meaning}.")]
    found += _reports(name, said, applying, inquiry)
    if said.get("pct", "100") != "100" and policy != "none":
        words = f"The record at {name} asks for its policy on {said['pct']} % only (pct=); most receivers ignore that."
        found.append(CheckFinding(Part.DMARC, CheckLevel.WARNING, words))
    found.append(_alignment(from_domain, applying.owner, said, {"SPF": return_path, "DKIM": signs_as}))
    return found


def _alignment(from_domain: str, owner: str, said: dict[str, str], domains: dict[str, str]) -> CheckFinding:
    """Whether at least one of our two proofs is about the domain that readers see."""
    strict = {"SPF": said.get("aspf", "r").lower() == "s", "DKIM": said.get("adkim", "r").lower() == "s"}
    aligned = [
        f"{proof} ({domain})"
        for proof, domain in domains.items()
        if domain and (domain == from_domain if strict[proof] else _related(domain, from_domain, owner))
    ]
    if aligned:
        words = f"Our mail passes DMARC by {' and by '.join(aligned)}, which agree with the From address."
        return CheckFinding(Part.DMARC, CheckLevel.OK, words)
    used = ", ".join(f"{proof} for {domain or 'no domain'}" for proof, domain in domains.items())
    words = f"Neither proof agrees with the From address at {from_domain} ({used}), so our mail fails DMARC."
    return CheckFinding(Part.DMARC, CheckLevel.ERROR, words)


def _related(domain: str, from_domain: str, owner: str) -> bool:
    """Relaxed alignment: both belong to the domain that owns the policy, or one is a part of the other."""
    alike = _is_part(domain, from_domain) or _is_part(from_domain, domain)
    return alike or all(_is_part(one, owner) for one in (domain, from_domain))


def _is_part(domain: str, of: str) -> bool:
    return domain == of or domain.endswith("." + of)


def _reports(name: str, said: dict[str, str], applying: _Applies, inquiry: Inquiry) -> list[CheckFinding]:
    """Whether somebody is told, and may be told (7.1: another domain has to agree to get our reports)."""
    targets = [part.strip() for part in said.get("rua", "").split(",") if part.strip()]
    if not targets:
        words = f"The record at {name} names nobody to be told (rua=), so nobody learns of mail in our name."
        mended = applying.record.strip().rstrip("; ") + f"; rua=mailto:dmarc@{applying.owner}"
        return [CheckFinding(Part.DMARC, CheckLevel.WARNING, words, Publish(name, "TXT", mended))]
    found: list[CheckFinding] = []
    for target in targets:
        domain = target.partition("!")[0].rpartition("@")[2].lower()
        if not target.lower().startswith("mailto:") or not domain:
            words = f"The record at {name} names {target!r} to be told (rua=), which is no mailto: address."
            found.append(CheckFinding(Part.DMARC, CheckLevel.WARNING, words))
        elif not _is_part(domain, applying.owner):
            permit = f"{applying.owner}._report._dmarc.{domain}"
            answer = inquiry.ask(permit, RecordType.TXT)
            if answer and answer.is_known and not any("v=dmarc1" in one.lower() for one in answer.records):
                words = f"{domain} has not agreed to get the reports that {name} sends there, so they are not sent."
                found.append(CheckFinding(Part.DMARC, CheckLevel.WARNING, words, Publish(permit, "TXT", "v=DMARC1")))
    return found


def _walk_up(domain: str) -> Sequence[str]:
    """The domain and its parents down to two labels, as the tree walk asks them."""
    labels = domain.split(".")
    return [".".join(labels[start:]) for start in range(max(1, len(labels) - 1))][:_LONGEST_WALK]


def _is_dmarc(record: str) -> bool:
    """A policy of ours; one of a public suffix (psd=y) speaks for those who have none."""
    folded = record.replace(" ", "").lower()
    return folded.startswith("v=dmarc1") and "psd=y" not in folded.split(";")
