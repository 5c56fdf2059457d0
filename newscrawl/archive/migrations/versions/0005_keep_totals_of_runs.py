"""Keep the totals of runs that are deleted for their age."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    counts = ("runs", "complete", "partial", "failed", "new", "updated", "deleted")
    op.create_table(
        "run_totals",
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.String(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in counts),
        sa.Column("requests", sa.BigInteger(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"]),
        sa.PrimaryKeyConstraint("site_id"),
    )
