"""Stories, permissions and referrals; offers that newcomers get."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

#: What was permitted stays as it was said; only erasure empties what names a person.
APPEND_ONLY = """
    CREATE FUNCTION keep_story_permission() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF TG_OP = 'UPDATE'
            AND (NEW.words, NEW.shown_name, NEW.picture, NEW.picture_words, NEW.origin) = ('', '', '', '', '')
            AND to_jsonb(NEW) - '{words,shown_name,picture,picture_words,origin}'::text[]
              = to_jsonb(OLD) - '{words,shown_name,picture,picture_words,origin}'::text[] THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'what a customer permitted is never changed or deleted';
    END $$;
    CREATE TRIGGER keep_story_permission BEFORE UPDATE OR DELETE ON story_permissions
        FOR EACH ROW EXECUTE FUNCTION keep_story_permission();
"""


def upgrade() -> None:
    op.create_table(
        "stories",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("contact_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        *(
            sa.Column(name, sa.String(), server_default="", nullable=False)
            for name in ("words", "language", "picture", "picture_words")
        ),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("shelved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("shelved_by", sa.String(), server_default="", nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_stories_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stories")),
    )
    op.create_index(op.f("ix_stories_contact_id"), "stories", ["contact_id"], unique=False)
    op.create_index(
        "uq_stories_live", "stories", ["contact_id"], unique=True, postgresql_where=sa.text("state <> 'withdrawn'")
    )
    op.create_table(
        "story_pictures",
        sa.Column("story_id", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("thumbnail", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["story_id"], ["stories.id"], name=op.f("fk_story_pictures_story_id")),
        sa.PrimaryKeyConstraint("story_id", name=op.f("pk_story_pictures")),
    )
    op.create_index(op.f("ix_story_pictures_digest"), "story_pictures", ["digest"], unique=False)
    op.create_table(
        "story_permissions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("story_id", sa.BigInteger(), nullable=False),
        sa.Column("contact_id", sa.BigInteger(), nullable=False),
        *(
            sa.Column(name, sa.String(), nullable=False)
            for name in ("words", "hash", "language", "picture", "picture_words", "name_use", "shown_name")
        ),
        sa.Column("wording_use", sa.Boolean(), nullable=False),
        sa.Column("picture_use", sa.Boolean(), nullable=False),
        sa.Column("asked", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_story_permissions_contact_id")),
        sa.ForeignKeyConstraint(["story_id"], ["stories.id"], name=op.f("fk_story_permissions_story_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_story_permissions")),
    )
    op.create_index(op.f("ix_story_permissions_contact_id"), "story_permissions", ["contact_id"], unique=False)
    op.create_index(op.f("ix_story_permissions_story_id"), "story_permissions", ["story_id"], unique=False)
    op.execute(APPEND_ONLY)
    _referrals()
    _offers()


def _referrals() -> None:
    op.create_table(
        "referral_links",
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("contact_id", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_referral_links_contact_id")),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_referral_links")),
        sa.UniqueConstraint("contact_id", name=op.f("uq_referral_links_contact_id")),
    )
    op.create_table(
        "referrals",
        sa.Column("contact_id", sa.BigInteger(), nullable=False),
        sa.Column("referrer_id", sa.BigInteger(), nullable=False),
        sa.Column("came_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("thanked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_referrals_contact_id")),
        sa.ForeignKeyConstraint(["referrer_id"], ["contacts.id"], name=op.f("fk_referrals_referrer_id")),
        sa.PrimaryKeyConstraint("contact_id", name=op.f("pk_referrals")),
    )
    op.create_index(op.f("ix_referrals_referrer_id"), "referrals", ["referrer_id"], unique=False)
    op.create_index(
        "ix_referrals_unthanked", "referrals", ["came_at"], unique=False, postgresql_where=sa.text("thanked_at IS NULL")
    )
    op.add_column("sign_ups", sa.Column("referred_by", sa.BigInteger(), nullable=True))
    op.create_foreign_key(op.f("fk_sign_ups_referred_by"), "sign_ups", "contacts", ["referred_by"], ["id"])
    op.create_index(op.f("ix_sign_ups_referred_by"), "sign_ups", ["referred_by"], unique=False)
    op.add_column(
        "sign_up_forms", sa.Column("for_referrals", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )


def _offers() -> None:
    def kept(name: str, default: str | None = None) -> sa.Column[object]:
        empty = sa.text(f"'{default}'") if default else None
        return sa.Column(name, postgresql.JSONB(astext_type=sa.Text()), server_default=empty, nullable=False)

    op.add_column("business", kept("review_links", "[]"))
    op.create_table(
        "declared_offers",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        kept("names"),
        sa.Column("meant_for", sa.String(), nullable=False),
        sa.Column("applies_to", sa.String(), nullable=False),
        kept("terms"),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("early_access_days", sa.Integer(), server_default=sa.text("0"), nullable=False),
        kept("campaigns", "[]"),
        kept("early_campaigns", "[]"),
        kept("as_good_as", "{}"),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declared_offers")),
        sa.UniqueConstraint("key", name=op.f("uq_declared_offers_key")),
    )
    op.create_table(
        "daily_jobs",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_daily_jobs")),
    )


def downgrade() -> None:
    op.drop_table("daily_jobs")
    op.drop_table("declared_offers")
    op.drop_column("business", "review_links")
    op.drop_column("sign_up_forms", "for_referrals")
    op.drop_index(op.f("ix_sign_ups_referred_by"), table_name="sign_ups")
    op.drop_constraint(op.f("fk_sign_ups_referred_by"), "sign_ups", type_="foreignkey")
    op.drop_column("sign_ups", "referred_by")
    for table in ("referrals", "referral_links", "story_permissions", "story_pictures", "stories"):
        op.drop_table(table)
    op.execute("DROP FUNCTION keep_story_permission")
