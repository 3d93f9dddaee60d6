"""Sends somebody a link to everything we know of them: to the address we know, because their page may be forwarded."""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from outreach.db.queries.choices import load_choices
from outreach.db.queries.content import load_brand
from outreach.db.queries.personal_data import digest_of, reserve_request, settle_request
from outreach.db.session import Database, driver_connection
from outreach.domain.content import Brand, EditionText, Recipient
from outreach.domain.touch import Channel
from outreach.providers.base import Outcome, Outgoing, Provider
from outreach.rendering.renderer import Renderer


class Asked(StrEnum):
    """What became of asking."""

    SENT = "sent"
    #: A link went out lately; that one still opens.
    TOO_OFTEN = "too often"
    #: We know no e-mail address, or it could not be reached.
    UNREACHABLE = "unreachable"
    #: There is no such message.
    UNKNOWN = "unknown"


def ask_for_data(
    *,
    db: Database,
    provider: Provider,
    renderer_for: Callable[[Brand], Renderer],
    touch_id: UUID,
    token: str,
    words: tuple[str, str],
    now: datetime,
) -> Asked:
    """Mails the link with `token` to the reader of a message.

    Args:
        provider: of mails.
        words: subject and body of the mail, in the reader's language.
    """
    with db.transaction() as session:
        reader, brand = load_choices(driver_connection(session), touch_id, now=now), load_brand(session)
    if reader is None or brand is None:
        return Asked.UNKNOWN
    address = next((one.address for one in reader.channels if one.channel is Channel.EMAIL), "")
    if not address:
        return Asked.UNREACHABLE
    request_id, digest = uuid4(), digest_of(token)
    with db.raw_transaction() as connection:
        if not reserve_request(connection, request_id, contact_id=reader.contact_id, digest=digest, now=now):
            return Asked.TOO_OFTEN
    subject, body = words
    # Never the same text twice: the version, made of the token, keeps a remembered one from being sent instead.
    text = EditionText(0, int.from_bytes(digest[:6], "big"), reader.locale, subject, subject, body, answers=True)
    recipient = Recipient(request_id, address, "", "", "", "", None)
    mail = renderer_for(brand).mail(text, recipient, now=now)
    outgoing = Outgoing(request_id, brand.sender_email, address, mail.data, reader.locale)
    with provider.open() as line:
        (receipt,) = line.send([outgoing])
    with db.raw_transaction() as connection:
        settle_request(connection, request_id, outcome=receipt.outcome.value, answer=receipt.answer)
    return Asked.SENT if receipt.outcome in (Outcome.SENT, Outcome.UNKNOWN) else Asked.UNREACHABLE
