"""Read a page in a worker: only the worker imports the extractor."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from newscrawl.extract.page_result import Page
    from newscrawl.net.response import Answer


def read_page(answer: Answer, excerpt: str) -> Page:
    """Return the result of reading a page; see `newscrawl.extract.page.read_page`."""
    from newscrawl.extract import page

    return page.read_page(answer, excerpt)
