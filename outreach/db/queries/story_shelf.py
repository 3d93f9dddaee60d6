"""The shelf: stories as staff see them, their proofs, what authors may use, and where it is used."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from psycopg.rows import class_row

from outreach.db.queries.stories import STORY, StoredStory
from outreach.domain.pictures import EXTENSIONS
from outreach.rendering.story_block import comparable, stories_in, story_name, story_words, without_stories

#: Pictures that may be shown now, as `p`: of stories on the shelf whose customers permit it.
SHOWN_PICTURES = """
    story_pictures p JOIN stories s ON s.id = p.story_id AND s.state = 'on_shelf' AND s.picture = p.digest
    JOIN LATERAL (SELECT picture_use FROM story_permissions l WHERE l.story_id = s.id ORDER BY l.id DESC LIMIT 1) AS l
        ON l.picture_use
"""


def load_shown_picture(connection: psycopg.Connection, digest: str, media_type: str) -> bytes | None:
    """The picture of a story on the shelf, None if there is none of that type that may be shown."""
    row = connection.execute(
        f"SELECT p.data FROM {SHOWN_PICTURES} WHERE p.digest = %s AND p.media_type = %s",  # noqa: S608 - a constant
        (digest, media_type),
    ).fetchone()
    return bytes(row[0]) if row else None


@dataclass(frozen=True, slots=True)
class ShelfLine:
    """A story on the page of stories, with its customer and the editions that use it, or used it, by number."""

    stored: StoredStory
    contact: str
    used_in: Mapping[int, str]


def load_stories(connection: psycopg.Connection, *, limit: int = 500) -> list[ShelfLine]:
    """All stories that were told, the newest first."""
    statement = f"{STORY} WHERE s.words <> '' ORDER BY s.told_at DESC NULLS LAST, s.id DESC LIMIT %s"
    with connection.cursor(row_factory=class_row(StoredStory)) as cursor:
        stories = cursor.execute(statement, (limit,)).fetchall()
    names: dict[int, str] = dict(
        connection.execute(
            """
            SELECT id, COALESCE(NULLIF(concat_ws(' ', NULLIF(first_name, ''), NULLIF(last_name, '')), ''), external_id)
            FROM contacts WHERE id = ANY(%s)
            """,
            ([one.contact_id for one in stories],),
        ).fetchall()
    )
    uses = load_uses(connection)
    return [ShelfLine(one, names[one.contact_id], uses.get(story_name(one.id), {})) for one in stories]


def load_uses(connection: psycopg.Connection) -> dict[str, dict[int, str]]:
    """The editions, by number, that use each story in what readers get, in what they got, or in the newest draft."""
    rows = connection.execute(
        """
        SELECT DISTINCT u.edition_id, COALESCE(NULLIF(e.title, ''), e.key), u.body
        FROM (SELECT edition_id, body FROM edition_contents UNION ALL
              SELECT edition_id, body FROM revisions WHERE published_at IS NOT NULL UNION ALL
              (SELECT DISTINCT ON (edition_id, locale) edition_id, body FROM revisions
               ORDER BY edition_id, locale, number DESC)) AS u
        JOIN editions e ON e.id = u.edition_id WHERE u.body LIKE '%% from=story-%%' ORDER BY u.edition_id
        """
    ).fetchall()
    uses: dict[str, dict[int, str]] = {}
    for edition_id, title, body in rows:
        for name in stories_in(body):
            uses.setdefault(name, {})[edition_id] = title
    return uses


@dataclass(frozen=True, slots=True)
class ShelfStory:
    """A story that authors may use: its name, its language, its block's words with pictures under `base`."""

    name: str
    language: str
    shown_name: str
    begins: str
    words: str


def load_shelf(connection: psycopg.Connection, *, base: str, locale: str | None = None) -> list[ShelfStory]:
    """What stands on the shelf, in a language or in all; `base` is our own address, for pictures."""
    statement = (
        f"{STORY} WHERE s.state = 'on_shelf' AND (%(locale)s::text IS NULL OR s.language = %(locale)s) ORDER BY s.id"
    )
    with connection.cursor(row_factory=class_row(StoredStory)) as cursor:
        return _usable(cursor.execute(statement, {"locale": locale}).fetchall(), base)


