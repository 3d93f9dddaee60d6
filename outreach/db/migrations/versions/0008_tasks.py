"""Tasks: calls, video calls and visits with owners, outcomes and dates."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Tasks learn to wait, to belong to somebody and to have a date; what came of each is kept move by move."""
    for column in _task_columns():
        op.add_column("tasks", column)
    op.create_foreign_key(op.f("fk_tasks_owner_id"), "tasks", "staff", ["owner_id"], ["id"], ondelete="SET NULL")
    op.create_foreign_key(op.f("fk_tasks_campaign_id"), "tasks", "campaigns", ["campaign_id"], ["id"])
    op.create_index(op.f("ix_tasks_contact_id"), "tasks", ["contact_id"])
    op.create_index("ix_tasks_owner_id_given_at", "tasks", ["owner_id", "given_at"])
    op.create_index(
        "uq_tasks_occasion",
        "tasks",
        ["contact_id", "campaign_id", "occasion"],
        unique=True,
        postgresql_where=sa.text("occasion IS NOT NULL"),
    )
    op.add_column("contacts", sa.Column("wrong_number", sa.String(), server_default="", nullable=False))
    op.add_column("campaigns", sa.Column("task", sa.String(), server_default="", nullable=False))
    op.add_column("campaigns", sa.Column("task_for", sa.String(), server_default="valued", nullable=False))
    op.add_column(
        "campaigns",
        sa.Column("task_questions", postgresql.JSONB(), server_default=sa.text("'[]'"), nullable=False),
    )
    _callers()
    _moves()


def downgrade() -> None:
    """Back to 0007."""
    op.drop_table("task_moves")
    op.drop_table("callers")
    for name in ("task_questions", "task_for", "task"):
        op.drop_column("campaigns", name)
    op.drop_column("contacts", "wrong_number")
    # The older schema knows one open task of a contact and kind, and these outcomes.
    op.execute("UPDATE tasks SET outcome = 'not_reached' WHERE outcome IN ('left_message', 'wrong_number')")
    op.execute("UPDATE tasks SET outcome = 'reached' WHERE outcome IN ('booked', 'finished')")
    op.execute("UPDATE tasks SET outcome = 'not_needed' WHERE outcome = 'acted'")
    op.drop_index("uq_tasks_occasion", table_name="tasks")
    op.drop_index("ix_tasks_owner_id_given_at", table_name="tasks")
    op.drop_index(op.f("ix_tasks_contact_id"), table_name="tasks")
    for column in reversed(_task_columns()):
        op.drop_column("tasks", column.name)


def _task_columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("promised", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("said", sa.String(), server_default="", nullable=False),
        sa.Column("cause", sa.String(), server_default="", nullable=False),
        sa.Column("watched_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("campaign_id", sa.Integer(), nullable=True),
        sa.Column("occasion", sa.Date(), nullable=True),
        sa.Column("appointment_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("uid", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=True),
    ]


def _callers() -> None:
    """Who takes calls."""
    op.create_table(
        "callers",
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("daily_quota", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_callers_staff_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_callers")),
    )


def _moves() -> None:
    """What came of tasks; of those closed already, so that they can still be taken back."""
    op.create_table(
        "task_moves",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("task_id", sa.BigInteger(), nullable=False),
        sa.Column("contact_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("note", sa.String(), server_default="", nullable=False),
        sa.Column("moved_by", sa.String(), server_default="", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("promised", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("logged_id", sa.BigInteger(), nullable=True),
        sa.Column("signal_id", sa.BigInteger(), nullable=True),
        sa.Column("number", sa.String(), server_default="", nullable=False),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=op.f("fk_task_moves_task_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_task_moves_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_moves")),
    )
    op.create_index(op.f("ix_task_moves_task_id"), "task_moves", ["task_id"])
    op.create_index(op.f("ix_task_moves_contact_id"), "task_moves", ["contact_id"])
    op.execute(
        """
        INSERT INTO task_moves (task_id, contact_id, at, outcome, note, moved_by, logged_id)
        SELECT k.id, k.contact_id, k.closed_at, k.outcome, k.note, k.closed_by,
               (SELECT min(l.id) FROM logged_touches l
                WHERE k.outcome = 'reached' AND l.contact_id = k.contact_id AND l.channel = 'call'
                  AND l.recorded_at = k.closed_at AND l.logged_by = k.closed_by)
        FROM tasks k WHERE k.closed_at IS NOT NULL AND k.outcome <> '' ORDER BY k.closed_at, k.id
        """
    )
