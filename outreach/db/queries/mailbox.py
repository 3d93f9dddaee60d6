"""The built-in mailbox: what arrived, for its pages, for settling unknown messages, and for the simulated readers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from outreach.db.models.mailbox import MailboxMessage, ReaderAction
from outreach.db.session import Database


@dataclass(frozen=True, slots=True)
class NewMail:
    """A message as it arrives; see `MailboxMessage`."""

    received_at: datetime
    channel: str
    sender: str
    recipient: str
    subject: str
    touch_id: UUID | None
    language: str
    raw: bytes
    reference: str = ""


@dataclass(frozen=True, slots=True)
class MailSummary:
    """A line of the list of what arrived; `size` in octets."""

    id: int
    received_at: datetime
    channel: str
    sender: str
    recipient: str
    subject: str
    touch_id: UUID | None
    language: str
    size: int


@dataclass(frozen=True, slots=True)
class StoredMail:
    """One message with its raw text."""

    id: int
    received_at: datetime
    channel: str
    sender: str
    recipient: str
    subject: str
    touch_id: UUID | None
    language: str
    raw: bytes
    reference: str


@dataclass(frozen=True, slots=True)
class PlannedAction:
    """What a simulated reader will do with a message, and at which business instant.

    Attributes:
        kind: the readers' own word for it.
        target: an address to visit, or the word to report.
        data: what else it takes.
    """

    message_id: int
    due_at: datetime
    kind: str
    target: str
    data: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Received:
    """A message that something happens to, without its words; see `MailboxMessage`."""

    id: int
    touch_id: UUID | None
    channel: str
    sender: str
    recipient: str
    reference: str


@dataclass(frozen=True, slots=True)
class WaitingAction:
    """A planned action with its row, and the message it is about."""

    id: int
    message: Received
    action: PlannedAction


def store_mail(session: Session, mails: Sequence[NewMail]) -> None:
    """Keeps what arrived; `touch_id` is not unique, a doubled message shows as two."""
    session.execute(
        insert(MailboxMessage),
        [{name: getattr(mail, name) for name in NewMail.__dataclass_fields__} for mail in mails],
    )


def seen_touches(db: Database, touch_ids: Sequence[UUID]) -> frozenset[UUID]:
    """Those of `touch_ids` that the mailbox holds, in a transaction of its own."""
    with db.transaction() as session:
        found = session.scalars(select(MailboxMessage.touch_id).where(MailboxMessage.touch_id.in_(touch_ids)))
        return frozenset(touch_id for touch_id in found if touch_id is not None)


def list_mail(
    session: Session,
    *,
    channel: str = "",
    language: str = "",
    search: str = "",
    before_id: int | None = None,
    limit: int = 50,
) -> list[MailSummary]:
    """What arrived, newest first.

    Args:
        channel, language: "" for all.
        search: words looked for in recipient and subject, whatever their case; "" for all.
        before_id: the last id of the page before, None for the first page.
    """
    found = select(
        MailboxMessage.id,
        MailboxMessage.received_at,
        MailboxMessage.channel,
        MailboxMessage.sender,
        MailboxMessage.recipient,
        MailboxMessage.subject,
        MailboxMessage.touch_id,
        MailboxMessage.language,
        func.length(MailboxMessage.raw),
    ).where(*_filters(channel=channel, language=language, search=search))
    if before_id is not None:
        found = found.where(MailboxMessage.id < before_id)
    rows = session.execute(found.order_by(MailboxMessage.id.desc()).limit(limit))
    return [MailSummary(*row) for row in rows]


def _filters(*, channel: str, language: str, search: str) -> list[ColumnElement[bool]]:
    filters: list[ColumnElement[bool]] = []
    if channel:
        filters.append(MailboxMessage.channel == channel)
    if language:
        filters.append(MailboxMessage.language == language)
    if search:
        filters.append(
            or_(
                MailboxMessage.recipient.icontains(search, autoescape=True),
                MailboxMessage.subject.icontains(search, autoescape=True),
            )
        )
    return filters


_STORED = (
    MailboxMessage.id,
    MailboxMessage.received_at,
    MailboxMessage.channel,
    MailboxMessage.sender,
    MailboxMessage.recipient,
    MailboxMessage.subject,
    MailboxMessage.touch_id,
    MailboxMessage.language,
    MailboxMessage.raw,
    MailboxMessage.reference,
)


def load_mail(session: Session, mail_id: int) -> StoredMail | None:
    """One message, None if there is no such."""
    row = session.execute(select(*_STORED).where(MailboxMessage.id == mail_id)).one_or_none()
    return StoredMail(**row._mapping) if row else None


def count_mail_by_language(session: Session) -> dict[str, int]:
    """Number of mails per language ("" for those that name none); texts are left out, they carry no language."""
    rows = session.execute(
        select(MailboxMessage.language, func.count())
        .where(MailboxMessage.channel == "email")
        .group_by(MailboxMessage.language)
        .order_by(MailboxMessage.language)
    )
    return {language: count for language, count in rows}  # noqa: C416 - rows are not pairs to mypy


def doubled_touches(session: Session) -> dict[UUID, int]:
    """Touches that arrived more than once, with how often; must always be empty."""
    rows = session.execute(
        select(MailboxMessage.touch_id, func.count())
        .where(MailboxMessage.touch_id.is_not(None))
        .group_by(MailboxMessage.touch_id)
        .having(func.count() > 1)
    )
    return {touch_id: count for touch_id, count in rows if touch_id is not None}


def unread_mail(session: Session, *, limit: int) -> list[StoredMail]:
    """Messages the simulated readers have not looked at, oldest first."""
    rows = session.execute(
        select(*_STORED).where(MailboxMessage.read_at.is_(None)).order_by(MailboxMessage.id).limit(limit)
    )
    return [StoredMail(**row._mapping) for row in rows]


def due_actions(session: Session, *, now: datetime, limit: int) -> list[WaitingAction]:
    """Actions whose business instant has come, in the order of their instants."""
    rows = session.execute(
        select(
            ReaderAction,
            MailboxMessage.id,
            MailboxMessage.touch_id,
            MailboxMessage.channel,
            MailboxMessage.sender,
            MailboxMessage.recipient,
            MailboxMessage.reference,
        )
        .join(MailboxMessage, MailboxMessage.id == ReaderAction.message_id)
        .where(ReaderAction.due_at <= now)
        .order_by(ReaderAction.due_at, ReaderAction.id)
        .limit(limit)
    )
    return [
        WaitingAction(
            id=row.id,
            message=Received(message_id, touch_id, channel, sender, recipient, reference),
            action=PlannedAction(
                message_id=row.message_id, due_at=row.due_at, kind=row.kind, target=row.target, data=row.data
            ),
        )
        for row, message_id, touch_id, channel, sender, recipient, reference in rows
    ]


def record_reading(
    session: Session,
    *,
    read: Sequence[int],
    done: Sequence[int],
    planned: Sequence[PlannedAction],
    now: datetime,
) -> None:
    """Marks messages as looked at, drops the actions that are done and keeps those planned for later."""
    session.execute(update(MailboxMessage).where(MailboxMessage.id.in_(read)).values(read_at=now))
    session.execute(delete(ReaderAction).where(ReaderAction.id.in_(done)))
    if planned:
        session.execute(
            insert(ReaderAction),
            [
                {
                    "message_id": action.message_id,
                    "due_at": action.due_at,
                    "kind": action.kind,
                    "target": action.target,
                    "data": dict(action.data),
                }
                for action in planned
            ],
        )
