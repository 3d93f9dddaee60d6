"""DKIM (RFC 6376, 8301, 8463): whether the public key of our signatures is where receivers look for it, and sound."""

import base64
import binascii

from dkim.crypto import UnparsableKeyError, parse_public_key

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

#: Bits of an RSA key: below the first receivers ignore the signature, below the second they soon will.
BROKEN_BELOW = 1024
WEAK_BELOW = 2048


def judge_dkim(domain: str, selector: str, *, key: str, inquiry: Inquiry) -> list[CheckFinding]:
    """What a receiver makes of the key at `selector`.

    Args:
        key: the public half of the key we sign with, base64 of its DER; "" where a vendor signs.
    """
    name = f"{selector}._domainkey.{domain}"
    answer = inquiry.ask(name, RecordType.TXT)
    if answer is None:
        return []
    if not answer.is_known:
        return [could_not_ask(Part.DKIM, name, answer)]
    publish = Publish(name, "TXT", f"v=DKIM1; k=rsa; p={key}") if key else None
    where = "" if key else " Your mail vendor's page on sender authentication shows the record to publish."
    records = [one for one in answer.records if "p=" in one]
    if not records:
        words = f"There is no key at {name}, so no signature of our mail can be verified.{where}"
        return [CheckFinding(Part.DKIM, CheckLevel.ERROR, words, publish)]
    if len(records) > 1:
        words = f"There are {len(records)} keys at {name}; which one counts is chance. Keep one."
        return [CheckFinding(Part.DKIM, CheckLevel.ERROR, words, publish)]
    level, words = _verdict(name, records[0], key)
    return [CheckFinding(Part.DKIM, level, words, publish if level is not CheckLevel.OK else None)]


def _verdict(name: str, record: str, key: str) -> tuple[CheckLevel, str]:
    said = tags(record)
    if said is None or said.get("v", "DKIM1") != "DKIM1":
        return CheckLevel.ERROR, f"What stands at {name} is no DKIM key; receivers ignore it."
    public = "".join(said.get("p", "").split())
    if not public:
        return CheckLevel.ERROR, f"The key at {name} was revoked: its p= is empty."
    if "sha256" not in said.get("h", "sha256").lower().split(":"):
        return CheckLevel.ERROR, f"The key at {name} does not allow SHA-256, which all signatures use today."
    if not {"*", "email"} & set(said.get("s", "*").lower().split(":")):
        return CheckLevel.ERROR, f"The key at {name} is not meant for mail: its s= says {said['s']}."
    kind = said.get("k", "rsa").lower()
    bits = _bits(kind, public)
    if bits is None:
        return CheckLevel.ERROR, f"The key at {name} cannot be read ({kind}); perhaps a part of it got lost in copying."
    if key and public != key:
        return CheckLevel.ERROR, f"The key at {name} is not the one we sign with, so every signature fails."
    if kind == "rsa" and bits < BROKEN_BELOW:
        return CheckLevel.ERROR, f"The key at {name} has {bits} bits; receivers ignore keys below {BROKEN_BELOW}."
    if kind == "rsa" and bits < WEAK_BELOW:
        return CheckLevel.WARNING, f"The key at {name} has {bits} bits; make a new one of {WEAK_BELOW}."
    if "y" in said.get("t", "").lower().split(":"):
        words = f"The key at {name} says that it is a trial (t=y); some receivers then treat our mail as unsigned."
        return CheckLevel.WARNING, words
    return CheckLevel.OK, f"The key at {name} is sound ({kind}, {bits} bits)."


def _bits(kind: str, public: str) -> int | None:
    """Length of a key in bits; None if it cannot be read."""
    try:
        der = base64.b64decode(public, validate=True)
        if kind == "ed25519":
            return 256 if len(der) == 32 else None
        return int(parse_public_key(der)["modulus"]).bit_length() if kind == "rsa" else None
    # dkimpy says UnparsableKeyError, and IndexError or its like for a key that was cut off.
    except (binascii.Error, UnparsableKeyError, LookupError, TypeError, ValueError):
        return None
