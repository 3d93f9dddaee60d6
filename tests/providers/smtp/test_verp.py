"""Return paths that name their message."""

from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.providers.smtp.verp import ReturnPath

PATH = ReturnPath("bounce.hearth.example", [b"a secret of a test"])


@given(st.uuids())
def test_every_message_is_read_back_from_its_return_path(touch_id: UUID) -> None:
    address = PATH.of(touch_id)
    local = address.partition("@")[0]
    assert len(local) <= 64
    assert local == local.lower()
    assert PATH.read(address) == touch_id
    assert list(PATH.find(f"Original-Mail-From: <{address}>; and more")) == [touch_id]


def test_servers_that_fold_case_or_write_the_plus_in_hex_do_not_break_it() -> None:
    touch_id = uuid4()
    address = PATH.of(touch_id)
    assert PATH.read(address.upper().replace("BOUNCES", "bounces")) == touch_id
    assert PATH.read(address.replace("bounces", "Bounces")) == touch_id
    assert list(PATH.find(address.replace("+", "=2B"))) == [touch_id]


def test_a_signature_of_somebody_else_is_not_believed() -> None:
    forged = ReturnPath("bounce.hearth.example", [b"another secret"]).of(uuid4())
    assert PATH.read(forged) is None
    assert list(PATH.find(f"<{forged}>")) == []


def test_another_domain_is_not_ours() -> None:
    assert PATH.read(PATH.of(uuid4()).replace("hearth", "heart")) is None


def test_no_other_message_can_be_made_of_it() -> None:
    address = PATH.of(uuid4())
    for place in range(8, 50):
        other = "b" if address[place] == "a" else "a"
        assert PATH.read(address[:place] + other + address[place + 1 :]) is None


def test_a_new_secret_signs_and_the_old_one_is_still_read() -> None:
    touch_id = uuid4()
    renewed = ReturnPath(PATH.domain, [b"a newer secret", *PATH.keys])
    assert renewed.read(PATH.of(touch_id)) == touch_id
    assert PATH.read(renewed.of(touch_id)) is None


@pytest.mark.parametrize("text", ["", "bounces+@bounce.hearth.example", "bounces+" + "a" * 42 + "@", "x" * 5000])
def test_nonsense_names_nothing(text: str) -> None:
    assert PATH.read(text) is None
    assert list(PATH.find(text)) == []


@pytest.mark.parametrize(("domain", "keys"), [("", [b"k"]), ("b.example", [])])
def test_it_needs_a_domain_and_a_key(domain: str, keys: list[bytes]) -> None:
    with pytest.raises(ValueError, match="needs"):
        ReturnPath(domain, keys)
