"""Consent, suppression, and what they mean for what is planned.

`contacts.may_email` and `may_sms` are projections: the latest word of the consent ledger is yes, and the address is not
suppressed for good. A suppression with an end is a pause: it takes nobody's permission, and whoever asks for
suppressions looks at `until`. Every function takes sets and runs a fixed number of statements.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from uuid import UUID

import psycopg
from psycopg.rows import class_row

from outreach.domain.consent_terms import Basis, Said, expiry
from outreach.domain.touch import Channel


class SuppressedFor(StrEnum):
    """Why an address must not be written to, weakest first: a weaker reason never replaces a stronger one."""

    #: Its owner used the unsubscribe link, and may take that back.
    UNSUBSCRIBED = "unsubscribed"
    #: It does not work.
    BOUNCED = "bounced"
    #: A member of staff said so.
    BY_HAND = "by hand"
    #: Its owner reported us.
    COMPLAINED = "complained"


@dataclass(frozen=True, slots=True)
class Barred:
    """An address that must not be written to on a channel.

    Attributes:
        address: e-mail address in any case, or E.164 number; "" if none is known.
        since: business time.
        contact_id: who said so, and is to be left in peace on the channel at any address; None if only the
            address is at fault.
        until: when it ends; None for good.
    """

    channel: Channel
    address: str
    reason: SuppressedFor
    since: datetime
    contact_id: int | None = None
    until: datetime | None = None

    @property
    def key(self) -> str:
        """The address as suppressions hold it."""
        return self.address if self.channel is Channel.SMS else self.address.lower()


def bar(connection: psycopg.Connection, barred: Sequence[Barred], *, now: datetime) -> None:
    """Suppresses addresses, takes the channel's permission from all their owners, skips what is planned for them.

    For good outweighs for a while, and of two pauses the one that ends later counts. A pause takes no permission, and
    skips only what was planned before its end.
    """
    pauses = [one for one in barred if one.until is not None]
    forever = [one for one in barred if one.until is None]
    if forever:
        values = _values(forever, now=now)
        connection.execute(SUPPRESS, values)
        connection.execute(SKIP_PLANNED, values)
        connection.execute(TAKE_PERMISSION, values)
    if pauses:
        values = _values(pauses, now=now)
        connection.execute(PAUSE, values)
        connection.execute(SKIP_PLANNED, values)


def _values(barred: Sequence[Barred], *, now: datetime) -> dict[str, object]:
    """The parameters of the statements below: each address once, with its strongest reason."""
    strengths = list(SuppressedFor)
    strongest: dict[tuple[Channel, str], Barred] = {}
    for one in sorted(barred, key=lambda one: (strengths.index(one.reason), -one.since.timestamp())):
        if one.address:
            strongest[one.channel, one.key] = one
    people = [one for one in barred if one.contact_id is not None]
    rows = [strongest[key] for key in sorted(strongest)]
    return {
        "channels": [one.channel.value for one in rows],
        "addresses": [one.key for one in rows],
        "reasons": [one.reason.value for one in rows],
        "since": [one.since for one in rows],
        "until": [one.until for one in rows],
        "people": [one.contact_id for one in people],
        "people_channels": [one.channel.value for one in people],
        "people_reasons": [one.reason.value for one in people],
        "strengths": [reason.value for reason in strengths],
        "now": now,
    }


SUPPRESS = """
    INSERT INTO suppressions AS s (channel, address, reason, since)
    SELECT * FROM unnest(%(channels)s::text[], %(addresses)s::text[], %(reasons)s::text[], %(since)s::timestamptz[])
    ON CONFLICT (channel, address) DO UPDATE SET reason = EXCLUDED.reason, since = EXCLUDED.since, until = NULL
    WHERE s.until IS NOT NULL
       OR array_position(%(strengths)s::text[], EXCLUDED.reason) > array_position(%(strengths)s::text[], s.reason)
       OR (EXCLUDED.reason = s.reason AND EXCLUDED.since < s.since)
"""

PAUSE = """
    INSERT INTO suppressions AS s (channel, address, reason, since, until)
    SELECT * FROM unnest(%(channels)s::text[], %(addresses)s::text[], %(reasons)s::text[], %(since)s::timestamptz[],
                         %(until)s::timestamptz[])
    ON CONFLICT (channel, address) DO UPDATE SET since = LEAST(s.since, EXCLUDED.since),
                                                 until = GREATEST(s.until, EXCLUDED.until)
    WHERE s.until IS NOT NULL AND (EXCLUDED.since < s.since OR EXCLUDED.until > s.until)
