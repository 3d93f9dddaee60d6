"""The gap as a function of all a contact's messages."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from outreach.domain.rhythm.band import RhythmBand
from outreach.domain.rhythm.cadence import Observation
from outreach.domain.rhythm.explain import sentence
from outreach.domain.rhythm.lessons import MessageStory, learnt_gap, lessons, revised

BAND = RhythmBand(6, 14, 35)
START = datetime(2026, 6, 1, 10, tzinfo=UTC)


def story(number: int = 1, **happened: bool) -> MessageStory:
    return MessageStory(UUID(int=number), START + timedelta(days=14 * number), "Monthly newsletter", **happened)


def test_a_contact_without_messages_stands_at_the_target() -> None:
    assert learnt_gap([], band=BAND) == 14


def test_a_message_still_waiting_for_an_answer_teaches_nothing() -> None:
    assert lessons(story()) == ()


def test_the_most_telling_answer_is_the_lesson() -> None:
    assert lessons(story(opened=True, clicked=True, unanswered=True)) == (Observation.HUMAN_CLICK,)
    assert lessons(story(opened=True, unanswered=True)) == (Observation.HUMAN_OPEN,)
    assert lessons(story(replied=True, clicked=True)) == (Observation.REPLY,)
    assert lessons(story(unanswered=True)) == (Observation.SILENCE,)


def test_a_complaint_comes_on_top_and_has_the_last_word() -> None:
    assert learnt_gap([story(clicked=True, complained=True)], band=BAND) == BAND.max_gap


def test_a_click_shortens_and_silence_stretches() -> None:
    assert learnt_gap([story(clicked=True)], band=BAND) < 14 < learnt_gap([story(unanswered=True)], band=BAND)


def test_a_click_after_an_open_makes_the_step_larger_and_does_not_add_to_it() -> None:
    opened_only = learnt_gap([story(opened=True)], band=BAND)
    both = learnt_gap([story(opened=True, clicked=True)], band=BAND)
    assert both == learnt_gap([story(clicked=True)], band=BAND) < opened_only


def test_the_sentence_names_the_message_and_both_gaps() -> None:
    clicked = story(clicked=True)
    step = revised(14.0, [clicked], news=frozenset([clicked.touch_id]), band=BAND)
    assert step is not None
    assert (step.touch_id, step.before) == (clicked.touch_id, 14.0)
    words = sentence(step.reason)
    assert words.startswith("Gap shortened from 14 to ")
    assert "clicked in the Monthly newsletter of 15 June 2026" in words


def test_a_lesson_taken_back_is_told_as_what_it_is() -> None:
    shortened = learnt_gap([story(clicked=True)], band=BAND)
    step = revised(shortened, [story()], news=frozenset([story().touch_id]), band=BAND)
    assert step is not None
    assert step.after == 14
    assert sentence(step.reason).startswith("Gap set right")


def test_no_sentence_says_shortened_of_a_gap_that_grew() -> None:
    # The second message brings a click, but the pack has moved the band since.
    wider = RhythmBand(6, 30, 60)
    step = revised(14.0, [story(clicked=True)], news=frozenset([story().touch_id]), band=wider)
    assert step is not None
    assert step.after > step.before
    assert "shortened" not in sentence(step.reason)


def test_no_news_is_no_change() -> None:
    clicked = story(clicked=True)
    gap = learnt_gap([clicked], band=BAND)
    assert revised(gap, [clicked], news=frozenset([clicked.touch_id]), band=BAND) is None


STORIES = st.lists(st.tuples(*[st.booleans()] * 5), max_size=12).map(
    lambda rows: [
        story(number, opened=row[0], clicked=row[1], replied=row[2], complained=row[3], unanswered=row[4])
        for number, row in enumerate(rows)
    ]
)


@given(STORIES, st.randoms(use_true_random=False))
def test_the_gap_stays_in_the_band_and_does_not_depend_on_the_order_of_the_rows(
    stories: list[MessageStory], random: Random
) -> None:
    gap = learnt_gap(stories, band=BAND)
    assert BAND.min_gap <= gap <= BAND.max_gap
    random.shuffle(stories)
    assert learnt_gap(stories, band=BAND) == gap


@given(STORIES.filter(bool), st.data())
def test_an_answer_never_gives_a_longer_gap_than_silence_and_a_complaint_never_a_shorter(
    stories: list[MessageStory], data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(stories) - 1))

    def with_story(**happened: bool) -> float:
        changed = replace(stories[place], **{"opened": False, "clicked": False, "replied": False, **happened})
        return learnt_gap([*stories[:place], changed, *stories[place + 1 :]], band=BAND)

    assert with_story(clicked=True) <= with_story(opened=True) <= with_story(unanswered=True)
    assert with_story(complained=True) >= with_story(complained=False)
