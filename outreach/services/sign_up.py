"""Mails a link to somebody who filled a sign-up form in; only pressing the button behind it signs them up."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import uuid4

from outreach.db.queries.content import load_brand
from outreach.db.queries.personal_data import digest_of
from outreach.db.queries.referrals import find_referrer
from outreach.db.queries.sign_ups import Reserved, reserve_sign_up, settle_sign_up
from outreach.db.session import Database
from outreach.domain.content import Brand, EditionText, Recipient
from outreach.domain.errors import NotReady
from outreach.domain.pacing.limits import Limit
from outreach.domain.sign_up.filled import Filled
from outreach.domain.sign_up.form import SignUpForm
from outreach.domain.sign_up.networks import network_of
from outreach.providers.base import Outcome, Outgoing, Provider
from outreach.queueing.pace import Pace
from outreach.rendering.renderer import Renderer

#: Mails that visitors of one network (/24, /64) may cause at once, and in an hour after that.
NETWORK_BURST, NETWORK_AN_HOUR = 20, 20
#: The same for the whole world, so that a botnet cannot make us a nuisance either.
EVERYBODY = Limit("sign-up|everybody", per_second=1_000 / 3600, burst=500)


class SignedUp(StrEnum):
    """What became of filling the form in. Visitors are never told: it says what we know of an address."""

    MAILED = "mailed"
    #: The address, its network or everybody together had as many mails as they get.
    TOO_OFTEN = "too often"
    #: The address is left alone: it bounced, its owner complained, or staff said so.
    BARRED = "barred"
    #: The mail could not leave.
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Where a request came from.

    Attributes:
        address: of the network, "" if unknown. agent: what the browser calls itself, one line.
    """

    address: str
    agent: str

    def __str__(self) -> str:
        return " ".join(part for part in (self.address, self.agent) if part)


def sign_up(
    *,
    db: Database,
    pace: Pace,
    provider: Provider,
    renderer_for: Callable[[Brand], Renderer],
    form: SignUpForm,
    filled: Filled,
    visitor: Visitor,
    token: str,
    words: tuple[str, str],
    referrer: str = "",
    now: datetime,
) -> SignedUp:
    """Writes the sign-up down and mails the link with `token`, once.

    Nothing is stored, and nobody is mailed, beyond the limits and at barred addresses. Who used the unsubscribe link
    may change their mind here; who complained may not be reminded of us by a stranger who types their address.

    Args:
        provider: of mails. words: subject and body of the mail, in the form's language.
        referrer: what the address of the form says of who recommended us; one that is not ours counts as none.

    Raises:
        redis.RedisError: if the limits cannot be asked; nothing was stored or sent.
        NotReady: if there is no business yet.
    """
    if not pace.take(_limits(visitor), 1).messages:
        return SignedUp.TOO_OFTEN
    with db.transaction() as session:
        brand = load_brand(session)
    if brand is None:
        raise NotReady("nobody can sign up before a pack was applied")
    sign_up_id, digest = uuid4(), digest_of(token)
    with db.raw_transaction() as connection:
        reserved = reserve_sign_up(
            connection,
            sign_up_id,
            form=form,
            filled=filled,
            digest=digest,
            asked_from=str(visitor),
            referred_by=find_referrer(connection, referrer),
            now=now,
        )
    if reserved is not Reserved.YES:
        return SignedUp.BARRED if reserved is Reserved.BARRED else SignedUp.TOO_OFTEN
    subject, body = words
    # Never the same text twice: the version, made of the token, keeps a remembered one from being sent instead.
    text = EditionText(0, int.from_bytes(digest[:6], "big"), filled.language_seen, subject, subject, body, answers=True)
    recipient = Recipient(sign_up_id, filled.email, "", "", "", "", None)
    mail = renderer_for(brand).mail(text, recipient, now=now)
    outgoing = Outgoing(sign_up_id, brand.sender_email, filled.email, mail.data, filled.language_seen)
    with provider.open() as line:
        (receipt,) = line.send([outgoing])
    with db.raw_transaction() as connection:
        settle_sign_up(connection, sign_up_id, outcome=receipt.outcome.value, answer=receipt.answer)
    return SignedUp.MAILED if receipt.outcome in (Outcome.SENT, Outcome.UNKNOWN) else SignedUp.UNREACHABLE


def _limits(visitor: Visitor) -> tuple[Limit, Limit]:
    return Limit(f"sign-up|{network_of(visitor.address)}", NETWORK_AN_HOUR / 3600, NETWORK_BURST), EVERYBODY