"""

#: Owners of barred addresses and whoever said so: id, channel, reason, until.
_OWNERS = """
    SELECT c.id, n.channel, n.reason, n.until
    FROM barred n JOIN contacts c ON lower(c.email) = n.address WHERE n.channel = 'email'
    UNION SELECT c.id, n.channel, n.reason, n.until
    FROM barred n JOIN contacts c ON c.phone = n.address WHERE n.channel = 'sms'
    UNION SELECT n.*, NULL::timestamptz
    FROM unnest(%(people)s::bigint[], %(people_channels)s::text[], %(people_reasons)s::text[]) AS n
"""

_BARRED = """barred AS (
        SELECT * FROM unnest(%(channels)s::text[], %(addresses)s::text[], %(reasons)s::text[], %(until)s::timestamptz[])
                      AS n(channel, address, reason, until))"""

SKIP_PLANNED = f"""
    WITH {_BARRED}, owners AS ({_OWNERS}), chosen AS (
        SELECT t.id, (SELECT o.reason FROM owners o WHERE o.id = t.contact_id AND o.channel = t.channel
                      ORDER BY array_position(%(strengths)s::text[], o.reason) DESC LIMIT 1) AS reason
        FROM touches t
        WHERE t.state IN ('planned', 'retry_wait')
              AND EXISTS (SELECT FROM owners o WHERE o.id = t.contact_id AND o.channel = t.channel
                          AND (o.until IS NULL OR t.send_at < o.until))
        ORDER BY t.id FOR NO KEY UPDATE
    ), skipped AS (
        UPDATE touches t SET state = 'skipped', outcome = chosen.reason FROM chosen
        WHERE t.id = chosen.id AND t.state IN ('planned', 'retry_wait') RETURNING t.id, t.contact_id
    ), freed AS (
        DELETE FROM touches b USING skipped WHERE b.merged_into = skipped.id
    )
    UPDATE rhythms r SET look_at = %(now)s FROM skipped WHERE r.contact_id = skipped.contact_id
"""  # noqa: S608 - built of constants

TAKE_PERMISSION = f"""
    WITH {_BARRED}, owners AS ({_OWNERS}), taken AS (
        SELECT id, bool_or(channel = 'email') AS email, bool_or(channel = 'sms') AS sms FROM owners GROUP BY id)
    UPDATE contacts c SET may_email = c.may_email AND NOT t.email, may_sms = c.may_sms AND NOT t.sms,
                          updated_at = %(now)s
    FROM taken t WHERE c.id = t.id AND (c.may_email AND t.email OR c.may_sms AND t.sms)
"""  # noqa: S608 - built of constants


@dataclass(frozen=True, slots=True)
class ConsentWord:
    """Something a contact said about a channel.

    Attributes:
        source: how we know: "complaint", "unsubscribe link".
        given_at: business time.
        wording: the exact text that the person saw, "" if nobody knows; language: its BCP 47 tag.
        address: as given. origin: from where: network address and program, or a file and who brought it.
        basis: what allows us to write; with it goes when that ends.
        confirmed_by: how the person proved that the address is theirs, "" if they did not.
    """

    contact_id: int
    channel: Channel
    granted: bool
    source: str
    given_at: datetime
    wording: str = ""
    language: str = ""
    address: str = ""
    origin: str = ""
    basis: Basis = Basis.CONSENT
    confirmed_by: str = ""

    @classmethod
    def of(
        cls,
        said: Said,
        contact_id: int,
        channel: Channel,
        *,
        granted: bool,
        source: str,
        given_at: datetime,
        address: str = "",
    ) -> "ConsentWord":
        """The word of somebody who said it as `said` tells."""
        return cls(
            contact_id,
            channel,
            granted,
            source,
            given_at,
            wording=said.wording,
            language=said.language,
            address=address,
            origin=said.origin,
        )

    @property
    def wording_hash(self) -> bytes | None:
        """By which the wording is kept once: SHA-256 of language, line feed and words."""
        return sha256(f"{self.language}\n{self.wording}".encode()).digest() if self.wording else None


def record_consent(connection: psycopg.Connection, word: ConsentWord, *, now: datetime) -> int | None:
    """Appends `word` to the ledger unless it says what the ledger says already; the id of the line, or None.

    A yes to words that the last line does not name, a proof of the address or a later end is news.
    """
    values = {
        "contact": word.contact_id,
        "channel": word.channel.value,
        "granted": word.granted,
        "source": word.source,
        "given": word.given_at,
        "wording": word.wording_hash,
        "words": word.wording,
        "language": word.language,
        "address": word.address,
        "origin": word.origin,
        "basis": word.basis.value,
        "expires": expiry(word.basis, word.given_at) if word.granted else None,
        "confirmed": word.confirmed_by,
        "now": now,
    }
    if word.wording:
        connection.execute(KEEP_WORDING, values)
    row = connection.execute(RECORD, values).fetchone()
    return row[0] if row else None


KEEP_WORDING = """
    INSERT INTO consent_wordings (hash, words, language, first_used_at)
    VALUES (%(wording)s, %(words)s, %(language)s, %(now)s) ON CONFLICT DO NOTHING
