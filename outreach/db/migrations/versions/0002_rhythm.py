"""The rhythm: learning, wishes, calendar versions, tasks, what was withheld, the daily score."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rhythm_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("industry_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("reachable", sa.Integer(), nullable=False),
        sa.Column("famine", sa.Integer(), nullable=False),
        sa.Column("feast", sa.Integer(), nullable=False),
        sa.Column("touches", sa.Integer(), nullable=False),
        sa.Column("index", sa.Double(), nullable=False),
        sa.Column("variation", sa.Double(), nullable=False),
        sa.Column("busy_share", sa.Double(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("spread", sa.ARRAY(sa.Integer()), nullable=False),
        sa.PrimaryKeyConstraint("day", "industry_id", name=op.f("pk_rhythm_days")),
    )
    op.create_table(
        "rhythm_learning",
        sa.Column("id", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("shift", sa.Double(), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "client_mix", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column("slowdown", sa.Double(), server_default=sa.text("1"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rhythm_learning")),
    )
    op.create_table(
        "calendar_versions",
        sa.Column("industry_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("calendar", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("min_gap", sa.Double(), nullable=False),
        sa.Column("target_gap", sa.Double(), nullable=False),
        sa.Column("max_gap", sa.Double(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("moved", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["industry_id"], ["industries.id"], name=op.f("fk_calendar_versions_industry_id")),
        sa.PrimaryKeyConstraint("industry_id", "version", name=op.f("pk_calendar_versions")),
    )
    op.create_table(
        "logged_touches",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("contact_id", sa.BigInteger(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.String(), server_default="", nullable=False),
        sa.Column("logged_by", sa.String(), server_default="", nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_logged_touches_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_logged_touches")),
    )
    op.create_index("ix_logged_touches_contact_id_at", "logged_touches", ["contact_id", "at"], unique=False)
    op.create_table(
        "tasks",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("contact_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("reason_code", sa.String(), nullable=False),
        sa.Column("reason_numbers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(), server_default="", nullable=False),
        sa.Column("note", sa.String(), server_default="", nullable=False),
        sa.Column("closed_by", sa.String(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_tasks_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tasks")),
    )
    op.create_index(
        "uq_tasks_open", "tasks", ["contact_id", "kind"], unique=True, postgresql_where=sa.text("closed_at IS NULL")
    )
    op.create_table(
        "withheld",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("contact_id", sa.BigInteger(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason_code", sa.String(), nullable=False),
        sa.Column("reason_numbers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_withheld_contact_id")),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name=op.f("fk_withheld_edition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_withheld")),
    )
    op.create_index("ix_withheld_contact_id_at", "withheld", ["contact_id", "at"], unique=False)
    op.add_column("campaigns", sa.Column("exclusive", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("campaigns", sa.Column("mergeable", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("contacts", sa.Column("region", sa.String(), server_default="", nullable=False))
    op.add_column("rhythms", sa.Column("own_min_gap", sa.Double(), nullable=True))
    op.add_column("rhythms", sa.Column("own_max_gap", sa.Double(), nullable=True))
    op.add_column("rhythms", sa.Column("floor_gap", sa.Double(), nullable=True))
    op.add_column("rhythms", sa.Column("floor_gap_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("rhythms", sa.Column("learn_from", sa.DateTime(timezone=True), nullable=True))
    op.add_column("rhythms", sa.Column("capacity", sa.Double(), nullable=True))
    op.add_column("rhythms", sa.Column("favours_hours", sa.String(), server_default="", nullable=False))
    op.add_column("rhythms", sa.Column("favours_channel", sa.String(), server_default="", nullable=False))
    op.drop_column("rhythms", "waiting")
    op.add_column("touches", sa.Column("merged_into", sa.Uuid(), nullable=True))
    op.execute(
        """
        INSERT INTO calendar_versions
            (industry_id, version, calendar, min_gap, target_gap, max_gap, source, moved, since)
        SELECT id, calendar_version, calendar, min_gap, target_gap, max_gap, 'before version 0.2', 0, updated_at
        FROM industries
        """
    )
