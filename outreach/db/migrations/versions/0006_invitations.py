"""Invitations: editions that are meant for one contact at a time, and signals of strangers."""

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Back to 0005."""
