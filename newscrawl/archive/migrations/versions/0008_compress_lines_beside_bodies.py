"""Compress lines beside the bodies of their posts; lines of earlier versions stay as they are."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column that tells both forms apart."""
    beside: sa.Column[bool] = sa.Column(
        "beside", sa.Boolean(), server_default=sa.false(), nullable=False
    )
    op.add_column("records", beside)
