"""The texts that messages are made of, and the business that writes them."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.db.models.content import Business, EditionContent, Link
from outreach.domain.content import Brand, EditionText


def load_brand(session: Session) -> Brand | None:
    """The business that writes, or None before a pack was applied."""
    row = session.execute(select(Business)).scalar_one_or_none()
    if row is None:
        return None
    return Brand(
        name=row.name,
        sender_name=row.sender_name,
        sender_email=row.sender_email,
        reply_to=row.reply_to,
        postal_address=row.postal_address,
        phone=row.phone,
        website=row.website,
        colour=row.colour,
        default_locale=row.default_locale,
    )


def load_texts(session: Session, edition_ids: Sequence[int]) -> dict[int, dict[str, EditionText]]:
    """The texts of editions in the languages the business writes now, by edition and locale, with their links' ids."""
    links: dict[int, dict[str, int]] = {}
    for link in session.execute(select(Link.edition_id, Link.url, Link.id).where(Link.edition_id.in_(edition_ids))):
        links.setdefault(link.edition_id, {})[link.url] = link.id
    texts: dict[int, dict[str, EditionText]] = {}
    spoken = session.scalar(select(Business.locales)) or []
    wanted = select(EditionContent).where(EditionContent.edition_id.in_(edition_ids), EditionContent.locale.in_(spoken))
    for row in session.scalars(wanted):
        texts.setdefault(row.edition_id, {})[row.locale] = EditionText(
            edition_id=row.edition_id,
            version=row.version,
            locale=row.locale,
            subject=row.subject,
            preheader=row.preheader,
            body=row.body,
            link_ids=links.get(row.edition_id, {}),
        )
    return texts
