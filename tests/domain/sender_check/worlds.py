"""A world of records, and the questions put to it until nothing is left to ask."""

from collections.abc import Mapping, Sequence

from outreach.domain.sender_check.judge import SenderSetup, judge
from outreach.domain.sender_check.records import Answer, CheckFinding, CheckLevel, Fate, Part, Question

#: Records by "name type"; a Fate stands for what went wrong.
World = Mapping[str, Sequence[str] | Fate]

RSA_768 = (
    "MHwwDQYJKoZIhvcNAQEBBQADawAwaAJhAOOSpIgLuDr4Iw/dZspLT9E40zeMsmKNrgT9e8ZfByXH/FDTKd0nXnHUevMVZcw2Q9dg"
    "+uMlO9aP7mxJtttuFrVllAeaHc+KcvNfwiinBLlwxQU/AwGsbGAh1stMRZpjAQIDAQAB"
)
RSA_1024 = (
    "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDtLOvdURoZ8iZs+Hgykk4O1d4O++gMLE/S0TUW8/CWJCwTlDv4KoZ31/CIm/uv"
    "m6E505KA58iWKt1wYqO9yOiVkNQbKVzz6b9SXE2udfv4vSPPh/HmkRXGP/g48Obxt+he7JY4/frVal8agx5bms+tP96s1IzB1X18"
    "Wq3BSvTXuQIDAQAB"
)
RSA_2048 = (
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAw2YlU73fBMDK2U43HBcKY8yZ4ItHlaPP2fTXa9+v8udG4i+6FnT2f7iF"
    "JIL4CnKtpO6mMcAaTNJ1bzOVg+FzVhEUo+47/VzAF6z14OP5cJm80dprl2sldq+g1cbxi+noCKCtbBMBcql2oqyx5c1zmg49xtyj"
    "2DHizUgKsXsDOOCAJxbyr4oMsufR+s2m1/I/j+Eqp7ptVPQwEQw3kV835Q2ftRO88qoxrCBe9VlXUZ217BKyZrkzEr0x1PIABxew"
    "FWZgbV6fn3VWWczqP04Z4G8PYul/GEvB1s0uBDfc0OVWq4+9QRWS3rHZdMdjRZ6sLHUmKNFUCZoEg8PyIY/xmQIDAQAB"
)

ED25519 = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="  # RFC 8463, A.2

SETUP = SenderSetup(
    from_domain="hearth.example",
    return_path="hearth.example",
    spf_needs=("relay.example",),
    signs_as="hearth.example",
    selectors=("s1",),
)
KEY = "s1._domainkey.hearth.example TXT"
#: A sender with whom everything is in order.
SOUND: World = {
    "hearth.example TXT": ["v=spf1 include:relay.example ~all", "some-site-verification=1"],
    "relay.example TXT": ["v=spf1 ip4:192.0.2.0/24 -all"],
    KEY: [f"v=DKIM1; k=rsa; p={RSA_2048}"],
    "_dmarc.hearth.example TXT": ["v=DMARC1; p=none; rua=mailto:dmarc@hearth.example"],
    "hearth.example MX": ["10 mail.hearth.example"],
    "mail.hearth.example A": ["192.0.2.9"],
}


def check(world: World, setup: SenderSetup = SETUP) -> list[CheckFinding]:
    """What the whole check finds."""
    answers: dict[Question, Answer] = {}
    names = {key.split()[0] for key in world}
    for _ in range(25):
        verdict = judge(setup, answers)
        if not verdict.wanted:
            return list(verdict.findings)
        answers |= {question: _answer(question, world, names) for question in verdict.wanted}
    raise AssertionError("the check never ends")


def of_part(part: Part, changes: World, setup: SenderSetup = SETUP) -> list[CheckFinding]:
    """What is found of one part in a sound world with some changes."""
    return [one for one in check({**SOUND, **changes}, setup) if one.part is part]


def worst(findings: Sequence[CheckFinding]) -> CheckFinding:
    """The gravest finding."""
    order = [CheckLevel.OK, CheckLevel.UNKNOWN, CheckLevel.WARNING, CheckLevel.ERROR]
    return max(findings, key=lambda one: order.index(one.level))


def _answer(question: Question, world: World, names: set[str]) -> Answer:
    found = world.get(f"{question.name} {question.type}")
    if isinstance(found, Fate):
        return Answer(found)
    if found is None:
        return Answer(Fate.NO_RECORD if question.name in names else Fate.NO_SUCH_NAME)
    return Answer(Fate.FOUND, tuple(found))