"""
RECORD = """
    INSERT INTO consent_records (contact_id, channel, granted, source, given_at, recorded_at, wording, address, origin,
                                 basis, expires_at, confirmed_by)
    SELECT %(contact)s::bigint, %(channel)s::text, %(granted)s::boolean, %(source)s::text, %(given)s, %(now)s,
           %(wording)s::bytea, %(address)s::text, %(origin)s::text, %(basis)s::text, %(expires)s::timestamptz,
           %(confirmed)s::text
    WHERE NOT EXISTS (
        SELECT FROM (SELECT * FROM consent_records
                     WHERE contact_id = %(contact)s::bigint AND channel = %(channel)s::text
                     ORDER BY id DESC LIMIT 1) AS last
        WHERE last.granted = %(granted)s::boolean
          AND (NOT last.granted OR %(wording)s::bytea IS NULL OR last.wording = %(wording)s::bytea)
          AND (%(confirmed)s::text = '' OR last.confirmed_by <> '')
          AND (NOT last.granted OR last.expires_at IS NULL
               OR last.expires_at >= COALESCE(%(expires)s::timestamptz, 'infinity')))
    RETURNING id
"""


def last_source(connection: psycopg.Connection, *, contact_id: int, channel: Channel) -> str | None:
    """How we know the latest word of the ledger; None if it has none."""
    row = connection.execute(
        "SELECT source FROM consent_records WHERE contact_id = %s AND channel = %s ORDER BY id DESC LIMIT 1",
        (contact_id, channel.value),
    ).fetchone()
    return row[0] if row else None


def lift_unsubscription(connection: psycopg.Connection, *, channel: Channel, address: str, now: datetime) -> None:
    """Ends a suppression that came from the unsubscribe link, and no other; owners who consent are written to again."""
    key = address if channel is Channel.SMS else address.lower()
    connection.execute(
        "DELETE FROM suppressions WHERE channel = %s AND address = %s AND reason = %s",
        (channel.value, key, SuppressedFor.UNSUBSCRIBED.value),
    )
    connection.execute(
        """
        WITH permitted AS (
            UPDATE contacts c SET may_email = CASE %(channel)s::text WHEN 'email' THEN true ELSE c.may_email END,
                                  may_sms = CASE %(channel)s::text WHEN 'sms' THEN true ELSE c.may_sms END,
                                  updated_at = %(now)s
            WHERE (c.phone = %(phone)s OR lower(c.email) = %(email)s)
              AND NOT EXISTS (SELECT FROM suppressions
                              WHERE channel = %(channel)s::text AND address = %(address)s::text AND until IS NULL)
              AND (SELECT granted FROM consent_records r WHERE r.contact_id = c.id AND r.channel = %(channel)s::text
                   ORDER BY r.id DESC LIMIT 1)
            RETURNING c.id)
        UPDATE rhythms r SET look_at = %(now)s FROM permitted WHERE r.contact_id = permitted.id
        """,
        {
            "channel": channel.value,
            "address": key,
            # None equals nothing: each channel looks at its own kind of address, both by index.
            "email": key if channel is Channel.EMAIL else None,
            "phone": key if channel is Channel.SMS else None,
            "now": now,
        },
    )


@dataclass(frozen=True, slots=True)
class Addressee:
    """Who got a message, and where.

    Attributes:
        address: where it went; the contact's present address if it never left.
        locale: of the message; the contact's language if it was never rendered.
    """

    contact_id: int
    channel: str
    address: str
    locale: str


ADDRESSEE = """
    SELECT t.contact_id, t.channel, COALESCE(NULLIF(t.locale, ''), c.language) AS locale,
           COALESCE(NULLIF(t.address, ''), CASE t.channel WHEN 'sms' THEN c.phone ELSE c.email END) AS address
    FROM touches t JOIN contacts c ON c.id = t.contact_id WHERE t.id = %s
"""


def addressee(connection: psycopg.Connection, touch_id: UUID) -> Addressee | None:
    """Who got the message, or None if there is no such message."""
    with connection.cursor(row_factory=class_row(Addressee)) as cursor:
        return cursor.execute(ADDRESSEE, (touch_id,)).fetchone()


def lock_addressee(connection: psycopg.Connection, touch_id: UUID) -> Addressee | None:
    """The same, with the contact and the message locked until the transaction ends."""
    with connection.cursor(row_factory=class_row(Addressee)) as cursor:
        return cursor.execute(ADDRESSEE + " FOR NO KEY UPDATE", (touch_id,)).fetchone()
