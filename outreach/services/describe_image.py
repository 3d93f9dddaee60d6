"""Replaces the words for those who cannot see a picture."""

from collections.abc import Mapping

from outreach.db.queries.images import store_alt
from outreach.db.queries.publishing import load_rules
from outreach.db.session import Database
from outreach.domain.pictures import described


def describe_image(*, db: Database, image_id: int, alt: Mapping[str, str]) -> bool:
    """Keeps the words, by locale; False if there is no such picture.

    Raises:
        BadInput: if there are none in the business's own locale, some in one that is not ours, or too many.
    """
    with db.raw_transaction() as connection:
        rules = load_rules(connection)
        if rules is None:
            return False
        return store_alt(connection, image_id, described(alt, locales=rules.locales, own=rules.default_locale))
