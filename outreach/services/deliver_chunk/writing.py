"""Writes what a chunk of claims sends: each in its contact's language, in the shape that the provider takes."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from outreach.db.queries.claims import Claim
from outreach.db.queries.content import load_texts
from outreach.db.session import Database
from outreach.domain.content import Brand, EditionText, Recipient, chosen_locale, occasion_words
from outreach.domain.errors import OutreachError
from outreach.domain.touch import Channel
from outreach.providers.base import Assembler, Outgoing, Provider
from outreach.rendering.renderer import Renderer

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ready:
    """A rendered message with the claim it belongs to; `riders` are the editions that ride along in it."""

    claim: Claim
    locale: str
    outgoing: Outgoing
    riders: tuple[int, ...]


def write(
    claims: Sequence[Claim], *, db: Database, brand: Brand, renderer: Renderer, provider: Provider, now: datetime
) -> tuple[list[Ready], list[tuple[UUID, str]]]:
    """The messages ready to leave, and those that cannot be rendered with the reason."""
    with db.transaction() as session:
        texts = load_texts(session, sorted({edition for one in claims for edition in (one.edition_id, *one.riders)}))
    in_parts = isinstance(provider, Assembler)
    ready: list[Ready] = []
    broken: list[tuple[UUID, str]] = []
    for one in claims:
        available = texts.get(one.edition_id, {})
        locale = chosen_locale(one.language, available.keys(), brand.default_locale)
        if locale is None:
            broken.append((one.id, f"no text in {one.language} nor in {brand.default_locale}"))
            continue
        riders = [rider for edition in one.riders if (rider := _rider(one, texts.get(edition, {}), brand))]
        try:
            outgoing = _outgoing(
                one, text=available[locale], riders=riders, brand=brand, renderer=renderer, in_parts=in_parts, now=now
            )
        except OutreachError as error:
            log.error("touch %s cannot be rendered: %s", one.id, error)
            broken.append((one.id, f"cannot be rendered: {error}"))
        else:
            ready.append(Ready(one, locale, outgoing, tuple(rider.edition_id for rider in riders)))
    return ready, broken


def _rider(one: Claim, texts: Mapping[str, EditionText], brand: Brand) -> EditionText | None:
    """What rides along, in the contact's language; None where it was not written in that nor in the business's own."""
    locale = chosen_locale(one.language, texts.keys(), brand.default_locale)
    return texts[locale] if locale else None


def _outgoing(
    one: Claim,
    *,
    text: EditionText,
    riders: Sequence[EditionText],
    brand: Brand,
    renderer: Renderer,
    in_parts: bool,
    now: datetime,
) -> Outgoing:
    industry_locale = chosen_locale(text.locale, one.industry_names.keys(), brand.default_locale)
    recipient = Recipient(
        touch_id=one.id,
        address=one.address,
        first_name=one.first_name,
        last_name=one.last_name,
        company=one.company,
        industry=one.industry_names[industry_locale] if industry_locale else "",
        customer_since=one.customer_since,
        industry_key=one.industry_key,
        occasion=occasion_words(one.occasion, text.locale, brand.default_locale),
    )
    sender = brand.phone if one.channel == Channel.SMS else brand.sender_email
    outgoing = Outgoing(touch_id=one.id, sender=sender, recipient=one.address, data=b"", language=text.locale)
    if one.channel == Channel.SMS:
        return replace(outgoing, data=renderer.sms(text, recipient).body.encode())
    if in_parts:
        return replace(outgoing, parts=renderer.parts(text, recipient, riders=riders))
    return replace(outgoing, data=renderer.mail(text, recipient, now=now, riders=riders).data)
