"""A customer's story: asked for, told, permitted piece by piece, put on the shelf, withdrawn.

A permission is for exact words and one picture. Whatever the customer changes needs a new one, and until it is given
the story is off the shelf. GDPR article 7: consent must be demonstrable (1), distinguishable for each use (2), and as
easy to withdraw as to give (3).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from outreach.domain.errors import BadInput, Fault, ImpossibleTransition

#: Characters of a story, and the fewest that say anything.
LONGEST, SHORTEST = 3_000, 10
#: Characters of the words for those who cannot see the picture.
LONGEST_PICTURE_WORDS = 200


class StoryState(StrEnum):
    """Where a story stands."""

    #: We asked for it; nothing was told yet.
    ASKED = "asked"
    #: The customer told it, for us to read only.
    TOLD = "told"
    #: The customer permits its use; it waits for our look.
    PERMITTED = "permitted"
    #: Authors may use it.
    ON_SHELF = "on_shelf"
    #: The customer took it back, or never wanted to tell it. Final: a new telling is a new story.
    WITHDRAWN = "withdrawn"


TRANSITIONS: Mapping[StoryState | None, frozenset[StoryState]] = {
    None: frozenset({StoryState.ASKED, StoryState.TOLD}),
    StoryState.ASKED: frozenset({StoryState.TOLD, StoryState.WITHDRAWN}),
    StoryState.TOLD: frozenset({StoryState.PERMITTED, StoryState.WITHDRAWN}),
    StoryState.PERMITTED: frozenset({StoryState.ON_SHELF, StoryState.TOLD, StoryState.WITHDRAWN}),
    StoryState.ON_SHELF: frozenset({StoryState.PERMITTED, StoryState.TOLD, StoryState.WITHDRAWN}),
    StoryState.WITHDRAWN: frozenset(),
}
"""What each state may become; None is before there is a story."""


class NameUse(StrEnum):
    """What of the customer's name may stand under the story."""

    #: First and last name.
    FULL = "full"
    #: The first name only.
    FIRST = "first"
    #: None: the story is anonymous.
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Permission:
    """What a customer permits, each piece by itself; without `wording` nothing is used at all."""

    name: NameUse = NameUse.NONE
    wording: bool = False
    picture: bool = False


