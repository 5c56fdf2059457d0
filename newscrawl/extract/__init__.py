"""Choose the link to a post's full article, and extract the article from its page.

`full_article_link` finds the link in a post. `extract` reads a page; `page.read_page` also decides
its outcome. Both import their modules on the first call, so commands start faster.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from newscrawl.extract.extractor import extract
    from newscrawl.extract.links.choose import full_article_link

__all__ = ["extract", "full_article_link"]


def __getattr__(name: str) -> Any:
    if name == "extract":
        from newscrawl.extract.extractor import extract

        return extract
    if name == "full_article_link":
        from newscrawl.extract.links.choose import full_article_link

        return full_article_link
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
