"""Who a text comes from."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.providers.twilio.senders import Sender, SenderKind, read_sender


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("+442079460000", Sender(SenderKind.NUMBER, "+442079460000")),
        ("+44 (20) 7946-0000", Sender(SenderKind.NUMBER, "+442079460000")),
        ("12345", Sender(SenderKind.SHORT_CODE, "12345")),
        ("Hearth", Sender(SenderKind.NAME, "Hearth")),
        ("H&H Energy", Sender(SenderKind.NAME, "H&H Energy")),
        ("4ever", Sender(SenderKind.NAME, "4ever")),
        ("MG" + 32 * "a", Sender(SenderKind.SERVICE, "MG" + 32 * "a")),
    ],
)
def test_each_kind_is_told_by_its_form(text: str, expected: Sender) -> None:
    assert read_sender(text) == expected


@pytest.mark.parametrize(
    "text",
    ["", "12", "123456789", "+0123456789", "+44", "Hearth and Home", "Wärme", "MG" + 31 * "a", "A\n", "--"],
)
def test_what_is_none_of_them_is_refused_with_how_it_should_look(text: str) -> None:
    with pytest.raises(ValueError, match=r"\+442079460000"):
        read_sender(text)


@given(st.text(max_size=40))
def test_whatever_stands_there_is_plain_or_refused(text: str) -> None:
    try:
        sender = read_sender(text)
    except ValueError:
        return
    assert sender.value.isascii()
    assert sender.value.isprintable()
