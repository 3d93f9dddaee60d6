"""Due services: what a customer had done last, and when it is due again."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Services, who lives together, facts, rounds."""
    _services()
    _households()
    _facts()
    _rounds()
    op.create_index(
        "ix_signals_services", "signals", ["recorded_at"], postgresql_where=sa.text("strpos(reference, ':') > 0")
    )


def _services() -> None:
    op.create_table(
        "services",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("names", postgresql.JSONB(), nullable=False),
        sa.Column("interval_months", sa.Integer(), nullable=False),
        sa.Column("lead_days", sa.Integer(), nullable=False),
        sa.Column("season", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("gap_days", sa.Integer(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("industries", postgresql.JSONB(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("needs", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("first", sa.String(), nullable=False),
        sa.Column("last_attribute", sa.String(), server_default="", nullable=False),
        sa.Column("campaign", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_services")),
        sa.UniqueConstraint("key", name=op.f("uq_services_key")),
    )


def _households() -> None:
    op.create_table(
        "households",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("messages", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("look_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_households")),
        sa.UniqueConstraint("key", name=op.f("uq_households_key")),
    )
    op.create_index(op.f("ix_households_look_at"), "households", ["look_at"])
    op.create_table(
        "household_members",
        sa.Column("contact_id", sa.BigInteger(), nullable=False),
        sa.Column("household_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_household_members_contact_id")),
        sa.ForeignKeyConstraint(["household_id"], ["households.id"], name=op.f("fk_household_members_household_id")),
        sa.PrimaryKeyConstraint("contact_id", name=op.f("pk_household_members")),
    )
    op.create_index(op.f("ix_household_members_household_id"), "household_members", ["household_id"])


def _facts() -> None:
    op.create_table(
        "service_facts",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("household_id", sa.BigInteger(), nullable=False),
        sa.Column("contact_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("signal_id", sa.BigInteger(), nullable=True),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noted_by", sa.String(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["service_id"], ["services.id"], name=op.f("fk_service_facts_service_id")),
        sa.ForeignKeyConstraint(["household_id"], ["households.id"], name=op.f("fk_service_facts_household_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_service_facts_contact_id")),
        sa.ForeignKeyConstraint(["signal_id"], ["signals.id"], name=op.f("fk_service_facts_signal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_facts")),
    )
    op.create_index(op.f("ix_service_facts_household_id"), "service_facts", ["household_id"])
    op.create_index(op.f("ix_service_facts_contact_id"), "service_facts", ["contact_id"])
    for name, columns, where in (
        ("uq_service_facts_signal", ["signal_id", "service_id"], "signal_id IS NOT NULL"),
        ("uq_service_facts_attribute", ["contact_id", "service_id"], "source = 'attribute'"),
        ("uq_service_facts_staff", ["contact_id", "service_id", "kind", "on_day"], "source = 'staff'"),
    ):
        op.create_index(name, "service_facts", columns, unique=True, postgresql_where=sa.text(where))


def _rounds() -> None:
    op.create_table(
        "service_rounds",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("household_id", sa.BigInteger(), nullable=True),
        sa.Column("contact_id", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("told", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=True),
        sa.Column("asked_id", sa.BigInteger(), nullable=True),
        sa.Column("cause", sa.String(), server_default="", nullable=False),
        sa.Column("listed_on", sa.Date(), nullable=True),
        sa.Column("booked_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ended_as", sa.String(), nullable=True),
        sa.CheckConstraint("num_nonnulls(household_id, contact_id) = 1", name=op.f("ck_service_rounds_one_holder")),
        sa.ForeignKeyConstraint(["service_id"], ["services.id"], name=op.f("fk_service_rounds_service_id")),
        sa.ForeignKeyConstraint(["household_id"], ["households.id"], name=op.f("fk_service_rounds_household_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_service_rounds_contact_id")),
        sa.ForeignKeyConstraint(["asked_id"], ["contacts.id"], name=op.f("fk_service_rounds_asked_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_rounds")),
    )
    for column in ("service_id", "household_id", "contact_id", "asked_id"):
        op.create_index(op.f(f"ix_service_rounds_{column}"), "service_rounds", [column])
    op.create_index(
        "ix_service_rounds_listed", "service_rounds", ["asked_id"], postgresql_where=sa.text("state = 'listed'")
    )
    for name, column in (("place", "household_id"), ("person", "contact_id")):
        op.create_index(
            f"uq_service_rounds_open_{name}",
            "service_rounds",
            [column, "service_id"],
            unique=True,
            postgresql_where=sa.text(f"ended_on IS NULL AND {column} IS NOT NULL"),
        )


def downgrade() -> None:
    """Back to 0010."""
    op.drop_index("ix_signals_services", table_name="signals")
    for table in ("service_rounds", "service_facts", "household_members", "households", "services"):
        op.drop_table(table)
