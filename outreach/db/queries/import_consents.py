"""What rows of an import say about consent: a no at once and for good, a yes only where nobody ever said no."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import psycopg

from outreach.db.queries.consent import Barred, SuppressedFor, bar
from outreach.domain.consent_terms import TERMS
from outreach.domain.touch import Channel


@dataclass(frozen=True, slots=True)
class OptOut:
    """A withdrawal found in a row, whatever else the row says.

    Attributes:
        external_id, address: whose; the address (as the row spells it) counts only where the row has no id.
        source: what the ledger will say.
    """

    external_id: str
    address: str
    channel: Channel
    source: str


OPT_OUT = """
    WITH said AS (
        SELECT * FROM unnest(%(ids)s::text[], %(addresses)s::text[], %(channels)s::text[], %(sources)s::text[])
                      AS s(external_id, address, channel, source)
    ), owners AS (
        SELECT c.id, c.may_email, c.may_sms, s.channel, s.source FROM said s JOIN contacts c USING (external_id)
        UNION ALL SELECT c.id, c.may_email, c.may_sms, s.channel, s.source
        FROM said s JOIN contacts c ON lower(c.email) = lower(s.address)
        WHERE s.external_id = '' AND s.address <> '' AND s.channel = 'email'
        UNION ALL SELECT c.id, c.may_email, c.may_sms, s.channel, s.source
        FROM said s JOIN contacts c ON c.phone = s.address
        WHERE s.external_id = '' AND s.address <> '' AND s.channel = 'sms'
    ), withdrawn AS (
        SELECT DISTINCT ON (o.id, o.channel) o.id, o.channel, o.source,
               CASE o.channel WHEN 'email' THEN o.may_email ELSE o.may_sms END AS ends
        FROM owners o
        WHERE (SELECT r.granted FROM consent_records r WHERE r.contact_id = o.id AND r.channel = o.channel
               ORDER BY r.id DESC LIMIT 1) IS DISTINCT FROM false
        ORDER BY o.id, o.channel
    ), recorded AS (
        INSERT INTO consent_records (contact_id, channel, granted, source, given_at, recorded_at, origin)
        SELECT id, channel, false, source, %(now)s, %(now)s, %(origin)s::text FROM withdrawn ORDER BY id, channel)
    SELECT id, channel FROM withdrawn WHERE ends ORDER BY id, channel
"""


def apply_opt_outs(connection: psycopg.Connection, opt_outs: Sequence[OptOut], *, origin: str, now: datetime) -> int:
    """Withdraws consent of contacts we know and skips what is planned for them; returns how many consents ended.

    The ledger gets a line for everyone whose last word was another, also for those who never consented: that word is
    what keeps a later import from granting it. The address itself is not suppressed; its owner may share it.

    Args:
        origin: what the file was, for proof.
    """
    ended = connection.execute(
        OPT_OUT,
        {
            "ids": [one.external_id for one in opt_outs],
            "addresses": [one.address for one in opt_outs],
            "channels": [one.channel.value for one in opt_outs],
            "sources": [one.source for one in opt_outs],
            "origin": origin,
            "now": now,
        },
    ).fetchall()
    if ended:
        barred = [
            Barred(Channel(channel), address="", reason=SuppressedFor.UNSUBSCRIBED, since=now, contact_id=contact)
            for contact, channel in ended
        ]
        bar(connection, barred, now=now)
    return len(ended)


def grant_consents(connection: psycopg.Connection, *, source: str, origin: str, now: datetime) -> int:
    """Grants what the staged rows grant and nobody ever withdrew; returns how many consents that is.

    A "yes" counts for nothing if the contact, or anyone at the same address, ever said no on the channel, or if the
    address is suppressed for good: what people told us themselves outweighs every list, whatever day the list gives.
    Nor does one that has ended by now. Where the channel is open only for a while, a "yes" that holds longer is news.

    Args:
        source: the file's name, for people. origin: what it was, for proof.
    """
    granted = 0
    for channel, column, address in (("email", "may_email", "lower({}.email)"), ("sms", "may_sms", "{}.phone")):
        ours, others = address.format("c"), address.format("o")
        granted += connection.execute(
            f"""
            WITH said AS (
                SELECT i.*, COALESCE(i.consent_at, %(now)s) AS given_at,
                       COALESCE(i.consent_at, %(now)s) + make_interval(months => t.months) AS expires_at
                FROM incoming i LEFT JOIN unnest(%(bases)s::text[], %(months)s::int[]) AS t(basis, months)
                     ON t.basis = i.consent_basis
                WHERE i.consent_{channel}
            ), granted AS (
                UPDATE contacts c SET {column} = true, updated_at = %(now)s
                FROM said i
                WHERE c.external_id = i.external_id AND {ours} <> '' AND COALESCE(i.expires_at > %(now)s, true)
                  AND (NOT c.{column} OR COALESCE(i.expires_at, 'infinity') > (
                      SELECT r.expires_at FROM consent_records r WHERE r.contact_id = c.id AND r.channel = %(channel)s
                      ORDER BY r.id DESC LIMIT 1))
                  AND NOT EXISTS (SELECT FROM consent_records r
                                  WHERE r.contact_id = c.id AND r.channel = %(channel)s AND NOT r.granted)
                  AND NOT EXISTS (SELECT FROM contacts o JOIN consent_records r ON r.contact_id = o.id
                                  WHERE {others} = {ours} AND r.channel = %(channel)s AND NOT r.granted)
                  AND NOT EXISTS (SELECT FROM suppressions s
                                  WHERE s.channel = %(channel)s AND s.address = {ours} AND s.until IS NULL)
                RETURNING c.id, {ours} AS address, i.consent_source, i.consent_basis, i.given_at, i.expires_at, i.row
            ), woken AS (
                UPDATE rhythms r SET look_at = %(now)s FROM granted WHERE r.contact_id = granted.id)
            INSERT INTO consent_records (contact_id, channel, granted, source, given_at, recorded_at, address, origin,
                                         basis, expires_at)
            SELECT id, %(channel)s, true, concat_ws(': ', %(source)s::text, nullif(consent_source, '')), given_at,
                   %(now)s, address, %(origin)s::text || ', row ' || row, consent_basis, expires_at
            FROM granted
            """,  # noqa: S608 - column and address are constants
            {
                "channel": channel,
                "source": source,
                "origin": origin,
                "bases": [basis.value for basis in TERMS],
                "months": list(TERMS.values()),
                "now": now,
            },
        ).rowcount
    return granted
