"""The consent ledger as proof: what a contact said word by word, whether its lines still hang on one another, and what
ends by itself.
"""

from dataclasses import dataclass
from datetime import datetime

import psycopg
from psycopg.rows import class_row

from outreach.domain.consent_terms import TERMS, Basis


@dataclass(frozen=True, slots=True)
class ConsentProof:
    """One line of the ledger, with everything that proves it.

    Attributes:
        wording, language: what the person saw; "" if nobody knows. wording_hash: its SHA-256 in hexadecimal.
        withdraws: of a withdrawal, the line that it ends.
        previous, hash: SHA-256 in hexadecimal of the contact's line before it, and of this one.
        relied_on: how many messages left relying on it.
    """

    id: int
    channel: str
    granted: bool
    source: str
    given_at: datetime
    recorded_at: datetime
    basis: str
    purpose: str
    expires_at: datetime | None
    confirmed_by: str
    address: str
    origin: str
    wording: str
    language: str
    wording_hash: str
    withdraws: int | None
    previous: str
    hash: str
    relied_on: int


PROOF = """
    SELECT r.id, r.channel, r.granted, r.source, r.given_at, r.recorded_at, r.basis, r.purpose, r.expires_at,
           r.confirmed_by, r.address, r.origin, COALESCE(w.words, '') AS wording, COALESCE(w.language, '') AS language,
           COALESCE(encode(r.wording, 'hex'), '') AS wording_hash, r.withdraws,
           COALESCE(encode(r.previous, 'hex'), '') AS previous, encode(r.hash, 'hex') AS hash,
           (SELECT count(*) FROM touches t WHERE t.contact_id = r.contact_id AND t.consent_id = r.id
                AND t.sent_at IS NOT NULL) AS relied_on
    FROM consent_records r LEFT JOIN consent_wordings w ON w.hash = r.wording
    WHERE r.contact_id = %s ORDER BY r.id
"""


def contact_named(connection: psycopg.Connection, external_id: str) -> int | None:
    """The contact with that id of the business; None if there is none."""
    row = connection.execute("SELECT id FROM contacts WHERE external_id = %s", (external_id,)).fetchone()
    return int(row[0]) if row else None


def load_proof(connection: psycopg.Connection, contact_id: int) -> list[ConsentProof]:
    """All that a contact said, oldest first."""
    with connection.cursor(row_factory=class_row(ConsentProof)) as cursor:
        return cursor.execute(PROOF, (contact_id,)).fetchall()


@dataclass(frozen=True, slots=True)
class BrokenLine:
    """A line that is not as it was written; `contact` is an external id, `fault` what is wrong with it."""

    line: int
    contact: str
    fault: str


#: Each line is hashed again; its fields, its place and its wording are looked at apart, so that a fault has a name.
BROKEN = """
    WITH lines AS (
        SELECT r, r.id, r.contact_id, r.hash, r.previous, r.salt, r.seal, r.address, r.origin, w.words, w.language,
               r.wording, lag(r.hash) OVER (PARTITION BY r.contact_id ORDER BY r.id) AS before
        FROM consent_records r LEFT JOIN consent_wordings w ON w.hash = r.wording
        WHERE %(contact)s::bigint IS NULL OR r.contact_id = %(contact)s::bigint
    ), judged AS (
        SELECT id, contact_id, CASE
            WHEN hash IS NULL OR hash <> sha256(consent_words(r)) THEN 'its words were changed'
            WHEN previous IS DISTINCT FROM before THEN 'a line before it was removed or added'
            WHEN salt IS NOT NULL AND seal IS DISTINCT FROM
                 sha256(salt || convert_to(jsonb_build_array(address, origin)::text, 'UTF8'))
                THEN 'its address or origin was changed'
            WHEN salt IS NULL AND (address <> '' OR origin <> '') THEN 'its address or origin was added'
            WHEN wording IS NOT NULL AND wording IS DISTINCT FROM
                 sha256(convert_to(language || chr(10) || words, 'UTF8')) THEN 'the wording it names was changed'
            END AS fault
        FROM lines
        UNION ALL
        SELECT t.consent_id, t.contact_id, 'a message relied on it, and it is gone'
        FROM touches t WHERE t.consent_id IS NOT NULL
            AND (%(contact)s::bigint IS NULL OR t.contact_id = %(contact)s::bigint)
            AND NOT EXISTS (SELECT FROM consent_records r WHERE r.id = t.consent_id)
    )
    SELECT j.id AS line, c.external_id AS contact, j.fault
    FROM judged j JOIN contacts c ON c.id = j.contact_id
    WHERE j.fault IS NOT NULL ORDER BY j.id LIMIT %(limit)s
"""


