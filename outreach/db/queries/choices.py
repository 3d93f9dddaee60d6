"""What a reader may choose on our public page, found by a message that they got."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import psycopg
from psycopg.rows import class_row

from outreach.db.queries.consent import SuppressedFor
from outreach.domain.touch import Channel


@dataclass(frozen=True, slots=True)
class ChannelFacts:
    """One way to reach a reader.

    Attributes:
        address: "" if we know none.
        allowed: whether we may write there now.
        suppressed: why the address is left alone, None if it is not.
        last_source: how we know the latest word about it; None if nothing was ever said.
    """

    channel: Channel
    address: str
    allowed: bool
    suppressed: SuppressedFor | None
    last_source: str | None


@dataclass(frozen=True, slots=True)
class ReaderChoices:
    """Where a reader stands.

    Attributes:
        through: the channel of the message that led here. locale: of that message.
        language: in which we write to them.
        less_often, more_often: whether that wish is in force. paused_until: a pause that is not over, else None.
    """

    contact_id: int
    through: Channel
    locale: str
    language: str
    time_zone: str
    less_often: bool
    more_often: bool
    paused_until: datetime | None
    channels: tuple[ChannelFacts, ...]


@dataclass(frozen=True, slots=True)
class _Row:
    contact_id: int
    through: str
    locale: str
    language: str
    time_zone: str
    email: str
    phone: str
    may_email: bool
    may_sms: bool
    less_often: bool
    more_often: bool
    paused_until: datetime | None
    email_suppressed: str | None
    sms_suppressed: str | None
    email_source: str | None
    sms_source: str | None


_SOURCE = """(SELECT source FROM consent_records r WHERE r.contact_id = c.id AND r.channel = '{}'
              ORDER BY r.id DESC LIMIT 1)"""
_SUPPRESSED = """(SELECT s.reason FROM suppressions s WHERE s.channel = '{}' AND s.address = {}
                  AND (s.until IS NULL OR s.until > %(now)s))"""
READER = f"""
    SELECT c.id AS contact_id, t.channel AS through, COALESCE(NULLIF(t.locale, ''), c.language) AS locale,
           c.language, c.time_zone, c.email, c.phone, c.may_email, c.may_sms,
           COALESCE(r.floor_gap_until > %(now)s, false) AS less_often,
           COALESCE(
               (SELECT v.type = 'more_often' AND (v.data->>'max_gap')::float = r.own_max_gap FROM events v
                WHERE v.contact_id = c.id AND v.type IN ('more_often', 'less_often', 'usual_rhythm')
                ORDER BY v.id DESC LIMIT 1), false) AS more_often,
           CASE WHEN r.paused_until > %(now)s THEN r.paused_until END AS paused_until,
           {_SUPPRESSED.format("email", "lower(c.email)")} AS email_suppressed,
           {_SUPPRESSED.format("sms", "c.phone")} AS sms_suppressed,
           {_SOURCE.format("email")} AS email_source, {_SOURCE.format("sms")} AS sms_source
    FROM touches t JOIN contacts c ON c.id = t.contact_id LEFT JOIN rhythms r ON r.contact_id = c.id
    WHERE t.id = %(touch)s
"""  # noqa: S608 - built of constants


def load_choices(
    connection: psycopg.Connection, touch_id: UUID, *, now: datetime, locked: bool = False
) -> ReaderChoices | None:
    """Where the reader of a message stands; None if there is no such message.

    Args:
        locked: whether the contact stays locked until the transaction ends.
    """
    if locked:
        # The lock first and the rest after it, so that what another just wrote is seen.
        connection.execute(
            "SELECT FROM contacts WHERE id = (SELECT contact_id FROM touches WHERE id = %s) FOR NO KEY UPDATE",
            (touch_id,),
        )
    with connection.cursor(row_factory=class_row(_Row)) as cursor:
        row = cursor.execute(READER, {"touch": touch_id, "now": now}).fetchone()
    if row is None:
        return None
    email = ChannelFacts(Channel.EMAIL, row.email, row.may_email, _reason(row.email_suppressed), row.email_source)
    sms = ChannelFacts(Channel.SMS, row.phone, row.may_sms, _reason(row.sms_suppressed), row.sms_source)
    return ReaderChoices(
        contact_id=row.contact_id,
        through=Channel(row.through),
        locale=row.locale,
        language=row.language,
        time_zone=row.time_zone,
        less_often=row.less_often,
        more_often=row.more_often,
        paused_until=row.paused_until,
        channels=tuple(one for one in (email, sms) if one.address),
    )


def _reason(stored: str | None) -> SuppressedFor | None:
    return SuppressedFor(stored) if stored else None


def store_language(connection: psycopg.Connection, contact_id: int, language: str, *, now: datetime) -> None:
    """In which language we write from now on; what is planned already is rendered in it, too."""
    connection.execute(
        "UPDATE contacts SET language = %s, updated_at = %s WHERE id = %s AND language <> %s",
        (language, now, contact_id, language),
    )
