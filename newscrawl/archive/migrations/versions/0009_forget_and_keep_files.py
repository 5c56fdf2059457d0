"""Note what is forgotten, so that no crawl brings it back; keep the files of media."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns, the indexes and the tables."""
    for table in ("posts", "extras"):
        op.add_column(
            table,
            sa.Column("forgotten", sa.Boolean(), server_default=sa.false(), nullable=False),
        )
    op.create_index(
        "posts_forgotten",
        "posts",
        ["site_id", "forgotten"],
        sqlite_where=sa.text("forgotten = 1"),
        postgresql_where=sa.text("forgotten"),
    )
    op.create_table(
        "forgotten",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("identity", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "identity"),
    )
    op.add_column("extras", sa.Column("url", sa.String(), nullable=True))
    op.create_table(
        "files",
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.Column("path", sa.String(), nullable=True),
        sa.Column("size", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("validator", sa.String(), nullable=True),
        sa.Column("due", sa.Float(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"]),
        sa.PrimaryKeyConstraint("site_id", "url"),
    )
    op.create_index("extras_by_url", "extras", ["site_id", "url"])