def load_shelf_words(connection: psycopg.Connection, names: Iterable[str]) -> dict[str, str]:
    """What blocks of these stories must say, in one spelling; those that are not on the shelf are left out."""
    ids = _ids(names)
    if not ids:
        return {}
    statement = f"{STORY} WHERE s.state = 'on_shelf' AND s.id = ANY(%s) ORDER BY s.id"
    with connection.cursor(row_factory=class_row(StoredStory)) as cursor:
        stories = _usable(cursor.execute(statement, (ids,)).fetchall(), "https://-")
    return {one.name: comparable(one.words) for one in stories}


def hold_on_shelf(connection: psycopg.Connection, names: Iterable[str]) -> None:
    """Waits for whoever is taking these stories off the shelf, and lets nobody until the transaction ends."""
    connection.execute("SELECT FROM stories WHERE id = ANY(%s) ORDER BY id FOR SHARE", (_ids(names),))


def _ids(names: Iterable[str]) -> list[int]:
    return sorted(int(name.removeprefix("story-")) for name in names)


def _usable(stories: Iterable[StoredStory], base: str) -> list[ShelfStory]:
    return [
        ShelfStory(
            name=story_name(one.id),
            language=one.language,
            shown_name=one.shown_name or "",
            begins=" ".join(one.words.split())[:60],
            words=story_words(
                one.words,
                name=one.shown_name or "",
                picture_url=f"{base}/i/{one.picture}.{EXTENSIONS[one.media_type]}"
                if one.story.shows_picture and one.media_type
                else "",
                picture_words=one.picture_words,
            ),
        )
        for one in stories
        if one.story.usable
    ]


def take_out_of_texts(
    connection: psycopg.Connection, names: Collection[str], *, now: datetime, everywhere: bool = False
) -> list[int]:
    """Takes the blocks of stories out of what readers will get, and says of which editions.

    A text that changes has a new version; messages that are out keep theirs. Every text has a block that is no story,
    so something is left. The stories are locked by the caller, so that nobody publishes them meanwhile.

    Args:
        everywhere: also out of drafts, their history and snippets: somebody was erased.
    """
    touched: set[int] = set()
    for statement, change in _TEXTS if everywhere else _TEXTS[:1]:
        for key, edition_id, body in connection.execute(statement).fetchall():
            left = without_stories(body, names)
            if left != body:
                connection.execute(change, {"id": key, "body": left, "now": now})
                touched.update([edition_id] if edition_id else [])
    return sorted(touched)


_TEXTS = (
    (
        "SELECT id, edition_id, body FROM edition_contents WHERE body LIKE '%% from=story-%%' ORDER BY id FOR UPDATE",
        "UPDATE edition_contents SET body = %(body)s, version = version + 1, edited_at = %(now)s, updated_at = %(now)s "
        "WHERE id = %(id)s",
    ),
    (
        "SELECT id, edition_id, body FROM revisions WHERE body LIKE '%% from=story-%%' ORDER BY id FOR UPDATE",
        "UPDATE revisions SET body = %(body)s WHERE id = %(id)s",
    ),
    (
        "SELECT id, NULL, body FROM snippets WHERE body LIKE '%% from=story-%%' ORDER BY id FOR UPDATE",
        "UPDATE snippets SET body = %(body)s WHERE id = %(id)s",
    ),
)


def shelved_of(connection: psycopg.Connection, contact_id: int) -> list[str]:
    """The names of all stories of a contact, which stay locked until the transaction ends."""
    rows = connection.execute("SELECT id FROM stories WHERE contact_id = %s ORDER BY id FOR UPDATE", (contact_id,))
    return [story_name(number) for (number,) in rows.fetchall()]


PROOF = """
    SELECT jsonb_build_object(
        'story', 'story-' || s.id, 'customer', c.external_id, 'state', s.state, 'asked_at', s.asked_at,
        'told_at', s.told_at, 'shelved_at', s.shelved_at, 'shelved_by', s.shelved_by, 'withdrawn_at', s.withdrawn_at,
        'permissions', (SELECT COALESCE(jsonb_agg(to_jsonb(p) - 'id' - 'story_id' - 'contact_id' ORDER BY p.id), '[]')
                        FROM story_permissions p WHERE p.story_id = s.id))
    FROM stories s JOIN contacts c ON c.id = s.contact_id WHERE s.id = %s
"""


def load_story_proof(connection: psycopg.Connection, story_id: int) -> dict[str, Any] | None:
    """All that was ever permitted of a story: words, hash, when, from where; None if there is no such."""
    row = connection.execute(PROOF, (story_id,)).fetchone()
    return dict(row[0]) if row else None
