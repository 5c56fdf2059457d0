"""Decide the outcome of an article from its page: one question after another."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from newscrawl import outcomes
from newscrawl.extract import walls
from newscrawl.extract.words import word_count, words_of

if TYPE_CHECKING:
    from newscrawl.extract.walls import VisiblePage
    from newscrawl.items import Extraction

# Statuses that decide the outcome by themselves.
_DECIDED: Final = {
    402: "paywall",
    404: "not_found",
    408: "timeout",
    410: "gone",
    429: "rate_limited",
}
# Statuses with which a site refuses a visitor. The page may be a challenge or a paywall.
_REFUSED: Final = frozenset({401, 403, 405, 406, 418, 451, 503})
_FORBIDDEN: Final = frozenset({401, 403, 451})
# A text with fewer words is no article.
MIN_WORDS: Final = 15
# A text is only the excerpt if this share of its words is in the excerpt,
EXCERPT_SHARE: Final = 0.8
# and if it has at most this many times the excerpt's words, and some more.
EXCERPT_LENGTH: Final = 1.25
EXCERPT_SPARE: Final = 5


def of_status(status: int, page: VisiblePage) -> tuple[str, str] | None:
    """Return the outcome of an HTTP status and the reason; None if the status is a success."""
    if 200 <= status < 300:
        return None
    why = f"HTTP {status}"
    if status in _DECIDED:
        return _DECIDED[status], why
    if status in _REFUSED:
        product = walls.challenge(page, 0, refused=True)
        if product:
            return "bot_wall", f"{why}, {product}"
        if status in _FORBIDDEN and walls.paywall(page, 0):
            return "paywall", why
    # HTTP has no status from 600 on; sites refuse crawlers with 999.
    if status in _FORBIDDEN or status >= 600:
        return "forbidden", why
    if 300 <= status < 400:  # usable redirects were followed already
        return "server_error", f"{why} without a usable Location"
    return ("server_error" if status >= 500 else "client_error"), why


def of_text(
    page: VisiblePage, extraction: Extraction, excerpt: str, *, status: int
) -> tuple[str, str]:
    """Return the outcome of a page with a successful status, and the reason; "" if fetched.

    Args:
        page: The page as a reader sees it.
        extraction: The article that was extracted from it.
        excerpt: The post's own text, or "".
        status: The HTTP status, 200 to 299. Challenges often come with 202 or 203.
    """
    words = extraction.word_count
    product = walls.challenge(page, words, refused=status not in {200, 206})
    if product:
        return "bot_wall", product
    if walls.says_not_found(page, words):
        return "not_found", f"the page says: {page.heads[0][:80]}"
    if walls.asks_consent(page, words):
        return "bot_wall", "the page asks for consent"
    wall = walls.paywall(page, words, extraction.text)
    if wall:
        return "paywall", wall
    if walls.needs_scripts(page, words):
        return "bot_wall", "the page needs JavaScript"
    if words < MIN_WORDS:
        return "extraction_failed", f"{words} words found"
    if walls.is_index(page, extraction.text):
        return "extraction_failed", "the page lists other stories"
    if is_excerpt(extraction.text, excerpt):
        return "excerpt_only", "the page holds no more than the post"
    return outcomes.FETCHED, ""


def is_excerpt(text: str, excerpt: str) -> bool:
    """Return whether *text* is no more than *excerpt*.

    >>> is_excerpt("The rain has ended.", "The rain has ended. Read more ...")
    True
    """
    known = words_of(excerpt)
    most = EXCERPT_LENGTH * len(known) + EXCERPT_SPARE
    if word_count(text) > most:  # counting takes a part of the time of splitting
        return False
    words = words_of(text)
    if not words or len(words) > most:
        return False
    shared = sum((Counter(words) & Counter(known)).values())
    return shared >= EXCERPT_SHARE * len(words)
