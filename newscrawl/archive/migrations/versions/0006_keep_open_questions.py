"""Keep what is not proved, and what could not be resolved, from one run to the next."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns and the table."""
    for name, empty in (("unproved", "[]"), ("unlisted", "{}")):
        op.add_column("walks", sa.Column(name, sa.JSON(), server_default=empty, nullable=False))
    op.add_column("walks", sa.Column("list_again", sa.String(), nullable=True))
    op.add_column("things", sa.Column("failures", sa.Integer(), server_default="0", nullable=False))
    op.add_column("things", sa.Column("due", sa.Float(), server_default="0", nullable=False))
    op.create_table(
        "unresolved",
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("thing_id", sa.BigInteger(), nullable=False),
        sa.Column("post", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"]),
        sa.ForeignKeyConstraint(["post"], ["posts.id"]),
        sa.PrimaryKeyConstraint("site_id", "kind", "thing_id", "post"),
    )
