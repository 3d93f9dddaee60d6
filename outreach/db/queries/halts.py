"""Channels that stand still: since when, why, and who started them again."""

from dataclasses import dataclass
from datetime import datetime

import psycopg
from psycopg.rows import class_row

from outreach.domain.deliverability import Halt
from outreach.domain.touch import Channel

#: Who halts where no member of staff did.
THE_PRODUCT = "the product"


@dataclass(frozen=True, slots=True)
class HaltRow:
    """A time in which a channel claimed nothing.

    Attributes:
        cause: see `HaltCause`. reason: a sentence.
        halted_by, resumed_by: e-mail address of staff, or `THE_PRODUCT`.
        resumed_at: None while it stands.
    """

    channel: str
    cause: str
    reason: str
    halted_at: datetime
    halted_by: str
    resumed_at: datetime | None
    resumed_by: str
    resume_reason: str


_COLUMNS = "channel, cause, reason, halted_at, halted_by, resumed_at, resumed_by, resume_reason"


def load_halts(connection: psycopg.Connection) -> dict[Channel, HaltRow]:
    """The channels that stand still now, each with why; what is in here must claim nothing."""
    with connection.cursor(row_factory=class_row(HaltRow)) as cursor:
        rows = cursor.execute(
            f"SELECT {_COLUMNS} FROM channel_halts WHERE resumed_at IS NULL ORDER BY channel"  # noqa: S608 - constants
        )
        return {Channel(row.channel): row for row in rows}


def store_halt(connection: psycopg.Connection, channel: Channel, halt: Halt, *, by: str, now: datetime) -> bool:
    """Stops a channel, unless it stands still already; whether that was news. For workers `by` is `THE_PRODUCT`."""
    return bool(
        connection.execute(
            """
            INSERT INTO channel_halts (channel, cause, reason, halted_at, halted_by) VALUES (%s, %s, %s, %s, %s)
            ON CONFLICT (channel) WHERE resumed_at IS NULL DO NOTHING
            """,
            (channel.value, halt.cause.value, halt.reason[:500], now, by),
        ).rowcount
    )


def store_resumption(connection: psycopg.Connection, channel: Channel, *, reason: str, by: str, now: datetime) -> bool:
    """Starts a channel again; whether it stood still."""
    return bool(
        connection.execute(
            """
            UPDATE channel_halts SET resumed_at = %s, resumed_by = %s, resume_reason = %s
            WHERE channel = %s AND resumed_at IS NULL
            """,
            (now, by, reason, channel.value),
        ).rowcount
    )


def last_resumptions(connection: psycopg.Connection) -> dict[Channel, datetime]:
    """When each channel was last started again; channels that never were are missing."""
    rows = connection.execute(
        "SELECT channel, max(resumed_at) FROM channel_halts WHERE resumed_at IS NOT NULL GROUP BY channel"
    )
    return {Channel(channel): at for channel, at in rows}


def load_past_halts(connection: psycopg.Connection, *, limit: int) -> list[HaltRow]:
    """Halts that are over, newest first."""
    with connection.cursor(row_factory=class_row(HaltRow)) as cursor:
        return cursor.execute(
            f"SELECT {_COLUMNS} FROM channel_halts WHERE resumed_at IS NOT NULL "  # noqa: S608 - constants
            "ORDER BY halted_at DESC LIMIT %s",
            (limit,),
        ).fetchall()
