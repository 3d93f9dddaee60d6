"""Goodbyes: why a customer left, with the clues, and what staff say of it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One open goodbye for a contact, and those that ended."""
    op.create_table(
        "goodbyes",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("contact_id", sa.BigInteger(), nullable=False),
        sa.Column("goodbye", sa.String(), nullable=False),
        sa.Column("clue", sa.String(), nullable=False),
        sa.Column("clues", postgresql.ARRAY(sa.String()), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason_code", sa.String(), nullable=False),
        sa.Column("reason_numbers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("held_out", sa.Boolean(), nullable=False),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("said", sa.String(), server_default="", nullable=False),
        sa.Column("said_by", sa.String(), server_default="", nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_as", sa.String(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_goodbyes_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goodbyes")),
    )
    op.create_index(
        "uq_goodbyes_open", "goodbyes", ["contact_id"], unique=True, postgresql_where=sa.text("ended_at IS NULL")
    )
    op.create_index("ix_goodbyes_contact_id_judged_at", "goodbyes", ["contact_id", "judged_at"])


def downgrade() -> None:
    """Back to 0012."""
    op.drop_table("goodbyes")
