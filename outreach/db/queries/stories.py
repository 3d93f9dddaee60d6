"""A customer's story and what they permit, found by a message that they got; each word of theirs is a line."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import psycopg
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from outreach.domain.care.stories import NameUse, Permission, Story, StoryState, Telling
from outreach.domain.pictures import Picture


@dataclass(frozen=True, slots=True)
class Teller:
    """Who opened the page; `locale` is that of the message that led there."""

    contact_id: int
    first_name: str
    last_name: str
    locale: str


TELLER = """
    SELECT c.id AS contact_id, c.first_name, c.last_name, COALESCE(NULLIF(t.locale, ''), c.language) AS locale
    FROM touches t JOIN contacts c ON c.id = t.contact_id WHERE t.id = %s
"""


def load_teller(connection: psycopg.Connection, touch_id: UUID, *, locked: bool = False) -> Teller | None:
    """Whom a message went to; None if there is no such message.

    Args:
        locked: whether the contact stays locked until the transaction ends.
    """
    if locked:
        connection.execute(
            "SELECT FROM contacts WHERE id = (SELECT contact_id FROM touches WHERE id = %s) FOR NO KEY UPDATE",
            (touch_id,),
        )
    with connection.cursor(row_factory=class_row(Teller)) as cursor:
        return cursor.execute(TELLER, (touch_id,)).fetchone()


@dataclass(frozen=True, slots=True)
class StoredStory:
    """A story as it is kept, with the last word on it.

    Attributes:
        name_use, wording_use, picture_use, hash: of the last permission; None before there is one.
        shown_name: as it may stand under the story.
        media_type: of the picture, None if there is none.
    """

    id: int
    contact_id: int
    state: str
    words: str
    language: str
    picture: str
    picture_words: str
    asked_at: datetime | None
    told_at: datetime | None
    shelved_at: datetime | None
    shelved_by: str
    withdrawn_at: datetime | None
    name_use: str | None
    wording_use: bool | None
    picture_use: bool | None
    hash: str | None
    shown_name: str | None
    media_type: str | None

    @property
    def story(self) -> Story:
        """The story as the rules see it."""
        telling = Telling(self.words, self.language, self.picture, self.picture_words) if self.words else None
        permission = (
            Permission(NameUse(self.name_use), bool(self.wording_use), bool(self.picture_use))
            if self.name_use
            else None
        )
        return Story(StoryState(self.state), telling, permission, self.hash or "")


STORY = """
    SELECT s.id, s.contact_id, s.state, s.words, s.language, s.picture, s.picture_words, s.asked_at, s.told_at,
           s.shelved_at, s.shelved_by, s.withdrawn_at, p.name_use, p.wording_use, p.picture_use, p.hash, p.shown_name,
           i.media_type
    FROM stories s
    LEFT JOIN LATERAL (SELECT * FROM story_permissions p WHERE p.story_id = s.id ORDER BY p.id DESC LIMIT 1) p ON true
    LEFT JOIN story_pictures i ON i.story_id = s.id
