"""Sends marked test messages of an edition to an address of staff: no touch, in nobody's rhythm, limited by the hour.

They leave through the channel's provider, but beside the ledger. Each has a name of its own that is no touch's, so that
whatever is reported, clicked or unsubscribed with it concerns nobody.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import uuid4

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from outreach.db.queries.content import load_brand
from outreach.db.queries.drafts import DraftText, EditionFacts, load_drafts, load_edition
from outreach.db.queries.imports import business_locales
from outreach.db.queries.proofs import MOST, SentProof, is_suppressed, reserve_proofs, settle_proof
from outreach.db.queries.sample_contacts import SampleContact, load_sample
from outreach.db.session import Database, driver_connection
from outreach.domain.content import Brand, Recipient
from outreach.domain.errors import BadInput, Fault, NotReady
from outreach.domain.touch import Channel
from outreach.providers.base import Outcome, Outgoing, Provider
from outreach.rendering.proof_text import marked_mail, marked_sms, proof_text
from outreach.rendering.renderer import SAMPLE, Renderer


@dataclass(frozen=True, slots=True)
class _Setting:
    """What all messages of one call share."""

    edition: EditionFacts
    brand: Brand
    drafts: Mapping[str, DraftText]
    contact: SampleContact | None
    address: str
    sender_name: str
    now: datetime


def send_proof(
    *,
    db: Database,
    providers: Mapping[Channel, Provider],
    renderer_for: Callable[[Brand], Renderer],
    edition_id: int,
    contact_id: int | None,
    locales: Sequence[str],
    address: str,
    sent_by: str,
    sender_name: str,
    now: datetime,
) -> list[SentProof]:
    """Sends an edition's newest texts to `address`, one message a locale, and says what became of each.

    Args:
        contact_id: whom they are rendered for; None for the audience's first, or for an invented person.
        locales: which texts; () for all.
        address: e-mail address, or a number with its country.
        sent_by, sender_name: the account that is limited, and what to call its owner.

    Raises:
        BadInput: if there is no such edition, text, contact or address, if the address must not be written to, if a
            text cannot be rendered, or if the account has sent too many within an hour. Nothing was sent then.
        NotReady: if no pack was applied yet.
    """
    with db.transaction() as session:
        connection = driver_connection(session)
        edition, brand = load_edition(connection, edition_id), load_brand(session)
        if edition is None or brand is None:
            raise NotReady("there is no such edition, or no business to write for")
        to = _address(address, edition.channel)
        if is_suppressed(connection, channel=edition.channel, address=to, now=now):
            raise _refused("address", "must not be written to: it bounced, complained or unsubscribed", "Use another.")
        spoken = business_locales(connection)
        drafts = {tag: text for tag, text in load_drafts(connection, edition_id).items() if tag in spoken}
        contact = load_sample(connection, edition, contact_id=contact_id)
    if contact is None and contact_id is not None:
        raise _refused("contact", "is not in the audience of this campaign", "Choose one who may get it.")
    wanted = list(locales) or list(drafts)
    if not wanted or not drafts.keys() >= set(wanted):
        raise _refused("locale", "has no text in this edition", "Write it first, or choose another.")
    renderer = renderer_for(brand)
    setting = _Setting(edition, brand, drafts, contact, to, sender_name, now)
    messages = {locale: _message(setting, locale, renderer) for locale in wanted}
    proofs = [
        SentProof(one.touch_id, edition_id, locale, to, sent_by, now, Outcome.UNKNOWN.value, "not answered yet")
        for locale, one in messages.items()
    ]
    with db.raw_transaction() as connection:
        left = reserve_proofs(connection, proofs)
    if left < len(proofs):
        reason = f"{len(proofs)} are more than you may still send: {left} of {MOST} an hour are left"
        raise _refused("test messages", reason, "Send fewer, or wait.")
    return _sent(db, providers[Channel(edition.channel)], list(messages.values()), proofs)


def _sent(db: Database, provider: Provider, batch: Sequence[Outgoing], proofs: Sequence[SentProof]) -> list[SentProof]:
    """Hands the messages over; what happened is written down as each is answered."""
    done = {proof.id: proof for proof in proofs}
    with provider.open() as line:
        for receipt in line.send(batch):
            outcome, answer = receipt.outcome.value, receipt.answer
            with db.raw_transaction() as connection:
                settle_proof(connection, receipt.touch_id, outcome=outcome, answer=answer)
            done[receipt.touch_id] = replace(done[receipt.touch_id], outcome=outcome, answer=answer)
    return list(done.values())


def _message(setting: _Setting, locale: str, renderer: Renderer) -> Outgoing:
    """One marked message; its name is no touch's."""
    draft, brand, channel = setting.drafts[locale], setting.brand, Channel(setting.edition.channel)
    proof_id = uuid4()
    subject, body = _marked(setting, draft)
    text = proof_text(
        edition_id=setting.edition.id,
        locale=locale,
        subject=subject,
        preheader=draft.preheader,
        body=body,
        channel=channel,
        # A text shall cost what readers' cost; in a mail every link can be tried.
        tracked=channel is Channel.SMS,
    )
    recipient: Recipient = replace(SAMPLE, touch_id=proof_id, address=setting.address)
    if setting.contact:
        recipient = setting.contact.recipient(
            touch_id=proof_id, address=setting.address, locale=locale, default_locale=brand.default_locale
        )
    if channel is Channel.SMS:
        sender, data = brand.phone, renderer.sms(text, recipient).body.encode()
    else:
        sender, data = brand.sender_email, renderer.mail(text, recipient, now=setting.now).data
    return Outgoing(touch_id=proof_id, sender=sender, recipient=setting.address, data=data, language=locale)


def _marked(setting: _Setting, draft: DraftText) -> tuple[str, str]:
    if setting.edition.channel == Channel.SMS:
        return "", marked_sms(draft.body)
    whom = f"{setting.contact.name} ({setting.contact.external_id})" if setting.contact else "an invented person"
    line = f"Test sent by {setting.sender_name}. This is what {whom} would get in {draft.locale}."
    return marked_mail(draft.subject, draft.body, line=line)


def _address(value: str, channel: str) -> str:
    """`value` in its usual spelling."""
    value = value.strip()
    if channel == Channel.EMAIL:
        try:
            return validate_email(value, check_deliverability=False).normalized
        except EmailNotValidError as error:
            reason = f"is no e-mail address ({str(error).rstrip('.')})"
            raise _refused("address", reason, "Write it like name@example.org.") from error
    if channel != Channel.SMS:
        raise _refused("edition", "is not a written message", "Choose one of mails or texts.")
    try:
        number = phonenumbers.parse(value, None)
    except phonenumbers.NumberParseException as error:
        mend = "Write it with its country, like +44 7700 900123."
        raise _refused("address", "is no telephone number", mend) from error
    if not phonenumbers.is_possible_number(number):
        raise _refused("address", "is too short or too long for a telephone number", "Check the digits.")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _refused(place: str, reason: str, mend: str) -> BadInput:
    return BadInput([Fault(place=place, reason=reason, mend=mend)])
