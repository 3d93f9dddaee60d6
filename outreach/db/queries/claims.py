"""Claims: a worker takes due messages, with everything that the last check and the writing ask of each."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import psycopg
from psycopg.rows import class_row

from outreach.db.queries.ledger import LEASE
from outreach.domain.care.recovery import REST_DAYS


@dataclass(frozen=True, slots=True)
class Claim:
    """A message that this worker holds, with what the last check and the rendering need.

    Attributes:
        id, contact_id, edition_id, channel, touch_class, attempt: of the touch.
        address: e-mail address or number as it stands now; "" if gone.
        consented, suppressed: whether the contact still allows the channel, whether the address is barred.
        has_case: whether a recovery case keeps it back: an open one, or one whose rest is not over.
        consent_expired: whether what allowed the channel has ended by itself.
        paused_until: the contact's own wish.
        closes_on: last civil day of the edition, in the contact's zone.
        industry_key, calendar, calendar_version, time_zone, country: for the hours; the calendar as JSON.
        industry_names: the industry's name per locale.
        meant: whether the contact still is whom the campaign is for.
        called_off: whether the invitation that it takes up was withdrawn.
        occasion: what its merge fields about the occasion print: name to locale to text.
        riders: editions that ride along and are not over. riders_meant: how many were to ride along.
    """

    id: UUID
    contact_id: int
    edition_id: int
    channel: str
    touch_class: str
    attempt: int
    send_at: datetime
    address: str
    consented: bool
    consent_expired: bool
    has_case: bool
    suppressed: bool
    paused_until: datetime | None
    closes_on: date
    industry_key: str
    calendar: str
    calendar_version: int
    industry_names: dict[str, str]
    time_zone: str
    country: str
    language: str
    first_name: str
    last_name: str
    company: str
    customer_since: date | None
    meant: bool
    called_off: bool
    occasion: dict[str, dict[str, str]]
    riders: list[int]
    riders_meant: int


CLAIM = """
    WITH chosen AS (
        SELECT id FROM touches
        WHERE state IN ('planned', 'retry_wait') AND send_at <= %(now)s AND channel = %(channel)s
        ORDER BY send_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED
    ), claimed AS (
        UPDATE touches t SET state = 'claimed', owner = %(owner)s, lease_until = clock_timestamp() + %(lease)s,
                             attempt = attempt + 1, consent_id = (
            SELECT CASE WHEN w.granted AND (w.expires_at IS NULL OR w.expires_at > %(now)s) THEN w.id END
            FROM consent_records w WHERE w.contact_id = t.contact_id AND w.channel = t.channel
            ORDER BY w.id DESC LIMIT 1)
        FROM chosen WHERE t.id = chosen.id AND t.state IN ('planned', 'retry_wait')
        RETURNING t.id, t.contact_id, t.edition_id, t.channel, t.touch_class, t.attempt, t.send_at, t.invitation_id
    )
    SELECT t.id, t.contact_id, t.edition_id, t.channel, t.touch_class, t.attempt, t.send_at,
           CASE t.channel WHEN 'sms' THEN c.phone ELSE c.email END AS address,
           CASE t.channel WHEN 'sms' THEN c.may_sms ELSE c.may_email END AS consented,
           COALESCE((SELECT w.granted AND w.expires_at <= %(now)s FROM consent_records w
                     WHERE w.contact_id = t.contact_id AND w.channel = t.channel ORDER BY w.id DESC LIMIT 1), false)
               AS consent_expired,
           EXISTS (SELECT FROM recovery_cases k WHERE k.contact_id = t.contact_id AND (
                       k.closed_at IS NULL OR k.closed_at > %(now)s - interval '1 day' * CASE t.touch_class
                           WHEN 'promotion' THEN k.cool_off_days ELSE LEAST(k.cool_off_days, %(rest)s) END))
               AS has_case,
           EXISTS (SELECT FROM suppressions s WHERE s.channel = t.channel AND s.address =
                   CASE t.channel WHEN 'sms' THEN c.phone ELSE lower(c.email) END
                   AND (s.until IS NULL OR s.until > %(now)s)) AS suppressed,
           r.paused_until, LEAST(e.closes_on, v.closes_on) AS closes_on, i.key AS industry_key,
           i.calendar::text AS calendar, i.calendar_version,
           i.names AS industry_names, c.time_zone, c.country, c.language, c.first_name, c.last_name, c.company,
           c.customer_since,
           c.attributes @> m.needs AS meant, v.closed_at IS NOT NULL AS called_off, COALESCE(v.words, '{}') AS occasion,
           COALESCE(a.riders, '{}') AS riders, a.meant AS riders_meant
    FROM claimed t
    JOIN contacts c ON c.id = t.contact_id
    JOIN industries i ON i.id = c.industry_id
    JOIN editions e ON e.id = t.edition_id
    JOIN campaigns m ON m.id = e.campaign_id
    LEFT JOIN rhythms r ON r.contact_id = t.contact_id
    LEFT JOIN invitations v ON v.id = t.invitation_id
    CROSS JOIN LATERAL (
        SELECT count(*)::int AS meant, array_agg(b.edition_id ORDER BY b.edition_id) FILTER (
            WHERE bc.active AND be.closes_on >= (%(now)s::timestamptz AT TIME ZONE c.time_zone)::date) AS riders
        FROM touches b JOIN editions be ON be.id = b.edition_id JOIN campaigns bc ON bc.id = b.campaign_id
        WHERE b.merged_into = t.id) AS a
    ORDER BY t.send_at, t.id
"""


def claim(connection: psycopg.Connection, *, owner: str, channel: str, now: datetime, limit: int) -> list[Claim]:
    """Takes up to `limit` due messages of a channel; other workers skip them."""
    values = {"owner": owner, "channel": channel, "now": now, "limit": limit, "lease": LEASE, "rest": REST_DAYS}
    with connection.cursor(row_factory=class_row(Claim)) as cursor:
        return cursor.execute(CLAIM, values).fetchall()
