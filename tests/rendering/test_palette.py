"""One colour of the business, readable everywhere."""

from hypothesis import given
from hypothesis import strategies as st

from outreach.rendering.palette import contrast, palette

colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@given(colours)
def test_words_can_be_read_whatever_colour_the_business_has(colour: str) -> None:
    chosen = palette(colour)
    assert chosen.accent == colour
    assert contrast(chosen.link, "#ffffff") >= 4.5
    assert contrast(chosen.link_dark, "#1d1f23") >= 4.5
    assert contrast(chosen.on_accent, chosen.accent) >= 3.9


def test_what_is_no_colour_gives_a_quiet_blue() -> None:
    assert palette("red; background: url(x)").accent == "#2b4c7e"


def test_contrast_is_that_of_the_web_guidelines() -> None:
    assert contrast("#000000", "#ffffff") == 21
    assert round(contrast("#777777", "#ffffff"), 2) == 4.48
