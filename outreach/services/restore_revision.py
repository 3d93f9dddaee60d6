"""Takes a text back to how it was saved once: as a new revision on top, so that nothing is lost."""

from datetime import datetime

from outreach.db.queries.drafts import load_drafts, load_revisions, save_draft
from outreach.db.session import Database


def restore_revision(*, db: Database, edition_id: int, locale: str, number: int, by: str, now: datetime) -> int | None:
    """The number of the new revision; None if there is no revision of that number."""
    with db.raw_transaction() as connection:
        old = next((one for one in load_revisions(connection, edition_id, locale) if one.number == number), None)
        if old is None:
            return None
        return save_draft(
            connection,
            edition_id=edition_id,
            locale=locale,
            began_from=load_drafts(connection, edition_id)[locale].number,
            subject=old.subject,
            preheader=old.preheader,
            body=old.body,
            saved_by=by,
            now=now,
            origin="restored",
        )
