"""Recovery cases: owner, deadlines, remedies, batches."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Batches, what cases have beside their words, notes, and what the pack says about them."""
    _batches()
    _cases()
    _notes()
    _business()
    op.create_index("ix_signals_complaints", "signals", ["occurred_at"], postgresql_where=sa.text("kind = 'complaint'"))
    op.create_index("ix_answers_given_at", "answers", ["given_at"])


def _instant(name: str, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _words(name: str, default: str | None = "") -> sa.Column[str]:
    return sa.Column(name, sa.String(), server_default=default, nullable=False)


def _batches() -> None:
    op.create_table(
        "case_batches",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        _words("title", None),
        _words("words", None),
        _instant("made_at", nullable=False),
        _words("made_by", None),
        _instant("confirmed_at"),
        _words("confirmed_by"),
        _instant("taken_back_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_batches")),
    )
    op.create_index("uq_case_batches_title", "case_batches", [sa.text("lower(title)")], unique=True)
    op.create_table(
        "case_batch_contacts",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.BigInteger(), nullable=False),
        _words("landing"),
        sa.ForeignKeyConstraint(["batch_id"], ["case_batches.id"], name=op.f("fk_case_batch_contacts_batch_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_case_batch_contacts_contact_id")),
        sa.PrimaryKeyConstraint("batch_id", "contact_id", name=op.f("pk_case_batch_contacts")),
    )
    op.create_index(
        "ix_case_batch_contacts_waiting",
        "case_batch_contacts",
        ["batch_id", "contact_id"],
        postgresql_where=sa.text("landing = ''"),
    )
    op.create_index("ix_case_batch_contacts_contact_id", "case_batch_contacts", ["contact_id"])


def _cases() -> None:
    added: list[sa.Column[object]] = [
        sa.Column("source", sa.String(), server_default="page", nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(), server_default="open", nullable=False),
        sa.Column("owner", sa.String(), server_default="", nullable=False),
        _instant("since"),
        _instant("answer_due_at"),
        _instant("solve_due_at"),
        _instant("answered_at"),
        sa.Column("escalated", postgresql.JSONB(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("offered", postgresql.JSONB(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("chosen", sa.String(), server_default="", nullable=False),
        sa.Column("ending", sa.String(), server_default="", nullable=False),
        sa.Column("cool_off_days", sa.Integer(), server_default=sa.text("14"), nullable=False),
    ]
    for column in added:
        op.add_column("recovery_cases", column)
    # What is closed already rests no more; what is open has two and ten working days from its report, in plain days.
    op.execute(
        """
        UPDATE recovery_cases SET
            state = CASE WHEN closed_at IS NULL THEN 'open' ELSE 'closed' END,
            ending = CASE WHEN closed_at IS NULL THEN '' ELSE 'mended' END,
            cool_off_days = CASE WHEN closed_at IS NULL THEN 14 ELSE 0 END,
            answered_at = closed_at, since = opened_at,
            answer_due_at = opened_at + interval '4 days', solve_due_at = opened_at + interval '14 days'
        """
    )
    op.alter_column("recovery_cases", "since", nullable=False)
    op.alter_column("recovery_cases", "answer_due_at", nullable=False)
    op.alter_column("recovery_cases", "solve_due_at", nullable=False)
    op.create_foreign_key(op.f("fk_recovery_cases_batch_id"), "recovery_cases", "case_batches", ["batch_id"], ["id"])


def _notes() -> None:
    op.create_table(
        "case_notes",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("contact_id", sa.BigInteger(), nullable=False),
        _instant("at", nullable=False),
        _words("step", None),
        _words("by"),
        _words("words"),
        _words("reference"),
        sa.ForeignKeyConstraint(["case_id"], ["recovery_cases.id"], name=op.f("fk_case_notes_case_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_case_notes_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_notes")),
    )
    op.create_index(op.f("ix_case_notes_case_id"), "case_notes", ["case_id"])
    op.create_index(
        "uq_case_notes_reference",
        "case_notes",
        ["contact_id", "reference"],
        unique=True,
        postgresql_where=sa.text("reference <> ''"),
    )
    # Several open cases of one contact become one: the later reports join the first.
    op.execute(
        """
        INSERT INTO case_notes (case_id, contact_id, at, step, words, reference)
        SELECT CASE WHEN k.closed_at IS NULL THEN min(k.id) FILTER (WHERE k.closed_at IS NULL) OVER (
                   PARTITION BY k.contact_id) ELSE k.id END,
               k.contact_id, k.opened_at, 'report', k.words, k.reference
        FROM recovery_cases k ORDER BY k.id
        """
    )
    op.execute(
        """
        INSERT INTO case_notes (case_id, contact_id, at, step, by, words)
        SELECT k.id, k.contact_id, k.closed_at, 'close', k.closed_by, k.note
        FROM recovery_cases k WHERE k.closed_at IS NOT NULL ORDER BY k.id
        """
    )
    op.execute(
        """
        DELETE FROM recovery_cases k USING recovery_cases first
        WHERE k.closed_at IS NULL AND first.closed_at IS NULL AND first.contact_id = k.contact_id AND first.id < k.id
        """
    )
    op.drop_index("ix_recovery_cases_open", table_name="recovery_cases")
    op.create_index(
        "uq_recovery_cases_open",
        "recovery_cases",
        ["contact_id"],
        unique=True,
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index(
        "ix_recovery_cases_batch_id",
        "recovery_cases",
        ["batch_id"],
        postgresql_where=sa.text("batch_id IS NOT NULL"),
    )


def _business() -> None:
    for name in ("remedies", "bad_answers"):
        op.add_column("business", sa.Column(name, postgresql.JSONB(), server_default=sa.text("'[]'"), nullable=False))
    op.add_column("business", _words("escalate_to"))


def downgrade() -> None:
    """Back to 0008; what stood in notes is lost."""
    op.drop_index("ix_answers_given_at", table_name="answers")
    op.drop_index("ix_signals_complaints", table_name="signals")
    for name in ("escalate_to", "bad_answers", "remedies"):
        op.drop_column("business", name)
    op.drop_table("case_notes")
    op.drop_index("ix_recovery_cases_batch_id", table_name="recovery_cases")
    op.drop_index("uq_recovery_cases_open", table_name="recovery_cases")
    op.create_index(
        "ix_recovery_cases_open", "recovery_cases", ["contact_id"], postgresql_where=sa.text("closed_at IS NULL")
    )
    op.drop_constraint(op.f("fk_recovery_cases_batch_id"), "recovery_cases", type_="foreignkey")
    for name in (
        *("source", "batch_id", "state", "owner", "since", "answer_due_at", "solve_due_at", "answered_at", "escalated"),
        *("offered", "chosen", "ending", "cool_off_days"),
    ):
        op.drop_column("recovery_cases", name)
    op.drop_table("case_batch_contacts")
    op.drop_table("case_batches")
