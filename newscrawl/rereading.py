"""Reading an article again from the pages that were kept of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from newscrawl.archive import pages
from newscrawl.archive.blobs import unpack
from newscrawl.archive.rereads import Reread
from newscrawl.reading import may_keep

if TYPE_CHECKING:
    from newscrawl.archive.rereads import KeptArticle
    from newscrawl.archive.store import Archive
    from newscrawl.article.page import Page
    from newscrawl.reading import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondReading:
    """What an article was, and what comes of its pages today: records' ``article``, less its link.

    Attributes:
        signature: Of its text; None where it has none.
    """

    kept: KeptArticle
    before: dict[str, Any]
    after: dict[str, Any]
    page: Page
    signature: bytes | None

    def settled(self) -> Reread:
        """Return it for the archive."""
        return Reread(
            id=self.kept.id,
            before=self.kept.data,
            article=None if self.after == self.before else self.after,
            signature=self.signature,
            may_keep=may_keep(self.after),
        )


async def read_again(archive: Archive, reading: Reading, kept: KeptArticle) -> SecondReading | None:
    """Return what comes of an article's pages; None where one of them is gone, for the budget."""
    found = await archive.look(pages.of_article, kept.id)
    if not found:
        return None
    before = unpack(kept.data)
    robots = before["rights"]["robots"]
    answers = [pages.unpack_page(page, robots=robots) for page in found]
    after, page = await reading.again(answers, kept.excerpt, before["fetched"])
    signature = await reading.signature(after)
    return SecondReading(kept=kept, before=before, after=after, page=page, signature=signature)
