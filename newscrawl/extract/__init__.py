"""Choosing the link to the full article, and extracting the article of the page behind it.

`extract` reads a page (`page.read_page` also judges it), `full_article_link` finds the link in a
post. Both load their machinery when they are first called: commands start without it.
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
