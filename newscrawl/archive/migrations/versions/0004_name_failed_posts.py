"""Mark the posts that newscrawl failed to normalize, also those of earlier versions."""

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

from newscrawl.archive.codec import unpack

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

MAX_EMPTY = 300
"""A packed body with at least this many bytes, without its title, has a text."""

REASON = "an earlier version failed on it"


def upgrade() -> None:
    """Add the columns, and mark the posts whose title is their slug and whose text is empty."""
    op.add_column("posts", sa.Column("failure", sa.String(), nullable=True))
    op.add_column("posts", sa.Column("failures", sa.Integer(), server_default="0", nullable=False))
    op.create_index(
        "posts_failed",
        "posts",
        ["site_id", "failures", "id"],
        unique=False,
        sqlite_where=sa.text("failure IS NOT NULL"),
        postgresql_where=sa.text("failure IS NOT NULL"),
    )
    connection = op.get_bind()
    marked = sa.text("UPDATE posts SET failure = :reason WHERE id = :id")
    for row in list(_failed(connection)):
        connection.execute(marked, {"reason": REASON, "id": row})


def _failed(connection: sa.Connection) -> Iterator[int]:
    found = connection.execute(
        sa.text(
            "SELECT id, slug, body FROM posts WHERE NOT deleted AND raw IS NOT NULL"
            " AND length(body) < :most + length(slug)"
        ),
        {"most": MAX_EMPTY},
    )
    for row in found:
        empty = {"html": "", "markdown": "", "text": "", "title": row.slug, "excerpt": ""}
        body = unpack(row.body)  # some versions added keys without a value
        if {name: body.get(name) for name in empty} == empty:
            yield row.id
