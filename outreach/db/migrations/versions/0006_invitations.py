"""Invitations: editions that are meant for one contact at a time. Signals of contacts to come, and keys of the API."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_ONCE = "uq_touches_edition_id_contact_id_channel"


def upgrade() -> None:
    """Invitations, then signals, then keys."""
    _invitations()
    _signals()
    _keys()


def _invitations() -> None:
    op.create_table(
        "invitations",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("contact_id", sa.BigInteger(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("words", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_as", sa.String(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_invitations_contact_id")),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name=op.f("fk_invitations_edition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint(
            "contact_id", "cause", "edition_id", name=op.f("uq_invitations_contact_id_cause_edition_id")
        ),
    )
    op.create_index(
        "ix_invitations_open",
        "invitations",
        ["contact_id", "edition_id"],
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.add_column("touches", sa.Column("invitation_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(op.f("fk_touches_invitation_id"), "touches", "invitations", ["invitation_id"], ["id"])
    op.create_index(
        "uq_touches_invitation_id",
        "touches",
        ["invitation_id"],
        unique=True,
        postgresql_where=sa.text("invitation_id IS NOT NULL"),
    )
    op.drop_constraint(_ONCE, "touches", type_="unique")
    op.create_unique_constraint(
        f"{_ONCE}_invitation_id",
        "touches",
        ["edition_id", "contact_id", "channel", "invitation_id"],
        postgresql_nulls_not_distinct=True,
    )


def _signals() -> None:
    op.create_table(
        "waiting_signals",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("external_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("amount", sa.Double(), nullable=True),
        sa.Column("currency", sa.String(), server_default="", nullable=False),
        sa.Column("reference", sa.String(), server_default="", nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting_signals")),
    )
    for name, column, where in (
        ("uq_waiting_signals_reference", "reference", "reference <> ''"),
        ("uq_waiting_signals_instant", "occurred_at", "reference = ''"),
    ):
        op.create_index(
            name, "waiting_signals", ["external_id", "kind", column], unique=True, postgresql_where=sa.text(where)
        )
    # Who reported the same thing twice at different instants is taken at the first word.
    op.execute(
        """
        DELETE FROM signals s USING signals first
        WHERE s.reference <> '' AND first.contact_id = s.contact_id AND first.kind = s.kind
          AND first.reference = s.reference AND first.id < s.id
        """
    )
    op.create_index(
        "uq_signals_reference",
        "signals",
        ["contact_id", "kind", "reference"],
        unique=True,
        postgresql_where=sa.text("reference <> ''"),
    )
    op.add_column(
        "signals",
        sa.Column(
            "recorded_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
    )
    op.execute("UPDATE signals SET recorded_at = occurred_at")


def _keys() -> None:
    op.create_table(
        "api_keys",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("scopes", postgresql.ARRAY(sa.String()), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_keys")),
        sa.UniqueConstraint("digest", name=op.f("uq_api_keys_digest")),
    )
    op.create_index(
        "uq_api_keys_name", "api_keys", ["name"], unique=True, postgresql_where=sa.text("revoked_at IS NULL")
    )


def downgrade() -> None:
    """Back to 0005."""
    op.drop_table("api_keys")
    op.drop_column("signals", "recorded_at")
    op.drop_index("uq_signals_reference", table_name="signals")
    op.drop_table("waiting_signals")
    op.execute("DELETE FROM touches WHERE invitation_id IS NOT NULL")
    op.drop_constraint(f"{_ONCE}_invitation_id", "touches", type_="unique")
    op.create_unique_constraint(_ONCE, "touches", ["edition_id", "contact_id", "channel"])
    op.drop_index("uq_touches_invitation_id", table_name="touches")
    op.drop_constraint(op.f("fk_touches_invitation_id"), "touches", type_="foreignkey")
    op.drop_column("touches", "invitation_id")
    op.drop_table("invitations")