@dataclass(frozen=True, slots=True)
class Telling:
    """What was told.

    Attributes:
        words: exactly as shown to the customer again. language: BCP 47, of the page it was told on.
        picture: digest of the picture, "" if there is none. picture_words: for those who cannot see it.
    """

    words: str
    language: str
    picture: str = ""
    picture_words: str = ""

    @property
    def hash(self) -> str:
        """SHA-256 (hexadecimal) of everything that a permission is for."""
        parts = (self.language, self.words, self.picture, self.picture_words)
        # The length in front keeps two different splits of the same letters apart.
        return sha256("".join(f"{len(part)}:{part}" for part in parts).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Story:
    """A story with its last permission.

    Attributes:
        telling: None until it is told. permission: the customer's last word, None before there is one.
        permitted_hash: of the telling that the permission is for, "" if none.
    """

    state: StoryState
    telling: Telling | None = None
    permission: Permission | None = None
    permitted_hash: str = ""

    @property
    def permitted(self) -> bool:
        """Whether the customer permits the use of exactly what stands here."""
        return (
            self.state is not StoryState.WITHDRAWN
            and self.telling is not None
            and self.permission is not None
            and self.permission.wording
            and self.permitted_hash == self.telling.hash
        )

    @property
    def usable(self) -> bool:
        """Whether authors may use it now."""
        return self.state is StoryState.ON_SHELF and self.permitted

    @property
    def shows_picture(self) -> bool:
        """Whether its picture may be shown."""
        return bool(
            self.usable and self.permission and self.permission.picture and self.telling and self.telling.picture
        )


def moved(state: StoryState | None, to: StoryState) -> StoryState:
    """`to`, if `state` may become it.

    Raises:
        ImpossibleTransition: if the table has no such move.
    """
    if to not in TRANSITIONS[state]:
        raise ImpossibleTransition(f"a story that is {state} cannot become {to}")
    return to


def tell(story: Story | None, telling: Telling, permission: Permission) -> Story:
    """The story after the customer told it, or told it anew, and said what may be done with it.

    Saying exactly the same again changes nothing; anything else takes the story off the shelf until we looked again.

    Raises:
        ImpossibleTransition: if it was withdrawn.
    """
    if story and (story.telling, story.permission) == (telling, permission) and story.state is not StoryState.WITHDRAWN:
        return story
    state = story.state if story else None
    if state is not StoryState.TOLD:
        state = moved(state, StoryState.TOLD)
    if permission.wording:
        state = moved(state, StoryState.PERMITTED)
    return Story(state, telling, permission, telling.hash)


def shelve(story: Story) -> Story:
    """The story on the shelf.

    Raises:
        ImpossibleTransition: if the customer does not permit it as it stands.
    """
    if not story.permitted:
        raise ImpossibleTransition("a story goes on the shelf only as its customer permits it")
    return replace(story, state=moved(story.state, StoryState.ON_SHELF))


def take_off(story: Story) -> Story:
    """The story off the shelf again, by our own choice; the permission stays."""
    if story.state is not StoryState.ON_SHELF:
        raise ImpossibleTransition(f"a story that is {story.state} is not on the shelf")
    return replace(story, state=moved(story.state, StoryState.PERMITTED))


def withdraw(story: Story) -> Story:
    """The story taken back by its customer, whatever it was; for good."""
    return replace(story, state=moved(story.state, StoryState.WITHDRAWN), permission=Permission(), permitted_hash="")


def shown_name(*, first_name: str, last_name: str, use: NameUse, language: str) -> str:
    """The name as it stands under the story, "" for none; in Chinese the family name comes first."""
    if use is NameUse.NONE:
        return ""
    if use is NameUse.FIRST or not last_name:
        return first_name
    return f"{last_name}{first_name}" if language.startswith("zh") else f"{first_name} {last_name}".strip()


def read_words(words: str) -> str:
    """What somebody typed as it is kept: without invisible signs at the ends of lines, and without too many empty ones.

    Raises:
        BadInput: if hardly anything is said, or too much.
    """
    said = words.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace").decode()
    lines = [line.rstrip() for line in said.split("\n")]
    kept = "\n".join(line for at, line in enumerate(lines) if line or (at and lines[at - 1])).strip()
    if len(kept) < SHORTEST:
        raise BadInput([Fault("story", "hardly says anything", "Tell it in a sentence or two.", column="words")])
    if len(kept) > LONGEST:
        mend = f"Tell it in at most {LONGEST} characters."
        raise BadInput([Fault("story", "is too long", mend, column="words", value=kept)])
    return kept


#: Purchases and visits after which a customer has something to tell.
FEWEST_DEEDS = 3
#: So long after a recovery case, a complaint or a bad answer nobody is asked.
SORE_FOR = timedelta(days=365)
#: How often one customer is asked at most.
ASKED_AGAIN_AFTER = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Graduate:
    """A customer who may have something to tell.

    Attributes:
        deeds: purchases and visits so far.
        sore_at: the end of the last recovery case, the last complaint or bad answer; None if there is none.
        open_case: whether a recovery case is open.
        asked_at: when we asked last, None if never.
        told: whether there is a story of theirs already that was not withdrawn.
    """

    contact_id: int
    deeds: int
    sore_at: datetime | None = None
    open_case: bool = False
    asked_at: datetime | None = None
    told: bool = False


def may_be_asked(one: Graduate, *, now: datetime) -> bool:
    """Whether we ask this customer for a story: often enough here, not sore, not asked within a year, none told yet."""
    if one.told or one.open_case or one.deeds < FEWEST_DEEDS:
        return False
    if one.sore_at is not None and now - one.sore_at < SORE_FOR:
        return False
    return one.asked_at is None or now - one.asked_at >= ASKED_AGAIN_AFTER
