"""Writing: drafts and their revisions, reviews, snippets, images, proofs, answers; what recurs."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "checked_links",
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), server_default="", nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("url", name=op.f("pk_checked_links")),
    )
    op.create_table(
        "images",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("thumbnail", sa.LargeBinary(), nullable=False),
        sa.Column("alt", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("saved_by", sa.String(), server_default="", nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_images")),
        sa.UniqueConstraint("digest", name=op.f("uq_images_digest")),
    )
    op.create_table(
        "snippets",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("saved_by", sa.String(), server_default="", nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snippets")),
        sa.UniqueConstraint("name", "locale", name=op.f("uq_snippets_name_locale")),
    )
    op.create_table(
        "proofs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("sent_by", sa.String(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name=op.f("fk_proofs_edition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proofs")),
    )
    op.create_index(op.f("ix_proofs_edition_id"), "proofs", ["edition_id"], unique=False)
    op.create_table(
        "reviews",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("audience", sa.Integer(), nullable=False),
        sa.Column("about_us", sa.Double(), nullable=False),
        sa.Column("reason", sa.String(), server_default="", nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verdict", sa.String(), server_default="", nullable=False),
        sa.Column("comment", sa.String(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["asked_by_id"], ["staff.id"], name=op.f("fk_reviews_asked_by_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["staff.id"], name=op.f("fk_reviews_decided_by_id")),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name=op.f("fk_reviews_edition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews")),
    )
    op.create_index(op.f("ix_reviews_edition_id"), "reviews", ["edition_id"], unique=False)
    op.create_table(
        "revisions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(), server_default="", nullable=False),
        sa.Column("preheader", sa.String(), server_default="", nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("saved_by", sa.String(), server_default="", nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name=op.f("fk_revisions_edition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revisions")),
        sa.UniqueConstraint("edition_id", "locale", "number", name=op.f("uq_revisions_edition_id_locale_number")),
    )
    op.create_table(
        "answers",
        sa.Column("touch_id", sa.Uuid(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("contact_id", sa.BigInteger(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_answers_contact_id")),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name=op.f("fk_answers_edition_id")),
        sa.ForeignKeyConstraint(["touch_id"], ["touches.id"], name=op.f("fk_answers_touch_id")),
        sa.PrimaryKeyConstraint("touch_id", "question", name=op.f("pk_answers")),
    )
    op.create_index("ix_answers_contact_id", "answers", ["contact_id", "given_at"], unique=False)
    op.create_index("ix_answers_edition_id", "answers", ["edition_id"], unique=False)
    op.add_column("business", sa.Column("about_us_limit", sa.Double(), server_default=sa.text("0.3"), nullable=False))
    op.add_column(
        "business", sa.Column("four_eyes_above", sa.Integer(), server_default=sa.text("10000"), nullable=False)
    )
    op.add_column("business", sa.Column("segment_price", sa.Double(), nullable=True))
    op.add_column("business", sa.Column("currency", sa.String(), server_default="", nullable=False))
    op.add_column("campaigns", sa.Column("recurrence", sa.String(), server_default="", nullable=False))
    op.add_column("campaigns", sa.Column("evergreen", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("edition_contents", sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("editions", sa.Column("title", sa.String(), server_default="", nullable=False))
    op.add_column("editions", sa.Column("state", sa.String(), server_default="published", nullable=False))
    op.add_column("editions", sa.Column("source", sa.String(), server_default="pack", nullable=False))
    op.add_column("editions", sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("editions", sa.Column("round", sa.Integer(), server_default=sa.text("1"), nullable=False))
    op.add_column("editions", sa.Column("repeats", sa.Integer(), nullable=True))
    op.create_foreign_key(op.f("fk_editions_repeats"), "editions", "editions", ["repeats"], ["id"])


def downgrade() -> None:
    op.drop_constraint(op.f("fk_editions_repeats"), "editions", type_="foreignkey")
    op.drop_column("editions", "repeats")
    op.drop_column("editions", "round")
    op.drop_column("editions", "edited_at")
    op.drop_column("editions", "source")
    op.drop_column("editions", "state")
    op.drop_column("editions", "title")
    op.drop_column("edition_contents", "edited_at")
    op.drop_column("campaigns", "evergreen")
    op.drop_column("campaigns", "recurrence")
    op.drop_column("business", "currency")
    op.drop_column("business", "segment_price")
    op.drop_column("business", "four_eyes_above")
    op.drop_column("business", "about_us_limit")
    op.drop_index("ix_answers_edition_id", table_name="answers")
    op.drop_index("ix_answers_contact_id", table_name="answers")
    op.drop_table("answers")
    op.drop_table("revisions")
    op.drop_index(op.f("ix_reviews_edition_id"), table_name="reviews")
    op.drop_table("reviews")
    op.drop_index(op.f("ix_proofs_edition_id"), table_name="proofs")
    op.drop_table("proofs")
    op.drop_table("snippets")
    op.drop_table("images")
    op.drop_table("checked_links")
