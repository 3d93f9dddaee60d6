"""Pictures of the library: what they are, where they are used, and their octets for whoever opens a mail."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import psycopg
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from outreach.domain.pictures import EXTENSIONS, Picture


@dataclass(frozen=True, slots=True)
class ImageLine:
    """A picture without its octets; `alt` are words for those who cannot see it, by locale."""

    id: int
    digest: str
    name: str
    media_type: str
    width: int
    height: int
    octets: int
    alt: dict[str, str]
    saved_by: str
    saved_at: datetime

    @property
    def path(self) -> str:
        """Where readers find it, behind our public address."""
        return f"/i/{self.digest}.{EXTENSIONS[self.media_type]}"


@dataclass(frozen=True, slots=True)
class ImagePlace:
    """Where a picture is used: an edition, or a snippet (whose `edition_id` is None)."""

    digest: str
    edition_id: int | None
    title: str


@dataclass(frozen=True, slots=True)
class NewImage:
    """A picture to keep."""

    picture: Picture
    name: str
    alt: Mapping[str, str]
    saved_by: str


_COLUMNS = "id, digest, name, media_type, width, height, length(data) AS octets, alt, saved_by, saved_at"

#: What readers get or got (mails that are out show it still), the newest drafts, and snippets.
PLACES = """
    WITH texts AS (
        SELECT edition_id, body FROM edition_contents
        UNION ALL
        SELECT edition_id, body FROM revisions WHERE published_at IS NOT NULL
        UNION ALL
        (SELECT DISTINCT ON (edition_id, locale) edition_id, body FROM revisions
         ORDER BY edition_id, locale, number DESC)),
    used AS (
        SELECT edition_id, '' AS snippet, (regexp_matches(body, '/i/([0-9a-f]{64})\\.', 'g'))[1] AS digest
        FROM texts WHERE body LIKE '%%/i/%%'
        UNION
        SELECT NULL, name, (regexp_matches(body, '/i/([0-9a-f]{64})\\.', 'g'))[1]
        FROM snippets WHERE body LIKE '%%/i/%%')
    SELECT u.digest, u.edition_id, COALESCE(NULLIF(e.title, ''), e.key, u.snippet) AS title
    FROM used u LEFT JOIN editions e ON e.id = u.edition_id
    WHERE %(digest)s::text IS NULL OR u.digest = %(digest)s
    ORDER BY e.opens_on DESC NULLS LAST, title
"""


def load_images(connection: psycopg.Connection) -> list[ImageLine]:
    """All pictures, the newest first."""
    statement = f"SELECT {_COLUMNS} FROM images ORDER BY saved_at DESC, id DESC"  # noqa: S608 - a constant of this file
    with connection.cursor(row_factory=class_row(ImageLine)) as cursor:
        return cursor.execute(statement).fetchall()


def load_image(connection: psycopg.Connection, image_id: int) -> ImageLine | None:
    """One picture, None if there is no such."""
    statement = f"SELECT {_COLUMNS} FROM images WHERE id = %s"  # noqa: S608 - a constant of this file
    with connection.cursor(row_factory=class_row(ImageLine)) as cursor:
        return cursor.execute(statement, (image_id,)).fetchone()


def load_places(connection: psycopg.Connection, digest: str | None = None) -> list[ImagePlace]:
    """Where pictures are used, or that one, the latest edition first."""
    with connection.cursor(row_factory=class_row(ImagePlace)) as cursor:
        return cursor.execute(PLACES, {"digest": digest}).fetchall()


def load_image_data(connection: psycopg.Connection, digest: str, media_type: str) -> bytes | None:
    """The octets that readers get, None if there is no such picture of that type."""
    row = connection.execute(
        "SELECT data FROM images WHERE digest = %s AND media_type = %s", (digest, media_type)
    ).fetchone()
    return bytes(row[0]) if row else None


def load_thumbnail(connection: psycopg.Connection, image_id: int) -> bytes | None:
    """The small JPEG that staff see in lists, None if there is no such picture."""
    row = connection.execute("SELECT thumbnail FROM images WHERE id = %s", (image_id,)).fetchone()
    return bytes(row[0]) if row else None


def store_image(connection: psycopg.Connection, new: NewImage, *, now: datetime) -> int:
    """Keeps a picture and gives its id; the same picture again is the same row, with the new words."""
    row = connection.execute(
        """
        INSERT INTO images (digest, name, media_type, width, height, data, thumbnail, alt, saved_by, saved_at)
        VALUES (%(digest)s, %(name)s, %(type)s, %(width)s, %(height)s, %(data)s, %(thumbnail)s, %(alt)s, %(by)s,
                %(now)s)
        ON CONFLICT (digest) DO UPDATE SET alt = images.alt || excluded.alt
        RETURNING id
        """,
        {
            "digest": new.picture.digest,
            "name": new.name,
            "type": new.picture.media_type,
            "width": new.picture.width,
            "height": new.picture.height,
            "data": new.picture.data,
            "thumbnail": new.picture.thumbnail,
            "alt": Jsonb(dict(new.alt)),
            "by": new.saved_by,
            "now": now,
        },
    ).fetchone()
    if row is None:
        raise RuntimeError("an upsert gives its row")
    return int(row[0])


def store_alt(connection: psycopg.Connection, image_id: int, alt: Mapping[str, str]) -> bool:
    """Replaces the words of a picture; whether there is such a picture."""
    done = connection.execute("UPDATE images SET alt = %s WHERE id = %s", (Jsonb(dict(alt)), image_id))
    return done.rowcount > 0


def delete_image(connection: psycopg.Connection, image_id: int) -> None:
    """Forgets a picture."""
    connection.execute("DELETE FROM images WHERE id = %s", (image_id,))