"""


def load_live_story(connection: psycopg.Connection, contact_id: int) -> StoredStory | None:
    """The story of a contact that was not withdrawn, None if there is none."""
    statement = f"{STORY} WHERE s.contact_id = %s AND s.state <> 'withdrawn'"
    with connection.cursor(row_factory=class_row(StoredStory)) as cursor:
        return cursor.execute(statement, (contact_id,)).fetchone()


def load_story(connection: psycopg.Connection, story_id: int, *, locked: bool = False) -> StoredStory | None:
    """One story, None if there is no such; `locked` until the transaction ends."""
    if locked:
        connection.execute("SELECT FROM stories WHERE id = %s FOR UPDATE", (story_id,))
    with connection.cursor(row_factory=class_row(StoredStory)) as cursor:
        return cursor.execute(f"{STORY} WHERE s.id = %s", (story_id,)).fetchone()


def store_told(
    connection: psycopg.Connection, story_id: int | None, story: Story, *, contact_id: int, now: datetime
) -> int:
    """Writes what was told, into a new story if there is none yet; its number."""
    telling = story.telling
    values = {
        "id": story_id,
        "contact": contact_id,
        "state": story.state.value,
        "words": telling.words if telling else "",
        "language": telling.language if telling else "",
        "picture": telling.picture if telling else "",
        "picture_words": telling.picture_words if telling else "",
        "now": now,
    }
    if story_id is None:
        row = connection.execute(
            """
            INSERT INTO stories (contact_id, state, words, language, picture, picture_words, told_at)
            VALUES (%(contact)s, %(state)s, %(words)s, %(language)s, %(picture)s, %(picture_words)s, %(now)s)
            RETURNING id
            """,
            values,
        ).fetchone()
        assert row is not None
        return int(row[0])
    connection.execute(
        """
        UPDATE stories SET state = %(state)s, words = %(words)s, language = %(language)s, picture = %(picture)s,
               picture_words = %(picture_words)s, told_at = %(now)s
        WHERE id = %(id)s
        """,
        values,
    )
    return story_id


def store_state(
    connection: psycopg.Connection, story_id: int, state: StoryState, *, by: str = "", now: datetime
) -> None:
    """Moves a story on; `by` is the colleague who put it on the shelf."""
    connection.execute(
        """
        UPDATE stories SET state = %(state)s::text,
               shelved_at = CASE WHEN %(state)s::text = 'on_shelf' THEN %(now)s::timestamptz ELSE shelved_at END,
               shelved_by = CASE WHEN %(state)s::text = 'on_shelf' THEN %(by)s::text ELSE shelved_by END,
               withdrawn_at = CASE WHEN %(state)s::text = 'withdrawn' THEN %(now)s::timestamptz END
        WHERE id = %(id)s
        """,
        {"id": story_id, "state": state.value, "by": by, "now": now},
    )


def store_permission(
    connection: psycopg.Connection,
    story_id: int,
    story: Story,
    *,
    contact_id: int,
    shown_name: str,
    asked: Mapping[str, str],
    origin: str,
    now: datetime,
) -> None:
    """Appends the customer's word on a story.

    Args:
        asked: what the page asked, by choice. origin: network address and program, and the message.
    """
    telling, permission = story.telling, story.permission or Permission()
    connection.execute(
        """
        INSERT INTO story_permissions (story_id, contact_id, words, hash, language, picture, picture_words,
                                       name_use, shown_name, wording_use, picture_use, asked, given_at, origin)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
        """,
        (
            story_id,
            contact_id,
            telling.words if telling else "",
            telling.hash if telling else "",
            telling.language if telling else "",
            telling.picture if telling else "",
            telling.picture_words if telling else "",
            permission.name.value,
            shown_name,
            permission.wording,
            permission.picture,
            Jsonb(dict(asked)),
            now,
            origin,
        ),
    )


def store_picture(connection: psycopg.Connection, story_id: int, picture: Picture) -> None:
    """Keeps the picture of a story instead of the one before."""
    connection.execute(
        """
        INSERT INTO story_pictures AS p (story_id, digest, media_type, data, thumbnail) VALUES (%s, %s, %s, %s, %s)
        ON CONFLICT (story_id) DO UPDATE SET digest = excluded.digest, media_type = excluded.media_type,
                                             data = excluded.data, thumbnail = excluded.thumbnail
        """,
        (story_id, picture.digest, picture.media_type, picture.data, picture.thumbnail),
    )


def delete_picture(connection: psycopg.Connection, story_id: int) -> None:
    """Forgets the picture of a story."""
    connection.execute("DELETE FROM story_pictures WHERE story_id = %s", (story_id,))


def load_thumbnail_of(connection: psycopg.Connection, story_id: int) -> bytes | None:
    """The small JPEG of a story's picture, for its customer and for staff; None if there is none."""
    row = connection.execute("SELECT thumbnail FROM story_pictures WHERE story_id = %s", (story_id,)).fetchone()
    return bytes(row[0]) if row else None
