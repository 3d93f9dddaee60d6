"""Makes somebody who pressed the button behind the link a contact who allows us to write, once."""

from datetime import datetime
from enum import StrEnum

import psycopg

from outreach.db.queries.consent import ConsentWord, lift_unsubscription, record_consent
from outreach.db.queries.personal_data import digest_of
from outreach.db.queries.referrals import note_referral
from outreach.db.queries.sign_ups import (
    StoredSignUp,
    find_sign_up,
    forget_erasure,
    is_barred,
    is_erased,
    known_contact,
    lock_address,
    mark_confirmed,
    new_contact,
    want_topics,
)
from outreach.db.session import Database
from outreach.domain.erasure import keyed_hash
from outreach.domain.touch import Channel


class Confirmed(StrEnum):
    """What became of pressing the button."""

    #: They are on the list, now or since they pressed it before.
    YES = "yes"
    #: The address was barred meanwhile; nothing was changed.
    BARRED = "barred"
    #: It is no link of ours, or an old one.
    UNKNOWN = "unknown"


def confirm_sign_up(*, db: Database, token: str, confirmed_from: str, secret: bytes, now: datetime) -> Confirmed:
    """Creates or finds the contact, writes the consent down, and takes an earlier unsubscription back.

    Pressing twice changes nothing the second time, also if they have unsubscribed meanwhile. An address that bounced,
    whose owner complained, or that staff barred, stays barred: only staff open it again. Who had everything erased
    comes back as somebody new.

    Args:
        confirmed_from: network address and program of whoever pressed it.
        secret: the product's; by it, erased addresses are known.
    """
    digest = digest_of(token)
    with db.raw_transaction() as connection:
        found = find_sign_up(connection, digest, now=now)
        if found is None:
            return Confirmed.UNKNOWN
        lock_address(connection, found.email)
        # Once more, behind the lock: somebody may have pressed the button at the same time, or erased everything.
        found = find_sign_up(connection, digest, now=now)
        if found is None:
            return Confirmed.UNKNOWN
        if found.confirmed_at is not None:
            return Confirmed.YES
        if is_barred(connection, found.email, now=now):
            return Confirmed.BARRED
        contact_id = _contact(connection, found, secret=secret, now=now)
        _consent(connection, found, contact_id=contact_id, confirmed_from=confirmed_from, now=now)
        mark_confirmed(connection, found.id, contact_id=contact_id, confirmed_from=confirmed_from, now=now)
        return Confirmed.YES


def _contact(connection: psycopg.Connection, sign_up: StoredSignUp, *, secret: bytes, now: datetime) -> int:
    email = keyed_hash(Channel.EMAIL, sign_up.email.lower(), secret=secret)
    forget_erasure(connection, channel=Channel.EMAIL.value, digest=email)
    # The link proves the mailbox, not the telephone: an erased number does not come back by it.
    number = keyed_hash(Channel.SMS, sign_up.phone, secret=secret)
    phone = "" if is_erased(connection, channel=Channel.SMS.value, digest=number) else sign_up.phone
    known = known_contact(connection, sign_up, phone=phone, now=now)
    contact_id = known or new_contact(connection, sign_up, phone=phone, now=now)
    if known is None and sign_up.referred_by is not None:
        note_referral(connection, contact_id, referrer_id=sign_up.referred_by, now=now)
    source = f"sign-up form {sign_up.form}"
    want_topics(connection, contact_id, sign_up, is_new=known is None, source=source, now=now)
    return contact_id


def _consent(
    connection: psycopg.Connection, sign_up: StoredSignUp, *, contact_id: int, confirmed_from: str, now: datetime
) -> None:
    source = f"sign-up form {sign_up.form}"
    word = ConsentWord(
        contact_id,
        Channel.EMAIL,
        granted=True,
        source=source,
        given_at=now,
        wording=sign_up.wording,
        language=sign_up.language_seen,
        address=sign_up.email,
        origin=f"confirmed from {confirmed_from}; asked for from {sign_up.asked_from}",
        confirmed_by=f"link mailed on {sign_up.asked_at:%Y-%m-%d %H:%M} UTC",
    )
    record_consent(connection, word, now=now)
    lift_unsubscription(connection, channel=Channel.EMAIL, address=sign_up.email, now=now)
