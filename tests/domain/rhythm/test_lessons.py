"""The rhythm as a function of all a contact's messages, and the sentence for every change."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.domain.rhythm.band import RhythmBand
from outreach.domain.rhythm.explain import sentence
from outreach.domain.rhythm.lessons import Folded, Learnt, forgotten, learnt
from outreach.domain.rhythm.stories import History, Story
from outreach.domain.rhythm.tuning import Tuning
from outreach.domain.touch import Channel, TouchClass

BAND = RhythmBand(6, 14, 35)
START = datetime(2026, 6, 1, 10, tzinfo=UTC)
PLAIN = Tuning()


def story(number: int = 1, **happened: Any) -> Story:
    return Story(UUID(int=number), START + timedelta(days=14 * number), "Monthly newsletter", **happened)


def a_history(*stories: Story, gap: float = 14.0, **values: Any) -> History:
    return History(7, gap, values.pop("band", BAND), stories, **values)


def told(history: History, *news: Story) -> Learnt:
    """What the stories teach, when some of them (or the last one) are news."""
    names = frozenset(one.touch_id for one in news or history.stories[-1:] if one.touch_id)
    (one,) = learnt([history], news=names, tuning=PLAIN)
    return one


def gap_of(*stories: Story, **values: Any) -> float:
    return float(Folded.of([a_history(*stories, **values)], tuning=PLAIN).gap[0])


def words(history: History, *news: Story) -> str:
    revision = told(history, *news).revision
    assert revision is not None
    return sentence(revision.reason)


def test_a_contact_without_messages_stands_at_the_target_and_nothing_is_known_of_it() -> None:
    one = told(a_history())
    assert gap_of() == 14
    assert one == Learnt(7, None, "", "", None)


def test_a_message_still_waiting_for_an_answer_teaches_nothing_and_weighs() -> None:
    assert gap_of(story(1)) == 14
    earlier = Folded.of([a_history(story(1), story(2, clicked=9))], tuning=PLAIN)
    assert earlier.learners.pressure[0] > 1
    assert earlier.taught.tolist() == [1]


def test_a_click_shortens_and_silence_stretches() -> None:
    silent = [story(number, matured=True) for number in (1, 2, 3)]
    assert gap_of(story(clicked=9)) < 14 < gap_of(*silent)


def test_what_a_person_did_later_replaces_what_they_did_before() -> None:
    assert gap_of(story(opened=9, clicked=9, matured=True)) == gap_of(story(opened=9, clicked=9))
    assert story(opened=9, clicked=9).answer == story(replied=True).answer != story(opened=9).answer


@pytest.mark.parametrize(
    "silent",
    [
        {"channel": Channel.SMS},
        {"arrived": False},
        {"touch_class": TouchClass.SERVICE},
        {"touch_class": TouchClass.RECOVERY},
    ],
)
def test_silence_that_may_mean_anything_teaches_nothing(silent: dict[str, Any]) -> None:
    assert gap_of(*[story(number, matured=True, **silent) for number in range(9)]) == 14


def test_visits_that_nobody_can_vouch_for_soften_silence_and_never_shorten_a_gap() -> None:
    silent, perhaps, surely = (
        gap_of(*[story(number, matured=True, **seen) for number in range(9)])
        for seen in ({}, {"glimpsed": True, "maybe_opened": 0.6}, {"opened": 9})
    )
    assert silent > perhaps >= 14 >= surely


def test_a_call_that_was_written_down_weighs_and_teaches_nothing() -> None:
    call = Story(None, START + timedelta(days=13), channel=Channel.CALL)
    alone, with_call = (
        Folded.of([a_history(*stories)], tuning=PLAIN)
        for stories in ([story(1, matured=True)], [call, story(1, matured=True)])
    )
    assert with_call.learners.pressure[0] > alone.learners.pressure[0] + 1.8
    assert with_call.taught.tolist() == [1]


def test_the_sentence_names_the_message_and_both_gaps() -> None:
    assert words(a_history(story(clicked=9))) == (
        "Gap shortened from 14 to 13.4 days: a person clicked in the Monthly newsletter of 15 June 2026."
    )
    assert "a person answered the Monthly newsletter" in words(a_history(story(replied=True)))


def test_the_sentence_counts_silences_since_the_last_answer() -> None:
    stories = [story(1, clicked=9), *[story(number, matured=True) for number in range(2, 8)]]
    assert words(a_history(*stories, gap=13.0)).endswith("the last 6 messages met silence.")
    assert words(a_history(*stories[:2], gap=13.0)).endswith(
        "nothing came back for the Monthly newsletter of 29 June 2026."
    )


def test_the_sentence_says_that_opens_of_a_prefetching_program_are_ignored() -> None:
    stories = [story(number, matured=True, fetched=True) for number in range(12)]
    assert "opens are ignored, because this mail program fetches pictures by itself" in words(a_history(*stories))


def test_the_sentence_of_a_complaint_and_of_a_withdrawal() -> None:
    assert "reported the Monthly newsletter of 15 June 2026 as junk" in words(a_history(story(complained=True)))
    assert "wants no more messages like the Monthly newsletter" in words(a_history(story(unsubscribed=True)))


def test_a_lesson_taken_back_is_told_as_what_it_is() -> None:
    assert words(a_history(story(), gap=13.5)).startswith("Gap set right from 13.5 to 14 days")


def test_no_sentence_says_shortened_of_a_gap_that_grew() -> None:
    # The message brings a click, but the pack has moved the band since.
    text = words(a_history(story(clicked=9), band=RhythmBand(6, 30, 60)))
    assert text.startswith("Gap set right from 14 to ")


def test_no_news_is_no_change() -> None:
    one = story(clicked=9)
    assert told(a_history(one, gap=gap_of(one))).revision is None


def test_a_wish_to_hear_less_is_a_floor_under_every_gap() -> None:
    clicked = [story(number, clicked=9) for number in range(9)]
    assert gap_of(*clicked, floor_gap=21.0) == 21
    assert gap_of(*[story(number, matured=True) for number in range(60)], floor_gap=14.5) > 14.5


def test_what_staff_took_back_teaches_no_more_and_still_weighs() -> None:
    stories = [story(number, clicked=20) for number in range(5)]
    history = a_history(*stories, gap=gap_of(*stories), floor_gap=0)
    now = START + timedelta(days=90)
    gone = forgotten(history, tuning=PLAIN, now=now)
    assert (gone.capacity, gone.favours_hours) == (None, "")
    assert gone.revision is not None
    assert gone.revision.after == 14
    assert sentence(gone.revision.reason).startswith(f"Gap set back from {history.gap} to 14 days: staff took back")
    anew = replace(history, learn_from=now, stories=[*stories, replace(story(9, clicked=9))])
    assert Folded.of([anew], tuning=PLAIN).taught.tolist() == [1]
    assert Folded.of([anew], tuning=PLAIN).learners.pressure[0] > 1


def test_evening_readers_and_text_answerers_are_known() -> None:
    evenings = [story(number, clicked=19) for number in range(4)]
    texts = [
        story(number, channel=Channel.SMS, matured=True, clicked=19 if number % 2 else -1) for number in range(10, 14)
    ]
    silent = [story(number, matured=True) for number in range(20, 26)]
    assert told(a_history(*evenings)).favours_hours == "evening"
    assert told(a_history(*texts, *silent)).favours_channel == "sms"


STORIES = st.lists(
    st.builds(
        dict,
        opened=st.sampled_from([-1, 9]),
        clicked=st.sampled_from([-1, -1, 20]),
        replied=st.booleans(),
        complained=st.booleans(),
        unsubscribed=st.booleans(),
        matured=st.booleans(),
        arrived=st.booleans(),
        fetched=st.booleans(),
        followed=st.booleans(),
        glimpsed=st.booleans(),
        channel=st.sampled_from([Channel.EMAIL, Channel.SMS]),
        touch_class=st.sampled_from(TouchClass),
    ),
    max_size=8,
).map(lambda rows: [story(number, **row) for number, row in enumerate(rows)])


@given(STORIES, st.randoms(use_true_random=False))
@settings(deadline=None)
def test_the_order_of_the_rows_changes_nothing_and_every_change_has_its_sentence(
    stories: list[Story], random: Random
) -> None:
    before = told(a_history(*stories, gap=20.0), *stories)
    assert BAND.min_gap <= gap_of(*stories) <= BAND.max_gap
    if before.revision:
        assert sentence(before.revision.reason).startswith("Gap s")
        assert before.revision.after == gap_of(*stories)
    shuffled = list(stories)
    random.shuffle(shuffled)
    assert told(a_history(*shuffled, gap=20.0), *stories) == before


@given(STORIES.filter(bool), st.data())
@settings(deadline=None)
def test_a_complaint_never_gives_a_shorter_gap(stories: list[Story], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(stories) - 1))

    def with_it(complained: bool) -> float:
        changed = replace(stories[place], complained=complained, unsubscribed=False)
        return gap_of(*stories[:place], changed, *stories[place + 1 :])

    assert with_it(True) >= with_it(False)


@given(st.lists(STORIES, min_size=1, max_size=4))
@settings(deadline=None)
def test_a_chunk_teaches_each_contact_what_it_would_learn_alone(chunk: list[list[Story]]) -> None:
    together = Folded.of([a_history(*stories) for stories in chunk], tuning=PLAIN)
    assert together.gap.tolist() == [gap_of(*stories) for stories in chunk]
    taught = [Folded.of([a_history(*stories)], tuning=PLAIN).strain[0] for stories in chunk]
    for row, alone in enumerate(taught):
        np.testing.assert_allclose(together.strain[row, : len(alone)], alone)
