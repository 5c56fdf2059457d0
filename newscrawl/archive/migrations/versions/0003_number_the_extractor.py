"""Count articles that the last unnumbered extractor read as read by today's extractor.

Before this migration, the extractor's version was a digest of its code, so any new comment changed
the version. The new form of the version is no reason to read articles again. Articles that an
earlier extractor read stay as they are.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from newscrawl.extract.version import extractor_version

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

WITHOUT_NUMBER = "%.%.%+%"
"""The form of a version with a digest, for LIKE: "0.1.0+a1b2c3d4e5f6"."""


def upgrade() -> None:
    articles = sa.table("articles", sa.column("id"), sa.column("read_by"))
    newest = (
        sa.select(articles.c.read_by)
        .where(articles.c.read_by.like(WITHOUT_NUMBER))
        .order_by(articles.c.id.desc())
        .limit(1)
    )
    last = op.get_bind().execute(newest).scalar()
    if last is not None:
        op.execute(
            articles.update().where(articles.c.read_by == last).values(read_by=extractor_version())
        )


def downgrade() -> None:
    raise NotImplementedError("a newscrawl of before reads these articles again, which is harmless")
