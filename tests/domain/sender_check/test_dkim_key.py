"""Keys of signatures, sound and broken."""

from dataclasses import replace

import pytest

from outreach.domain.sender_check.records import CheckLevel, Fate, Part, Publish
from tests.domain.sender_check.worlds import ED25519, KEY, RSA_768, RSA_1024, RSA_2048, SETUP, of_part


def test_a_sound_key_says_its_length() -> None:
    (finding,) = of_part(Part.DKIM, {})
    assert finding.words == "The key at s1._domainkey.hearth.example is sound (rsa, 2048 bits)."
    assert finding.level is CheckLevel.OK


@pytest.mark.parametrize(
    ("record", "level", "words"),
    [
        (f"p={RSA_2048}", CheckLevel.OK, "2048 bits"),
        (f"v=DKIM1; k=ed25519; p={ED25519}", CheckLevel.OK, "ed25519"),
        (f"v=DKIM1; h=sha1:sha256; s=email; p={RSA_2048};", CheckLevel.OK, "sound"),
        (f"v=DKIM1; p={RSA_2048[:40]} {RSA_2048[40:]}", CheckLevel.OK, "sound"),
        (f"v=DKIM1; p={RSA_1024}", CheckLevel.WARNING, "1024 bits"),
        (f"v=DKIM1; t=y:s; p={RSA_2048}", CheckLevel.WARNING, "trial"),
        (f"v=DKIM1; p={RSA_768}", CheckLevel.ERROR, "768 bits"),
        ("v=DKIM1; p=", CheckLevel.ERROR, "revoked"),
        (f"v=DKIM1; p={RSA_2048[:100]}", CheckLevel.ERROR, "cannot be read"),
        (f"v=DKIM1; p={RSA_2048[:-3]}", CheckLevel.ERROR, "cannot be read"),
        ("v=DKIM1; p=not base64!", CheckLevel.ERROR, "cannot be read"),
        ("v=DKIM1; p=AAAA", CheckLevel.ERROR, "cannot be read"),
        (f"v=DKIM1; k=dsa; p={RSA_2048}", CheckLevel.ERROR, "cannot be read (dsa)"),
        (f"v=DKIM1; k=ed25519; p={RSA_2048}", CheckLevel.ERROR, "cannot be read (ed25519)"),
        (f"v=DKIM2; p={RSA_2048}", CheckLevel.ERROR, "no DKIM key"),
        (f"v=DKIM1 k=rsa p={RSA_2048}; ; x", CheckLevel.ERROR, "no DKIM key"),
        (f"v=DKIM1; h=sha1; p={RSA_2048}", CheckLevel.ERROR, "SHA-256"),
        (f"v=DKIM1; s=other; p={RSA_2048}", CheckLevel.ERROR, "not meant for mail"),
    ],
)
def test_a_record_is_judged_as_receivers_read_it(record: str, level: CheckLevel, words: str) -> None:
    (finding,) = of_part(Part.DKIM, {KEY: [record]})
    assert (finding.level, words in finding.words) == (level, True), finding.words


def test_a_missing_key_of_ours_comes_with_the_record_to_publish() -> None:
    setup = replace(SETUP, key=RSA_2048)
    (finding,) = of_part(Part.DKIM, {KEY: Fate.NO_SUCH_NAME}, setup)
    assert finding.publish == Publish("s1._domainkey.hearth.example", "TXT", f"v=DKIM1; k=rsa; p={RSA_2048}")


def test_a_missing_key_of_a_vendor_says_where_it_is_shown() -> None:
    (finding,) = of_part(Part.DKIM, {KEY: Fate.NO_RECORD})
    assert (finding.level, finding.publish) == (CheckLevel.ERROR, None)
    assert "vendor's page" in finding.words


def test_another_key_than_ours_fails_every_signature() -> None:
    setup = replace(SETUP, key=RSA_1024)
    (finding,) = of_part(Part.DKIM, {}, setup)
    assert (finding.level, "not the one we sign with" in finding.words) == (CheckLevel.ERROR, True)


def test_two_keys_are_one_too_many() -> None:
    (finding,) = of_part(Part.DKIM, {KEY: [f"p={RSA_2048}", f"p={RSA_1024}"]})
    assert "2 keys" in finding.words


def test_every_selector_is_looked_at() -> None:
    found = of_part(Part.DKIM, {}, replace(SETUP, selectors=("s1", "s2")))
    assert [one.level for one in found] == [CheckLevel.OK, CheckLevel.ERROR]


def test_without_a_selector_there_is_a_word_of_advice() -> None:
    (finding,) = of_part(Part.DKIM, {}, replace(SETUP, selectors=(), signs_as=""))
    assert (finding.level, "Nothing here signs" in finding.words) == (CheckLevel.WARNING, True)


@pytest.mark.parametrize("fate", [Fate.SERVER_FAILED, Fate.TIMED_OUT])
def test_what_could_not_be_looked_up_is_unknown(fate: Fate) -> None:
    (finding,) = of_part(Part.DKIM, {KEY: fate})
    assert finding.level is CheckLevel.UNKNOWN
