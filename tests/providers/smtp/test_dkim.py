"""Signatures that others can verify."""

import subprocess
from collections.abc import Callable

import dkim as dkimpy
import pytest

from outreach.domain.errors import BadInput
from outreach.providers.smtp.dkim import Signer
from tests.providers.smtp.returned_mail import OURS

MAIL = (OURS + "\nHello Anna,\n\nthe frost comes.\n").encode().replace(b"\n", b"\r\n")


def openssl(*words: str, given: bytes = b"") -> bytes:
    return subprocess.run(["openssl", *words], input=given, capture_output=True, check=True).stdout


@pytest.fixture(scope="module")
def key() -> bytes:
    return openssl("genrsa", "1024")


@pytest.fixture
def sign(key: bytes) -> Callable[[bytes], bytes]:
    return Signer("hearth.example", "autumn", key).sign


@pytest.fixture
def holds(key: bytes) -> Callable[[bytes], bool]:
    """Whether a mail's signature holds, with the public key where the signature says it is."""
    public = b"".join(openssl("rsa", "-pubout", given=key).splitlines()[1:-1])

    def look_up(name: bytes, timeout: int = 5) -> bytes:
        return b"v=DKIM1; k=rsa; p=" + public if name == b"autumn._domainkey.hearth.example." else b""

    def verify(mail: bytes) -> bool:
        return bool(dkimpy.verify(mail, minkey=1024, dnsfunc=look_up))

    return verify


def test_a_signed_mail_is_the_mail_with_a_signature_that_holds(
    sign: Callable[[bytes], bytes], holds: Callable[[bytes], bool]
) -> None:
    signed = sign(MAIL)
    assert signed.endswith(MAIL)
    assert signed.startswith(b"DKIM-Signature: ")
    assert holds(signed)


def test_it_is_relaxed_whole_and_answers_for_both_unsubscribe_headers(sign: Callable[[bytes], bytes]) -> None:
    tags = b"".join(sign(MAIL)[: -len(MAIL)].partition(b": ")[2].split()).decode()
    said = dict(tag.split("=", 1) for tag in tags.split(";") if tag)
    assert (said["c"], said["a"], said["d"], said["s"]) == ("relaxed/relaxed", "rsa-sha256", "hearth.example", "autumn")
    assert "l" not in said
    signed = said["h"].split(":")
    assert {"list-unsubscribe", "list-unsubscribe-post", "from", "message-id"} <= set(signed)
    assert signed.count("from") == signed.count("subject") == 2


def test_mail_that_was_refolded_on_its_way_still_holds(
    sign: Callable[[bytes], bytes], holds: Callable[[bytes], bool]
) -> None:
    assert holds(sign(MAIL).replace(b"To: anna@customer.example", b"to:  anna@customer.example"))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"frost", b"Frost"),
        (b"Subject: Your", b"Subject: My"),
        (b"/u/", b"/x/"),
        (b"From: ", b"From: x@y.example\r\nFrom: "),
        (b"Subject: ", b"Subject: another\r\nSubject: "),
        (b"comes.\r\n", b"comes.\r\nBuy now!\r\n"),
    ],
)
def test_what_was_changed_or_added_on_its_way_does_not_hold(
    sign: Callable[[bytes], bytes], holds: Callable[[bytes], bool], before: bytes, after: bytes
) -> None:
    signature = sign(MAIL)[: -len(MAIL)]
    changed = MAIL.replace(before, after, 1)
    assert changed != MAIL
    assert not holds(signature + changed)


def test_a_broken_key_is_refused_at_once_and_not_repeated(key: bytes) -> None:
    with pytest.raises(BadInput) as refusal:
        Signer("hearth.example", "autumn", b"-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n")
    assert "DKIM_KEY" in str(refusal.value)
    assert "c2VjcmV0" not in str(refusal.value)
    assert "PRIVATE" not in repr(Signer("hearth.example", "autumn", key))


@pytest.mark.parametrize(("domain", "selector"), [("", "autumn"), ("hearth.example", "")])
def test_a_signature_needs_a_domain_and_a_selector(key: bytes, domain: str, selector: str) -> None:
    with pytest.raises(BadInput):
        Signer(domain, selector, key)
