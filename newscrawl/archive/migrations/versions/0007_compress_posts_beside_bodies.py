"""Compress posts beside their bodies.

No row is written again: both forms can be read. The number only stops earlier versions, which would
take the new form for damage.
"""

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change nothing."""
