"""Slots: a text split once and joined per message says what Jinja would have said."""

from hypothesis import given
from hypothesis import strategies as st

from outreach.rendering.environment import merge_environment
from outreach.rendering.fields import cleaned
from outreach.rendering.merge import Field, pieces
from outreach.rendering.slots import Marks, Own

literals = st.text(st.characters(exclude_characters="{}\r", exclude_categories=["Cs"]))
names = st.sampled_from(["contact.first_name", "contact.last_name", "contact.company"])
defaults = st.text(st.characters(exclude_characters='"\\{}%#', exclude_categories=["Cs", "Cc", "Cf"])).map(cleaned)
fields = st.one_of(
    names.map(lambda name: f"{{{{ {name} }}}}"),
    st.builds(lambda name, text: f'{{{{ {name} | default("{text}") }}}}', names, defaults),
)
values = st.one_of(st.just(""), st.text(), st.sampled_from(["<b>", "{{ 7 * 7 }}", "OUTREACHSLOT0X", "&amp;"])).map(
    cleaned
)


@given(
    parts=st.lists(st.one_of(literals, fields), max_size=6), one=values, two=values, three=values, html=st.booleans()
)
def test_a_filled_skeleton_is_what_jinja_renders(parts: list[str], one: str, two: str, three: str, html: bool) -> None:
    text = "".join(parts)
    contact = {"first_name": one, "last_name": two, "company": three}
    environment = merge_environment(autoescape=html)
    marks = Marks()
    skeleton = marks.split(marks.marked(pieces(text)))
    printed = [contact[slot.name.partition(".")[2]] or slot.default for slot in marks.slots if isinstance(slot, Field)]
    if html:
        escaped = environment.from_string("{{ value }}")
        printed = [escaped.render(value=value) for value in printed]
    assert skeleton.filled(printed) == environment.from_string(text).render(contact=contact)


def test_equal_slots_share_a_place_in_the_table() -> None:
    marks = Marks()
    words = [marks.mark(slot) for slot in (Own.CLICK, Own.PIXEL, Own.CLICK, Own.RIDERS)]
    assert marks.slots == [Own.CLICK, Own.PIXEL, Own.RIDERS]
    assert marks.split(" ".join(words)).filled(["a", "b", "c"]) == "a b a c"
