"""Text messages: encodings and segments as the networks count them (3GPP TS 23.038)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.rendering.sms import Encoding, counted, says_stop


@pytest.mark.parametrize(
    ("text", "encoding", "segments"),
    [
        ("", Encoding.GSM_7, 1),
        ("a" * 160, Encoding.GSM_7, 1),
        ("a" * 161, Encoding.GSM_7, 2),
        ("a" * 306, Encoding.GSM_7, 2),
        ("a" * 307, Encoding.GSM_7, 3),
        ("€" * 80, Encoding.GSM_7, 1),
        ("€" * 81, Encoding.GSM_7, 2),
        # A sign of two septets is never split between segments: 152 of 153 are used.
        ("€" * 76 + "a" + "€" * 76, Encoding.GSM_7, 2),
        ("好" * 70, Encoding.UCS_2, 1),
        ("好" * 71, Encoding.UCS_2, 2),
        ("😀" * 35, Encoding.UCS_2, 1),
        ("😀" * 36, Encoding.UCS_2, 2),
        # 67 units hold 33 pairs; the 34th begins the next segment.
        ("😀" * 67, Encoding.UCS_2, 3),
        ("ŵ" + "a" * 69, Encoding.UCS_2, 1),
    ],
)
def test_segments_are_counted_as_networks_do(text: str, encoding: Encoding, segments: int) -> None:
    sms = counted(text)
    assert (sms.encoding, sms.segments) == (encoding, segments)


@pytest.mark.parametrize("sign", "\f^{}\\[~]|€")
def test_a_sign_of_the_extension_table_counts_double(sign: str) -> None:
    assert [counted("a" * length + sign).segments for length in (158, 159)] == [1, 2]


@pytest.mark.parametrize(
    ("sign", "plain"),
    [("\u00a0", " "), ("\u202f", " "), ("’", "'"), ("“", '"'), ("–", "-"), ("…", "..."), ("\u200b", "")],
)
def test_a_sign_that_a_word_processor_put_in_is_made_plain(sign: str, plain: str) -> None:
    sms = counted(f"a{sign}b")
    assert (sms.body, sms.encoding) == (f"a{plain}b", Encoding.GSM_7)


def test_typographic_signs_alone_never_double_the_price() -> None:
    sms = counted("It’s cold\u00a0– “wrap” the taps…")
    assert (sms.body, sms.encoding) == ('It\'s cold - "wrap" the taps...', Encoding.GSM_7)


def test_a_text_that_needs_ucs_2_anyway_keeps_its_typography() -> None:
    assert counted("“好”").body == "“好”"


@given(text=st.text(max_size=500), more=st.text(alphabet="好😀é", max_size=20))
def test_more_words_in_the_same_encoding_never_cost_less(text: str, more: str) -> None:
    shorter, longer = counted("好" + text), counted("好" + text + more)
    assert 1 <= shorter.segments <= longer.segments


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("Frost tonight. Reply STOP to opt out.", True),
        ("今晚有霜。回复STOP退订。", True),
        ("صقيع الليلة. للإلغاء أرسلوا STOP.", True),
        ("STOP", True),
        ("STOPCOCK open? Call us.", False),
        ("Please stop by.", False),
        ("", False),
    ],
)
def test_the_word_that_ends_texts_is_found_in_any_language_but_not_within_another_word(body: str, said: bool) -> None:
    assert says_stop(body) is said