def broken_lines(connection: psycopg.Connection, *, contact_id: int | None = None, limit: int = 20) -> list[BrokenLine]:
    """The first lines that are not as they were written; of one contact, or of all."""
    with connection.cursor(row_factory=class_row(BrokenLine)) as cursor:
        return cursor.execute(BROKEN, {"contact": contact_id, "limit": limit}).fetchall()


def count_lines(connection: psycopg.Connection) -> int:
    """How many lines the ledger has."""
    row = connection.execute("SELECT count(*) FROM consent_records").fetchone()
    return int(row[0]) if row else 0


#: Permissions that ended, as the last word of their contact and channel.
_ENDED = """
    SELECT r.* FROM consent_records r
    WHERE r.expires_at <= %(now)s AND r.granted AND NOT EXISTS (
        SELECT FROM consent_records n WHERE n.contact_id = r.contact_id AND n.channel = r.channel AND n.id > r.id)
"""
#: A later purchase or question implies consent anew, for its own time from its own day, and opens a channel that had
#: ended unless the address is suppressed for good. Who was erased has no address, and stays nobody.
RENEW = f"""
    WITH renewed AS (
        INSERT INTO consent_records (contact_id, channel, granted, source, given_at, recorded_at, address, basis,
                                     expires_at)
        SELECT e.contact_id, e.channel, true, 'signal: ' || s.kind, s.occurred_at, %(now)s, o.address, s.basis, s.until
        FROM ({_ENDED}) AS e CROSS JOIN LATERAL (
            SELECT CASE e.channel WHEN 'sms' THEN c.phone ELSE c.email END AS address
            FROM contacts c WHERE c.id = e.contact_id) AS o
        CROSS JOIN LATERAL (
            SELECT s.kind, s.occurred_at, t.basis, s.occurred_at + make_interval(months => t.months) AS until
            FROM signals s
            JOIN unnest(%(kinds)s::text[], %(bases)s::text[], %(months)s::int[]) AS t(kind, basis, months) USING (kind)
            WHERE s.contact_id = e.contact_id AND s.occurred_at > e.given_at AND s.occurred_at <= %(now)s
            ORDER BY until DESC LIMIT 1) AS s
        WHERE s.until > %(now)s AND o.address <> '' ORDER BY e.contact_id, e.channel
        RETURNING contact_id, channel, address
    ), open AS (
        SELECT contact_id, bool_or(channel = 'email') AS email, bool_or(channel = 'sms') AS sms FROM renewed r
        WHERE NOT EXISTS (SELECT FROM suppressions s WHERE s.channel = r.channel AND s.until IS NULL
                          AND s.address = CASE r.channel WHEN 'sms' THEN r.address ELSE lower(r.address) END)
        GROUP BY contact_id
    ), allowed AS (
        UPDATE contacts c SET may_email = c.may_email OR o.email, may_sms = c.may_sms OR o.sms, updated_at = %(now)s
        FROM open o WHERE c.id = o.contact_id AND (o.email AND NOT c.may_email OR o.sms AND NOT c.may_sms)
        RETURNING c.id
    ), looked AS (
        UPDATE rhythms r SET look_at = %(now)s FROM allowed WHERE r.contact_id = allowed.id)
    SELECT count(*) FROM renewed
"""  # noqa: S608 - built of constants
END = f"""
    WITH ended AS ({_ENDED}), gone AS (
        SELECT contact_id, bool_or(channel = 'email') AS email, bool_or(channel = 'sms') AS sms
        FROM ended GROUP BY contact_id
    ), taken AS (
        UPDATE contacts c SET may_email = c.may_email AND NOT g.email, may_sms = c.may_sms AND NOT g.sms,
                              updated_at = %(now)s
        FROM gone g WHERE c.id = g.contact_id AND (c.may_email AND g.email OR c.may_sms AND g.sms)
        RETURNING c.id
    ), looked AS (
        UPDATE rhythms r SET look_at = %(now)s FROM taken WHERE r.contact_id = taken.id)
    SELECT count(*) FROM taken
"""  # noqa: S608 - built of constants

#: Which signals imply consent, and as what.
_IMPLYING = (("purchase", Basis.IMPLIED_PURCHASE), ("question", Basis.IMPLIED_INQUIRY))


def end_expired(connection: psycopg.Connection, *, now: datetime) -> tuple[int, int]:
    """Renews what later signals renew, and takes the channels of whose consent has ended; how many lines, contacts."""
    values = {
        "now": now,
        "kinds": [kind for kind, _ in _IMPLYING],
        "bases": [basis.value for _, basis in _IMPLYING],
        "months": [TERMS[basis] for _, basis in _IMPLYING],
    }
    (renewed,) = connection.execute(RENEW, values).fetchone() or (0,)
    (ended,) = connection.execute(END, values).fetchone() or (0,)
    return int(renewed), int(ended)
