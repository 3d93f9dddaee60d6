"""Habits: each customer's own rhythm of buying, asking, visiting and replying."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One row a customer, and one for how far the nightly look has come."""
    op.create_table(
        "habits",
        sa.Column("contact_id", sa.BigInteger(), nullable=False),
        sa.Column("habit", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("interval", sa.Double(), nullable=False),
        sa.Column("surprise", sa.Double(), nullable=False),
        sa.Column("unusual_on", sa.Date(), nullable=True),
        sa.Column("season_begins", sa.SmallInteger(), nullable=False),
        sa.Column("season_days", sa.SmallInteger(), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("chance", sa.Double(), nullable=False),
        sa.Column("p_alive", sa.Double(), nullable=False),
        sa.Column("expected", sa.Double(), nullable=False),
        sa.Column("warnings", postgresql.ARRAY(sa.String()), nullable=False),
        sa.Column("scored_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_habits_contact_id")),
        sa.PrimaryKeyConstraint("contact_id", name=op.f("pk_habits")),
    )
    op.create_index("ix_habits_fading", "habits", ["value"], postgresql_where=sa.text("label IN ('fading', 'alarm')"))
    op.create_table(
        "habit_looks",
        sa.Column("id", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("after_id", sa.BigInteger(), nullable=True),
        sa.Column("fits", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_habit_looks")),
    )


def downgrade() -> None:
    """Back to 0006."""
    op.drop_table("habit_looks")
    op.drop_table("habits")
