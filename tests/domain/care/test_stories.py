"""A story is used only as its customer permits it, whatever happens to it in whatever order."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from outreach.domain.care.stories import (
    ASKED_AGAIN_AFTER,
    FEWEST_DEEDS,
    LONGEST,
    SORE_FOR,
    TRANSITIONS,
    Graduate,
    NameUse,
    Permission,
    Story,
    StoryState,
    Telling,
    may_be_asked,
    moved,
    read_words,
    shelve,
    shown_name,
    take_off,
    tell,
    withdraw,
)
from outreach.domain.errors import BadInput, ImpossibleTransition

NOW = datetime(2026, 9, 8, 9, 30, tzinfo=UTC)
TELLINGS = st.builds(
    Telling,
    words=st.sampled_from(["We are warm again.", "The boiler hums."]),
    language=st.sampled_from(["en", "cy"]),
    picture=st.sampled_from(["", "a" * 64]),
)
PERMISSIONS = st.builds(Permission, st.sampled_from(NameUse), st.booleans(), st.booleans())
YES = Permission(NameUse.FULL, wording=True, picture=True)


class AStory(RuleBasedStateMachine):
    """A customer and a colleague, each doing what they may, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.story: Story | None = None
        self.said: tuple[Telling, Permission] | None = None
        self.gone = False

    @initialize(asked=st.booleans())
    def begin(self, *, asked: bool) -> None:
        self.story = Story(StoryState.ASKED) if asked else None

    @rule(telling=TELLINGS, permission=PERMISSIONS)
    def customer_tells(self, telling: Telling, permission: Permission) -> None:
        if self.gone:
            with pytest.raises(ImpossibleTransition):
                tell(self.story, telling, permission)
            return
        self.story = tell(self.story, telling, permission)
        self.said = telling, permission

    @rule()
    def colleague_shelves(self) -> None:
        before = self.story
        if before is not None:
            try:
                self.story = shelve(before)
            except ImpossibleTransition:
                assert before.state is not StoryState.PERMITTED

    @rule()
    def colleague_takes_off(self) -> None:
        if self.story is not None and self.story.state is StoryState.ON_SHELF:
            self.story = take_off(self.story)
            assert self.story.permitted

    @rule()
    def customer_withdraws(self) -> None:
        if self.story is not None and not self.gone:
            self.story, self.gone = withdraw(self.story), True

    @invariant()
    def only_what_is_permitted_is_used(self) -> None:
        if self.story is None or not self.story.usable:
            return
        assert self.said is not None
        telling, permission = self.said
        assert not self.gone
        assert permission.wording
        assert self.story.telling == telling
        assert self.story.shows_picture == bool(permission.picture and telling.picture)

    @invariant()
    def withdrawn_is_for_good(self) -> None:
        assert not self.gone or (self.story is not None and self.story.state is StoryState.WITHDRAWN)


TestAStory = AStory.TestCase


@given(TELLINGS, TELLINGS)
def test_a_changed_word_needs_a_new_permission(first: Telling, second: Telling) -> None:
    story = shelve(tell(None, first, YES))
    changed = replace(story, telling=second)
    assert changed.usable == (first == second)
    assert (tell(story, second, YES).state is StoryState.ON_SHELF) == (first == second)


def test_a_smaller_permission_takes_the_story_off_the_shelf_too() -> None:
    telling = Telling("We are warm again.", "en")
    story = shelve(tell(None, telling, YES))
    assert tell(story, telling, Permission(NameUse.NONE, wording=True)).state is StoryState.PERMITTED
    assert tell(story, telling, Permission(NameUse.FULL)).state is StoryState.TOLD


@given(st.sampled_from(StoryState), st.sampled_from(StoryState))
def test_the_table_is_the_only_way(one: StoryState, other: StoryState) -> None:
    if other in TRANSITIONS[one]:
        assert moved(one, other) is other
    else:
        with pytest.raises(ImpossibleTransition, match=f"{one} cannot become {other}"):
            moved(one, other)


def test_nothing_is_put_on_the_shelf_that_is_only_told() -> None:
    with pytest.raises(ImpossibleTransition):
        shelve(tell(None, Telling("We are warm again.", "en"), Permission()))


@pytest.mark.parametrize(
    ("use", "language", "shown"),
    [
        (NameUse.FULL, "en", "Anna Evans"),
        (NameUse.FIRST, "en", "Anna"),
        (NameUse.NONE, "en", ""),
        (NameUse.FULL, "zh-Hans", "EvansAnna"),
    ],
)
def test_a_name_is_shown_as_permitted(use: NameUse, language: str, shown: str) -> None:
    assert shown_name(first_name="Anna", last_name="Evans", use=use, language=language) == shown


def test_words_are_kept_as_they_were_typed_but_for_what_nobody_sees() -> None:
    assert read_words("  Warm again.  \r\n\r\n\r\n\r\nThank you!\x00 ") == "Warm again.\n\nThank you!"


@pytest.mark.parametrize(("words", "reason"), [("  \n ", "hardly"), ("x" * (LONGEST + 1), "too long")])
def test_too_little_and_too_much_are_refused(words: str, reason: str) -> None:
    with pytest.raises(BadInput, match=reason):
        read_words(words)


@given(
    deeds=st.integers(0, 6),
    sore=st.none() | st.integers(0, 800),
    asked=st.none() | st.integers(0, 800),
    told=st.booleans(),
    case=st.booleans(),
)
def test_only_contented_customers_who_know_us_are_asked_once_a_year(
    *, deeds: int, sore: int | None, asked: int | None, told: bool, case: bool
) -> None:
    def ago(days: int | None) -> datetime | None:
        return None if days is None else NOW - timedelta(days=days)

    one = Graduate(1, deeds, sore_at=ago(sore), open_case=case, asked_at=ago(asked), told=told)
    allowed = (
        deeds >= FEWEST_DEEDS
        and not told
        and not case
        and (sore is None or sore >= SORE_FOR.days)
        and (asked is None or asked >= ASKED_AGAIN_AFTER.days)
    )
    assert may_be_asked(one, now=NOW) == allowed
