"""Recovery cases: customers whom we let down, what was said and done about it, and what went wrong for many at once."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, Integer, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from outreach.db.base import Base


class CaseBatch(Base):
    """Something that went wrong for many customers at once ("delivery of 3 March")."""

    __tablename__ = "case_batches"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    title: Mapped[str]
    #: What happened, for staff.
    words: Mapped[str]
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    #: When staff, having seen how many it is about, said yes; cases are opened from then on.
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[str] = mapped_column(server_default="")
    taken_back_at: Mapped[datetime | None]

    __table_args__ = (Index("uq_case_batches_title", text("lower(title)"), unique=True),)


class CaseBatchContact(Base):
    """A contact whom a batch is about."""

    __tablename__ = "case_batch_contacts"

    batch_id: Mapped[int] = mapped_column(ForeignKey("case_batches.id"), primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"), primary_key=True)
    #: Where its report went: opens | joins | reopens | known | erased; "" as long as it waits.
    landing: Mapped[str] = mapped_column(server_default="")

    __table_args__ = (
        Index("ix_case_batch_contacts_waiting", "batch_id", "contact_id", postgresql_where=text("landing = ''")),
        Index("ix_case_batch_contacts_contact_id", "contact_id"),
    )


class RecoveryCase(Base):
    """A customer whom we let down, until somebody has put it right; meanwhile only service and recovery go out."""

    __tablename__ = "recovery_cases"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"), index=True)
    opened_at: Mapped[datetime]
    #: Names what opened it, so that the same report opens one case.
    reference: Mapped[str]
    #: complaint | bad_answer | page | reply | staff | batch
    source: Mapped[str] = mapped_column(server_default="page")
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("case_batches.id"))
    #: In the customer's own words.
    words: Mapped[str]
    #: open | listening | offered | agreed | closed | reopened
    state: Mapped[str] = mapped_column(server_default="open")
    #: E-mail address of the member of staff whose it is.
    owner: Mapped[str] = mapped_column(server_default="")
    #: When it was opened, or opened again.
    since: Mapped[datetime]
    answer_due_at: Mapped[datetime]
    solve_due_at: Mapped[datetime]
    #: When the customer had the first answer since it was (re)opened.
    answered_at: Mapped[datetime | None]
    #: Deadlines that passed, and the boss was told: answer | solution.
    escalated: Mapped[list[str]] = mapped_column(JSONB, server_default=text("'[]'"))
    #: Keys of remedies.
    offered: Mapped[list[str]] = mapped_column(JSONB, server_default=text("'[]'"))
    chosen: Mapped[str] = mapped_column(server_default="")
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str] = mapped_column(server_default="")
    #: How it ended.
    ending: Mapped[str] = mapped_column(server_default="")
    #: What was done about it.
    note: Mapped[str] = mapped_column(server_default="")
    #: Days without promotions, counted from the closing.
    cool_off_days: Mapped[int] = mapped_column(Integer, server_default=text("14"))

    __table_args__ = (
        UniqueConstraint("contact_id", "reference"),
        Index("uq_recovery_cases_open", "contact_id", unique=True, postgresql_where=text("closed_at IS NULL")),
        Index("ix_recovery_cases_batch_id", "batch_id", postgresql_where=text("batch_id IS NOT NULL")),
    )


class CaseNote(Base):
    """One thing that happened to a case; append-only."""

    __tablename__ = "case_notes"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("recovery_cases.id"), index=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"))
    at: Mapped[datetime]
    #: report | take | listen | offer | choose | agree | apologise | apology_sent | escalate | close | reopen | cool_off
    step: Mapped[str]
    #: E-mail address of a member of staff, "" for the customer or the product.
    by: Mapped[str] = mapped_column(server_default="")
    words: Mapped[str] = mapped_column(server_default="")
    #: Of a report: names it, so that the same one counts once.
    reference: Mapped[str] = mapped_column(server_default="")

    __table_args__ = (
        Index(
            "uq_case_notes_reference", "contact_id", "reference", unique=True, postgresql_where=text("reference <> ''")
        ),
    )
