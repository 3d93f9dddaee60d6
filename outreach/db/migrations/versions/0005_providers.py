"""Providers and events: suppressions that end, what customers choose, channels that stand still."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One part after another; none needs another."""
    _suppression()
    _bounces()
    _topics()
    _privacy()
    _halts()
    _evidence()
    _references()
    _texts()
    _sign_ups()


def downgrade() -> None:
    """Back to 0004."""
    op.drop_table("sign_ups")
    op.drop_table("sign_up_forms")
    op.drop_index("ix_attempts_unpriced", table_name="attempts")
    op.drop_column("attempts", "currency")
    op.drop_column("attempts", "price")
    op.drop_column("attempts", "segments")
    op.drop_column("mailbox_messages", "reference")
    op.drop_table("domain_patterns")
    op.drop_column("events", "evidence")
    op.drop_column("events", "probability")
    op.drop_index("ix_events_troubles", table_name="events")
    op.drop_index("ix_touches_refused", table_name="touches")
    op.drop_table("sending_days")
    op.drop_table("channel_halts")
    op.drop_table("erased_addresses")
    op.drop_table("data_requests")
    op.drop_table("topic_refusals")
    op.drop_column("campaigns", "topic")
    op.drop_index("ix_touches_failed_address", table_name="touches")
    op.drop_column("suppressions", "until")


def _suppression() -> None:
    """An address may be left alone for a time."""
    op.add_column("suppressions", sa.Column("until", sa.DateTime(timezone=True), nullable=True))


def _bounces() -> None:
    """What came back from an address is looked up by the address."""
    op.create_index(
        "ix_touches_failed_address",
        "touches",
        [sa.text("lower(address)")],
        postgresql_where=sa.text("state = 'failed'"),
    )


def _topics() -> None:
    """What readers choose to hear of."""
    op.add_column("campaigns", sa.Column("topic", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False))
    op.create_table(
        "topic_refusals",
        sa.Column("contact_id", sa.BigInteger(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_topic_refusals_contact_id")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_topic_refusals_campaign_id")),
        sa.PrimaryKeyConstraint("contact_id", "campaign_id", name=op.f("pk_topic_refusals")),
    )


def _privacy() -> None:
    """What people ask of their own data."""
    op.create_table(
        "data_requests",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_data_requests_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_requests")),
        sa.UniqueConstraint("digest", name=op.f("uq_data_requests_digest")),
    )
    op.create_index(op.f("ix_data_requests_contact_id"), "data_requests", ["contact_id"])
    op.create_table(
        "erased_addresses",
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("channel", "digest", name=op.f("pk_erased_addresses")),
    )


def _halts() -> None:
    """Channels that stand still, the days on which a sender wrote, and what was refused at once."""
    op.create_table(
        "channel_halts",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("halted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("halted_by", sa.String(), nullable=False),
        sa.Column("resumed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resumed_by", sa.String(), server_default="", nullable=False),
        sa.Column("resume_reason", sa.String(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel_halts")),
    )
    op.create_index(
        "uq_channel_halts_standing",
        "channel_halts",
        ["channel"],
        unique=True,
        postgresql_where=sa.text("resumed_at IS NULL"),
    )
    op.create_table(
        "sending_days",
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("sender", "day", name=op.f("pk_sending_days")),
    )
    op.create_index(
        "ix_touches_refused",
        "touches",
        ["send_at"],
        postgresql_where=sa.text("state = 'failed' AND sent_at IS NULL"),
    )
    op.create_index(
        "ix_events_troubles",
        "events",
        ["occurred_at"],
        postgresql_where=sa.text("type IN ('bounced', 'complained', 'deferred')"),
    )


def _evidence() -> None:
    """Why a visit is held for a person's or a machine's."""
    op.add_column("events", sa.Column("probability", sa.Float(), nullable=True))
    op.add_column(
        "events",
        sa.Column("evidence", postgresql.ARRAY(sa.String()), server_default=sa.text("'{}'"), nullable=False),
    )
    op.create_table(
        "domain_patterns",
        sa.Column("domain", sa.String(), nullable=False),
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("user_agent", sa.String(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("domain", "network", "user_agent", name=op.f("pk_domain_patterns")),
    )


def _references() -> None:
    """What the vendors' stand-ins of the demo call what they took."""
    op.add_column("mailbox_messages", sa.Column("reference", sa.String(), server_default="", nullable=False))


def _texts() -> None:
    """What texts cost; the vendor says so a while after it has taken them."""
    op.add_column("attempts", sa.Column("segments", sa.Integer(), nullable=True))
    op.add_column("attempts", sa.Column("price", sa.Numeric(12, 6), nullable=True))
    op.add_column("attempts", sa.Column("currency", sa.String(), server_default="", nullable=False))
    op.create_index(
        "ix_attempts_unpriced",
        "attempts",
        ["reference"],
        postgresql_where=sa.text("segments IS NOT NULL AND price IS NULL"),
    )


def _sign_ups() -> None:
    """Forms by which people sign up, and those who filled one in."""
    op.create_table(
        "sign_up_forms",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("titles", postgresql.JSONB(), nullable=False),
        sa.Column("wordings", postgresql.JSONB(), nullable=False),
        sa.Column("industry_id", sa.Integer(), nullable=False),
        sa.Column("time_zone", sa.String(), nullable=False),
        sa.Column("country", sa.String(), server_default="", nullable=False),
        sa.Column("topics", postgresql.JSONB(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("asks", postgresql.JSONB(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["industry_id"], ["industries.id"], name=op.f("fk_sign_up_forms_industry_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_up_forms")),
        sa.UniqueConstraint("key", name=op.f("uq_sign_up_forms_key")),
    )
    op.create_table(
        "sign_ups",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("form_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("first_name", sa.String(), server_default="", nullable=False),
        sa.Column("phone", sa.String(), server_default="", nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("topics", postgresql.JSONB(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("wording", sa.String(), nullable=False),
        sa.Column("language_seen", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_from", sa.String(), server_default="", nullable=False),
        sa.Column("confirmed_from", sa.String(), server_default="", nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), server_default="", nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("contact_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["form_id"], ["sign_up_forms.id"], name=op.f("fk_sign_ups_form_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_sign_ups_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_ups")),
        sa.UniqueConstraint("digest", name=op.f("uq_sign_ups_digest")),
    )
    op.create_index(op.f("ix_sign_ups_contact_id"), "sign_ups", ["contact_id"])
    op.create_index("ix_sign_ups_email_lower", "sign_ups", [sa.text("lower(email)"), "asked_at"])
    op.create_index(
        "ix_sign_ups_unconfirmed", "sign_ups", ["asked_at"], postgresql_where=sa.text("confirmed_at IS NULL")
    )
