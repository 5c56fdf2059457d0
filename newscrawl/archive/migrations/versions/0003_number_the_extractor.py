"""Articles that the last extractor without a number read count as read by the one of today.

Until then its version was a digest of its code, so any comment made another version. Nothing has
to be read again because the version has another form. What an earlier one read stays as it is.
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
"""As in "0.1.0+a1b2c3d4e5f6"."""


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
