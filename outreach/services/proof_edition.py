"""Renders an edition's newest texts as one contact of its audience would get them; nothing is sent or counted."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from outreach.db.queries.content import load_brand
from outreach.db.queries.drafts import EditionFacts, load_drafts, load_edition
from outreach.db.queries.imports import business_locales
from outreach.db.queries.sample_contacts import SampleContact, load_sample
from outreach.db.session import Database, driver_connection
from outreach.domain.content import Brand, chosen_locale, fallback_chain
from outreach.domain.errors import BadInput, Fault, NotReady
from outreach.domain.touch import Channel
from outreach.rendering.email import RenderedMail
from outreach.rendering.proof_text import proof_text
from outreach.rendering.renderer import SAMPLE, Renderer
from outreach.rendering.sms import RenderedSMS


@dataclass(frozen=True, slots=True)
class EditionProof:
    """An edition as one contact would get it.

    Attributes:
        contact: None if the audience is empty; then it is rendered for an invented person.
        locale: the one shown.
        steps: the contact's fall-back chain as far as it is walked; () without a contact.
        gets: the locale the contact would get, None if there is nothing for it.
        written: locales that have a text.
        message: the rendered mail or text.
    """

    edition: EditionFacts
    contact: SampleContact | None
    locale: str
    steps: tuple[str, ...]
    gets: str | None
    written: tuple[str, ...]
    message: RenderedMail | RenderedSMS


def proof_edition(
    *,
    db: Database,
    renderer_for: Callable[[Brand], Renderer],
    edition_id: int,
    contact_id: int | None = None,
    external_id: str = "",
    locale: str = "",
    tracked: bool = True,
    now: datetime,
) -> EditionProof:
    """The newest text of an edition, rendered.

    Args:
        contact_id, external_id: of whom it is for; without either the audience's first.
        locale: "" for the one the contact would get.
        tracked: whether links look as readers get them; see `proof_text`.
        now: the date of the mail.

    Raises:
        BadInput: if there is no such edition, text or contact in the audience, or the text cannot be rendered.
        NotReady: if no pack was applied yet.
    """
    with db.transaction() as session:
        connection = driver_connection(session)
        edition, brand = load_edition(connection, edition_id), load_brand(session)
        if brand is None:
            raise NotReady("no pack was applied yet: there is no business to write for")
        if edition is None:
            raise _refused("edition", str(edition_id), "there is no such edition", "Look at the campaign's list.")
        spoken = business_locales(connection)
        drafts = {tag: text for tag, text in load_drafts(connection, edition.id).items() if tag in spoken}
        contact = load_sample(connection, edition, contact_id=contact_id, external_id=external_id)
    if contact is None and (contact_id is not None or external_id):
        value = external_id or str(contact_id)
        raise _refused("contact", value, "is not in the audience of this campaign", "Choose one who may get it.")
    if edition.channel not in (Channel.EMAIL, Channel.SMS):
        raise _refused("edition", edition.key, "is not a written message", "Choose one of mails or texts.")
    if not drafts:
        raise _refused("edition", edition.key, "is not written in any language yet", "Write it first.")
    if locale and locale not in drafts:
        mend = f"Choose one of {', '.join(drafts)}."
        raise _refused("locale", locale, "has no text in this edition", mend)
    gets = chosen_locale(contact.language, drafts, brand.default_locale) if contact else None
    shown = locale or gets or (brand.default_locale if brand.default_locale in drafts else min(drafts))
    text = proof_text(
        edition_id=edition.id,
        locale=shown,
        subject=drafts[shown].subject,
        preheader=drafts[shown].preheader,
        body=drafts[shown].body,
        channel=Channel(edition.channel),
        tracked=tracked,
    )
    recipient = SAMPLE
    if contact:
        address = contact.address(edition.channel)
        recipient = contact.recipient(
            touch_id=SAMPLE.touch_id, address=address, locale=shown, default_locale=brand.default_locale
        )
    renderer = renderer_for(brand)
    mails = edition.channel == Channel.EMAIL
    return EditionProof(
        edition=edition,
        contact=contact,
        locale=shown,
        steps=_steps(contact.language, default=brand.default_locale, gets=gets) if contact else (),
        gets=gets,
        written=tuple(drafts),
        message=renderer.mail(text, recipient, now=now) if mails else renderer.sms(text, recipient),
    )


def _steps(language: str, *, default: str, gets: str | None) -> tuple[str, ...]:
    chain = fallback_chain(language, default)
    return chain[: chain.index(gets) + 1] if gets else chain


def _refused(place: str, value: str, reason: str, mend: str) -> BadInput:
    return BadInput([Fault(place=place, value=value, reason=reason, mend=mend)])
