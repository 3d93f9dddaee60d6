"""A finding: one thing about an edition that staff should know before readers get it, and the place to look at."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

FindingValue = str | int | float
FindingValues = Mapping[str, FindingValue]


class Level(StrEnum):
    """How much a finding weighs."""

    #: Keeps the edition from being published.
    ERROR = "error"
    #: May be published, but should not be.
    WARNING = "warning"
    #: Good to know.
    NOTE = "note"


class FindingCode(StrEnum):
    """Every finding there is; `words.py` says it in a sentence."""

    EDITION_OVER = "edition.over"
    LOCALE_MISSING = "locale.missing"
    LOCALE_FALLS_BACK = "locale.falls_back"
    LOCALE_UNSPOKEN = "locale.unspoken"
    LOCALE_NOTHING = "locale.nothing"
    LOCALE_EMPTIED = "locale.emptied"
    FIELD_REFUSED = "field.refused"
    FIELD_MISSING = "field.missing"
    FIELD_ADDED = "field.added"
    FIELD_REMOVED = "field.removed"
    BLOCK_UNSOUND = "block.unsound"
    IMAGE_NO_WORDS = "image.no_words"
    IMAGE_FILE_NAME = "image.file_name"
    IMAGE_UNKNOWN = "image.unknown"
    IMAGE_HEAVY = "image.heavy"
    LINK_GONE = "link.gone"
    LINK_DEAD = "link.dead"
    LINK_SLOW = "link.slow"
    LINK_REFUSED = "link.refused"
    LINK_UNCHECKED = "link.unchecked"
    LINK_DIFFERS = "link.differs"
    MAIL_UNSUBSCRIBE = "mail.unsubscribe"
    MAIL_ADDRESS = "mail.address"
    MAIL_CLIPPED = "mail.clipped"
    MAIL_LARGE = "mail.large"
    MAIL_CLIENT = "mail.client"
    MAIL_CONTRAST = "mail.contrast"
    SUBJECT_MISSING = "subject.missing"
    SUBJECT_LONG = "subject.long"
    SUBJECT_INVISIBLE = "subject.invisible"
    SUBJECT_EMOJI = "subject.emoji"
    SUBJECT_CAPITALS = "subject.capitals"
    SUBJECT_EXCLAIMS = "subject.exclaims"
    SUBJECT_MONEY = "subject.money"
    SUBJECT_WORD = "subject.word"
    PREHEADER_MISSING = "preheader.missing"
    PREHEADER_LONG = "preheader.long"
    STORY_GONE = "story.gone"
    STORY_CHANGED = "story.changed"
    READING_HARD = "reading.hard"
    PURPOSE_ABOUT_US = "purpose.about_us"
    PURPOSE_HEARD = "purpose.heard"
    PURPOSE_NO_QUESTION = "purpose.no_question"
    BLAME_COLLEAGUE = "blame.colleague"
    TEXT_SEGMENTS = "text.segments"
    TEXT_OPT_OUT = "text.opt_out"
    TEXT_COST = "text.cost"


class Part(StrEnum):
    """Which part of a text a finding is about."""

    #: The line an inbox shows first.
    SUBJECT = "subject"
    #: The line beside it.
    PREHEADER = "preheader"
    #: The letter, or the words of a text message.
    BODY = "body"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to know about an edition.

    Attributes:
        locale: of the text it is about; "" if about the edition.
        part: of that text. block: its number in the body, from 1; 0 if it is about no block.
        values: what the sentences of `words.py` need.
    """

    level: Level
    code: FindingCode
    locale: str = ""
    part: Part | None = None
    block: int = 0
    values: FindingValues = field(default_factory=dict)
