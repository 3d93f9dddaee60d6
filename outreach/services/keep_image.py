"""Keeps a picture for mails, with words for those who cannot see it."""

from collections.abc import Mapping
from datetime import datetime

from outreach.db.queries.images import NewImage, store_image
from outreach.db.queries.publishing import load_rules
from outreach.db.session import Database
from outreach.domain.errors import BadInput, Fault
from outreach.domain.pictures import described
from outreach.intake.pictures import read_picture

#: Characters of a file's name that are kept.
NAME_LENGTH = 120


def keep_image(*, db: Database, data: bytes, name: str, alt: Mapping[str, str], by: str, now: datetime) -> int:
    """The id of the kept picture; the same one again is not kept twice, but takes the new words.

    Args:
        data: a JPEG, PNG, GIF or WebP file.
        alt: words by locale; those of the business's own locale are needed.

    Raises:
        BadInput: if the file cannot be used or words are missing.
    """
    with db.raw_transaction() as connection:
        rules = load_rules(connection)
    if rules is None:
        raise BadInput([Fault("image", "there is no business yet", "Apply a pack first.")])
    words = described(alt, locales=rules.locales, own=rules.default_locale)
    picture = read_picture(data, name=name)
    shown = " ".join(name.replace("\x00", "").encode("utf-8", "replace").decode().split())[:NAME_LENGTH]
    with db.raw_transaction() as connection:
        return store_image(connection, NewImage(picture, shown, words, by), now=now)
