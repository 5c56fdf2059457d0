"""Authors that only the page of a post names, and the translations that it links to.

Molongui Authorship stores the authors of a post, guests too, in fields that the API does not show.
Each page has a comment of the plugin, and between it and its end a ``meta`` of each author.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from newscrawl.urls.spelling import spelling_key
from newscrawl.wordpress import page_hints
from newscrawl.wordpress.fields import plain

if TYPE_CHECKING:
    from newscrawl.net.response import Answer

MAX_AUTHORS: Final = 100
_START: Final = "<!-- Author Meta Tags by Molongui Authorship"
_END: Final = "<!-- /Molongui Authorship -->"
_AUTHOR: Final = re.compile(r"<meta name=\"author\" content=\"([^\"<>]{1,500})\"")


def has_bylines(page: Answer) -> bool:
    """Return whether a page of the site shows that the pages of posts name their authors."""
    return page_hints.is_page(page) and _START.encode() in page.body[: page_hints.HEAD]


def byline_of(page: Answer) -> dict[str, Any]:
    """Return the authors and the translations of a post, from its page.

    Returns:
        ``{"authors": [...], "translations": [...]}``, as a record has them; empty lists if the page
        does not name them.
    """
    head = page.body[: page_hints.HEAD].decode("utf-8", "replace")
    named = head.partition(_START)[2].partition(_END)[0]
    names = dict.fromkeys(filter(None, map(plain, _AUTHOR.findall(named)[:MAX_AUTHORS])))
    own = spelling_key(page.url)
    others = page_hints.alternates(page).items()
    return {
        "authors": [{"id": None, "name": name, "slug": None, "url": None} for name in names],
        "translations": [
            {"language": tag, "id": None, "url": url}
            for tag, url in others
            if spelling_key(url) != own
        ],
    }
