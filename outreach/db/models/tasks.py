"""What came of tasks, move by move, and who takes calls; the tasks themselves stand in `ledger`."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Identity, text
from sqlalchemy.orm import Mapped, mapped_column

from outreach.db.base import Base


class TaskMove(Base):
    """What came of a task, or of one attempt at it; taking it back only stamps it."""

    __tablename__ = "task_moves"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("tasks.id"), index=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"), index=True)
    at: Mapped[datetime]
    outcome: Mapped[str]
    note: Mapped[str] = mapped_column(server_default="")
    #: E-mail address of the member of staff; "" if the task closed itself.
    moved_by: Mapped[str] = mapped_column(server_default="")
    #: How the task stood before, for taking back.
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    not_before: Mapped[datetime | None]
    promised: Mapped[bool] = mapped_column(server_default=text("false"))
    #: What it left behind: a line of `logged_touches`, one of `signals`, the number that was marked as wrong.
    logged_id: Mapped[int | None] = mapped_column(BigInteger)
    signal_id: Mapped[int | None] = mapped_column(BigInteger)
    number: Mapped[str] = mapped_column(server_default="")
    taken_back_at: Mapped[datetime | None]


class CallerRow(Base):
    """A member of staff who takes calls; no row, no calls."""

    __tablename__ = "callers"

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True)
    #: Most tasks that are given to them on a (UTC) day.
    daily_quota: Mapped[int]
