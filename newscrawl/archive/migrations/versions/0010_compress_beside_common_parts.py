"""Compress values beside the common parts; values of earlier versions stay as they are.

Only the version changes for them: an earlier newscrawl can't read the new values.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Leave posts without an article out of the index of articles."""
    op.drop_index("posts_by_article", "posts")
    has_article = sa.text("article_id IS NOT NULL")
    op.create_index(
        "posts_by_article",
        "posts",
        ["article_id"],
        sqlite_where=has_article,
        postgresql_where=has_article,
    )
