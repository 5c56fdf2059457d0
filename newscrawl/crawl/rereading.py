"""Reading an article again from the pages that were kept of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from newscrawl.archive import page_cache
from newscrawl.archive.reextraction import Reread
from newscrawl.crawl.article_reader import may_keep
from newscrawl.wordpress.identity import is_better

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from newscrawl.archive.database import Archive
    from newscrawl.archive.reextraction import KeptArticle
    from newscrawl.crawl.article_reader import Reading
    from newscrawl.extract.page import Page
    from newscrawl.net.response import Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondReading:
    """What comes today of an article's pages.

    Attributes:
        article: The record's ``article``, less its link.
        signature: Of its text; None if it has none.
    """

    kept: KeptArticle
    article: dict[str, Any]
    page: Page
    signature: bytes | None

    def settled(self) -> Reread:
        """Return it for the archive; an article is kept if less comes of its pages today."""
        before, after = self.kept.article, self.article
        is_unread = self.page.is_unread
        keeps = before == after or is_unread or is_better(before["outcome"], after["outcome"])
        return Reread(
            id=self.kept.id,
            before=self.kept.data,
            article=None if keeps else after,
            signature=self.signature,
            may_keep=is_unread or may_keep(after),
            is_unread=is_unread,
        )


async def read_again(archive: Archive, reading: Reading, kept: KeptArticle) -> SecondReading | None:
    """Return what comes of an article's pages; None if one of them is gone, for the budget."""
    answers = await archive.look(_answers, kept)
    if not answers:
        return None
    article, page = await reading.again(answers, kept.excerpt, kept.article["fetched"])
    signature = await reading.signature(article)
    return SecondReading(kept=kept, article=article, page=page, signature=signature)


def _answers(connection: Connection, kept: KeptArticle) -> list[Answer]:
    robots = kept.article["rights"]["robots"]
    return [
        page_cache.unpack_page(page, robots=robots)
        for page in page_cache.of_article(connection, kept.id)
    ]
