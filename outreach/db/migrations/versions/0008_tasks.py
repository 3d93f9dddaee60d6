"""Tasks: calls, video calls and visits with owners, outcomes and dates."""

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Back to 0007."""
