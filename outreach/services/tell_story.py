"""Takes a customer's story with what they permit of it, and keeps both word by word."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from outreach.db.queries.stories import (
    delete_picture,
    load_live_story,
    load_teller,
    store_permission,
    store_picture,
    store_told,
)
from outreach.db.queries.story_shelf import take_out_of_texts
from outreach.db.session import Database
from outreach.domain.care.stories import LONGEST_PICTURE_WORDS, Permission, Telling, read_words, shown_name, tell
from outreach.domain.errors import BadInput, Fault
from outreach.domain.pacing.limits import Limit
from outreach.intake.pictures import read_picture
from outreach.queueing.pace import Pace
from outreach.rendering.story_block import story_name

#: How often one customer may send the form at once, and in an hour after that.
BURST, AN_HOUR = 6, 12


class Told(StrEnum):
    """What became of sending the form."""

    YES = "yes"
    #: There is no such message.
    UNKNOWN = "unknown"
    #: The customer has sent it as often as anybody may.
    TOO_OFTEN = "too often"


@dataclass(frozen=True, slots=True)
class Form:
    """What was filled in.

    Attributes:
        picture: a file, None for none. picture_name: what it is called.
        keeps_picture: whether the one that is there stays, where there is no new one.
        language: of the page. asked: what it asked, by choice, word by word.
        origin: network address and program of whoever sent it.
    """

    words: str
    permission: Permission
    language: str
    asked: Mapping[str, str]
    origin: str
    picture: bytes | None = None
    picture_name: str = ""
    picture_words: str = ""
    keeps_picture: bool = True


def tell_story(*, db: Database, pace: Pace, touch_id: UUID, form: Form, now: datetime) -> Told:
    """Keeps the story; the same form twice changes nothing the second time.

    A story that differs from the one on the shelf is off it at once, and out of every text that has not left yet.

    Raises:
        BadInput: if too little or too much is said, or the picture cannot be used; nothing is kept.
        redis.RedisError: if the limit cannot be asked; nothing is kept.
    """
    words = read_words(form.words)
    with db.raw_transaction() as connection:
        teller = load_teller(connection, touch_id)
    if teller is None:
        return Told.UNKNOWN
    if not pace.take([Limit(f"story|{teller.contact_id}", AN_HOUR / 3600, BURST)], 1).messages:
        return Told.TOO_OFTEN
    picture = read_picture(form.picture, name=form.picture_name) if form.picture else None
    with db.raw_transaction() as connection:
        if load_teller(connection, touch_id, locked=True) is None:
            return Told.UNKNOWN
        stored = load_live_story(connection, teller.contact_id)
        before = stored.story if stored else None
        digest = picture.digest if picture else stored.picture if stored and form.keeps_picture else ""
        telling = Telling(words, form.language, digest, _picture_words(form, digest=digest, words=words))
        after = tell(before, telling, form.permission)
        if after == before:
            return Told.YES
        story_id = store_told(connection, stored.id if stored else None, after, contact_id=teller.contact_id, now=now)
        if picture:
            store_picture(connection, story_id, picture)
        elif not digest:
            delete_picture(connection, story_id)
        name = shown_name(
            first_name=teller.first_name,
            last_name=teller.last_name,
            use=form.permission.name,
            language=form.language,
        )
        store_permission(
            connection,
            story_id,
            after,
            contact_id=teller.contact_id,
            shown_name=name,
            asked=form.asked,
            origin=f"message {touch_id}, {form.origin}",
            now=now,
        )
        take_out_of_texts(connection, [story_name(story_id)], now=now)
    return Told.YES


def _picture_words(form: Form, *, digest: str, words: str) -> str:
    """What stands for the picture where it cannot be seen: what the customer says of it, else the story's beginning."""
    if not digest:
        return ""
    said = " ".join(form.picture_words.replace("\x00", "").encode("utf-8", "replace").decode().split())
    if len(said) > LONGEST_PICTURE_WORDS:
        mend = f"Say it in at most {LONGEST_PICTURE_WORDS} characters."
        raise BadInput([Fault("story", "the words for the picture are too long", mend, column="picture_words")])
    return said or " ".join(words.split())[:60]
