"""Departures: why a customer left, with the evidence, and what staff say."""

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Back to 0012."""
