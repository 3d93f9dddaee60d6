"""Providers and events: suppressions that end, what customers choose, channels that stand still."""

from typing import Any

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
    _consent()
    _cases()


def downgrade() -> None:
    """Back to 0004."""
    op.drop_table("recovery_cases")
    op.execute("DROP TRIGGER chained ON consent_records")
    op.execute("DROP TRIGGER append_only ON consent_records")
    op.execute("DROP FUNCTION chain_consent()")
    op.execute("DROP FUNCTION keep_consent()")
    op.execute("DROP FUNCTION consent_words(consent_records)")
    op.drop_column("touches", "consent_id")
    op.drop_index("ix_consent_records_expires_at", table_name="consent_records")
    op.drop_constraint(op.f("uq_consent_records_contact_id_previous"), "consent_records", type_="unique")
    for column in reversed(_consent_columns()):
        op.drop_column("consent_records", column.name)
    op.drop_table("consent_wordings")
    op.drop_table("sign_ups")
    op.drop_table("sign_up_forms")
    op.drop_table("text_answers")
    op.drop_index("ix_events_from", table_name="events")
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
    """What texts cost, which the vendor says a while after it has taken them; and what numbers wrote to us."""
    op.create_index(
        "ix_events_from",
        "events",
        [sa.text("(data ->> 'from')")],
        postgresql_where=sa.text("data ? 'intent'"),
    )
    op.create_table(
        "text_answers",
        sa.Column("event_key", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("intent", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), server_default="waiting", nullable=False),
        sa.Column("answer", sa.String(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("event_key", name=op.f("pk_text_answers")),
    )
    op.create_index(
        "ix_text_answers_waiting", "text_answers", ["asked_at"], postgresql_where=sa.text("state = 'waiting'")
    )
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


def _consent_columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("wording", sa.LargeBinary(), sa.ForeignKey("consent_wordings.hash"), nullable=True),
        sa.Column("address", sa.String(), server_default="", nullable=False),
        sa.Column("origin", sa.String(), server_default="", nullable=False),
        sa.Column("basis", sa.String(), server_default="consent", nullable=False),
        sa.Column("purpose", sa.String(), server_default="marketing", nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by", sa.String(), server_default="", nullable=False),
        sa.Column("withdraws", sa.BigInteger(), nullable=True),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.Column("seal", sa.LargeBinary(), nullable=True),
        sa.Column("previous", sa.LargeBinary(), nullable=True),
        sa.Column("hash", sa.LargeBinary(), nullable=True),
    ]


_CONSENT_WORDS = """
    CREATE FUNCTION consent_words(r consent_records) RETURNS bytea LANGUAGE sql STABLE AS $$
        SELECT convert_to(jsonb_build_array(
            r.id, r.contact_id, r.channel, r.granted, r.source, extract(epoch FROM r.given_at),
            extract(epoch FROM r.recorded_at), r.basis, r.purpose, extract(epoch FROM r.expires_at), r.confirmed_by,
            r.withdraws, encode(r.wording, 'hex'), encode(r.seal, 'hex'), encode(r.previous, 'hex'))::text, 'UTF8')
    $$
"""
#: The contact's row is locked, so that two writers cannot hang their lines on the same one; only then is the id drawn.
_CHAIN_CONSENT = """
    CREATE FUNCTION chain_consent() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM FROM contacts WHERE id = NEW.contact_id FOR NO KEY UPDATE;
        NEW.id := nextval(pg_get_serial_sequence('consent_records', 'id'));
        NEW.previous := (SELECT hash FROM consent_records WHERE contact_id = NEW.contact_id ORDER BY id DESC LIMIT 1);
        IF NOT NEW.granted THEN
            NEW.withdraws := (SELECT max(id) FROM consent_records
                              WHERE contact_id = NEW.contact_id AND channel = NEW.channel AND granted);
        END IF;
        NEW.salt := uuid_send(gen_random_uuid());
        NEW.seal := sha256(NEW.salt || convert_to(jsonb_build_array(NEW.address, NEW.origin)::text, 'UTF8'));
        NEW.hash := sha256(consent_words(NEW));
        RETURN NEW;
    END $$
"""
_KEEP_CONSENT = """
    CREATE FUNCTION keep_consent() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'UPDATE' AND NEW.address = '' AND NEW.origin = '' AND NEW.salt IS NULL
           AND consent_words(NEW) = consent_words(OLD) AND NEW.hash = OLD.hash THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'the consent ledger is append-only' USING ERRCODE = 'restrict_violation';
    END $$
"""
_CHAIN_WHAT_IS_THERE = """
    DO $$ DECLARE line consent_records; before bytea; of_contact bigint := 0; BEGIN
        FOR line IN SELECT * FROM consent_records ORDER BY contact_id, id LOOP
            IF line.contact_id <> of_contact THEN before := NULL; of_contact := line.contact_id; END IF;
            line.salt := uuid_send(gen_random_uuid());
            line.seal := sha256(line.salt || convert_to(jsonb_build_array('', '')::text, 'UTF8'));
            line.previous := before;
            line.hash := sha256(consent_words(line));
            UPDATE consent_records SET salt = line.salt, seal = line.seal, previous = line.previous, hash = line.hash
            WHERE id = line.id;
            before := line.hash;
        END LOOP;
    END $$
"""


def _consent() -> None:
    """What somebody agreed to, word by word, in lines that hang on one another; and on which a message relied."""
    op.create_table(
        "consent_wordings",
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("first_used_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_consent_wordings")),
    )
    for column in _consent_columns():
        op.add_column("consent_records", column)
    op.add_column("touches", sa.Column("consent_id", sa.BigInteger(), nullable=True))
    op.create_index(
        "ix_consent_records_expires_at",
        "consent_records",
        ["expires_at"],
        postgresql_where=sa.text("expires_at IS NOT NULL"),
    )
    op.execute(_CONSENT_WORDS)
    op.execute(_CHAIN_WHAT_IS_THERE)
    op.create_unique_constraint(
        op.f("uq_consent_records_contact_id_previous"),
        "consent_records",
        ["contact_id", "previous"],
        postgresql_nulls_not_distinct=True,
    )
    op.execute(_CHAIN_CONSENT)
    op.execute(_KEEP_CONSENT)
    op.execute("CREATE TRIGGER chained BEFORE INSERT ON consent_records FOR EACH ROW EXECUTE FUNCTION chain_consent()")
    op.execute(
        "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON consent_records "
        "FOR EACH ROW EXECUTE FUNCTION keep_consent()"
    )


def _cases() -> None:
    """Customers whom we let down."""
    op.create_table(
        "recovery_cases",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("contact_id", sa.BigInteger(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.String(), server_default="", nullable=False),
        sa.Column("note", sa.String(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_recovery_cases_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_cases")),
        sa.UniqueConstraint("contact_id", "reference", name=op.f("uq_recovery_cases_contact_id_reference")),
    )
    op.create_index(op.f("ix_recovery_cases_contact_id"), "recovery_cases", ["contact_id"])
    op.create_index(
        "ix_recovery_cases_open", "recovery_cases", ["contact_id"], postgresql_where=sa.text("closed_at IS NULL")
    )
