"""What became of the messages that left, counted where they lie."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import psycopg
from psycopg.rows import class_row

from outreach.domain.deliverability import Arrivals, Trouble
from outreach.domain.touch import Channel


@dataclass(frozen=True, slots=True)
class ArrivedAt:
    """Messages of one channel that one provider carried to one place.

    Attributes:
        place: domain of the address, or the first digits of the number; they have one destination.
        sample: one of the addresses, which tells the destination.
        messages: that left, or were refused on the way out. bounced, ...: those that each trouble befell.
    """

    channel: str
    provider: str
    place: str
    sample: str
    messages: int
    bounced: int
    blocked: int
    complained: int
    deferred: int

    def arrivals(self) -> Arrivals:
        """The numbers by trouble."""
        return Arrivals(
            self.messages,
            {
                Trouble.BOUNCE: self.bounced,
                Trouble.BLOCK: self.blocked,
                Trouble.COMPLAINT: self.complained,
                Trouble.DEFERRAL: self.deferred,
            },
        )


# A message that its provider refused on the way out has no `sent_at`, and an event only if the address was at fault;
# otherwise the answer of its last attempt tells (RFC 3463: 5.7.x is policy). Answers that are no SMTP reply with a 5 in
# front say nothing about the address. More than one attempt means that somebody asked us to come again.
_ARRIVALS = """
    WITH refused AS (
        SELECT t.id, t.channel, t.provider, t.address, t.attempt, a.answer ~ '^5[0-9]{2}' AS final,
               a.answer ~ '^5[0-9]{2}.*\\m5\\.7\\.[0-9]' AS policy
        FROM touches t
        CROSS JOIN LATERAL (SELECT answer FROM attempts WHERE touch_id = t.id ORDER BY number DESC LIMIT 1) AS a
        WHERE t.state = 'failed' AND t.sent_at IS NULL AND t.send_at >= %(since)s AND t.send_at <= %(now)s
    ), messages AS (
        SELECT id, channel, provider, address, attempt, false AS final, false AS policy FROM touches
        WHERE sent_at >= %(since)s AND sent_at <= %(now)s
        UNION ALL SELECT * FROM refused
    ), told AS (
        SELECT touch_id, bool_or(type = 'complained') AS complained, bool_or(type = 'deferred') AS deferred,
               bool_or(type = 'bounced' AND COALESCE(data->>'bounce', '') NOT IN ('blocked', 'our_setup')) AS bounced,
               bool_or(type = 'bounced' AND data->>'bounce' IN ('blocked', 'our_setup')) AS blocked
        FROM events
        WHERE type IN ('bounced', 'complained', 'deferred') AND occurred_at >= %(since)s AND touch_id IS NOT NULL
        GROUP BY touch_id
    )
    SELECT m.channel, m.provider,
           CASE m.channel WHEN 'sms' THEN left(m.address, 8) ELSE lower(split_part(m.address, '@', -1)) END AS place,
           min(m.address) AS sample, count(*) AS messages,
           count(*) FILTER (WHERE o.bounced OR (m.final AND NOT m.policy AND o.blocked IS NOT TRUE)) AS bounced,
           count(*) FILTER (WHERE o.blocked OR (m.policy AND o.bounced IS NOT TRUE)) AS blocked,
           count(*) FILTER (WHERE o.complained) AS complained,
           count(*) FILTER (WHERE o.deferred OR m.attempt > 1) AS deferred
    FROM messages m LEFT JOIN told o ON o.touch_id = m.id
    WHERE m.channel = ANY(%(channels)s)
    GROUP BY 1, 2, 3
"""

#: Channels whose touches are messages.
MESSAGING = (Channel.EMAIL, Channel.SMS)


def load_arrivals(
    connection: psycopg.Connection, *, since: datetime, now: datetime, channels: Sequence[Channel] = MESSAGING
) -> list[ArrivedAt]:
    """What became of the messages that left from `since` on, by channel, provider and place."""
    values = {"since": since, "now": now, "channels": [channel.value for channel in channels]}
    with connection.cursor(row_factory=class_row(ArrivedAt)) as cursor:
        return cursor.execute(_ARRIVALS, values).fetchall()
