"""Index only guids that are not their post's identity: most are, and that has an index."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Replace the index of all guids."""
    op.drop_index("posts_by_guid", table_name="posts")
    differs = sa.text("guid != identity")
    op.create_index(
        "posts_by_guid",
        "posts",
        ["site_id", "guid"],
        sqlite_where=differs,
        postgresql_where=differs,
    )
