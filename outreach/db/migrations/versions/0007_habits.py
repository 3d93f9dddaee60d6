"""Habits: each customer's own rhythm of buying, asking, visiting and replying."""

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Back to 0006."""
