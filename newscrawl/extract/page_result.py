"""The result of reading a page, apart from the reading: a crawl needs only the result.

Workers read pages. What they import for it would take 20 MB in the crawl's own process.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from newscrawl.items import Extraction

# Characters of a text that is signed with its page. A longer one gets a worker's time of its own.
MAX_SIGNED: Final = 100_000


@dataclass(slots=True, kw_only=True)
class Page:
    """The result of reading a response.

    Attributes:
        outcome: A word of `newscrawl.outcomes`.
        extraction: The article; behind a paywall, its free part. None if the page is no article.
        detail: The reason for the outcome, one line for `explain`.
        follow: The URL to fetch instead of this page, or None. If that fails, *outcome* is used.
        next_page: The URL of the article's next page, or None.
        rights: The rights signals in the page, in addition to those in its headers.
        signature: Of the article's text; None if the page is no article, or if the text is too
            short, or longer than `MAX_SIGNED`.
        is_unread: Whether newscrawl failed on the page or a part of it, so it must be read again: a
            worker died or reached a limit, or the code has a bug.
    """

    outcome: str
    extraction: Extraction | None = None
    detail: str = ""
    follow: str | None = None
    next_page: str | None = None
    rights: dict[str, str] = field(default_factory=dict)
    signature: bytes | None = None
    is_unread: bool = False
