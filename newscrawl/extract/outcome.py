"""Deciding how an article ended, from its page: one closed function a question, in order."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from newscrawl import outcomes
from newscrawl.extract import walls
from newscrawl.extract.words import words_of

if TYPE_CHECKING:
    from newscrawl.extract.walls import Sight
    from newscrawl.items import Extraction

# Statuses that decide by themselves.
_DECIDED: Final = {402: "paywall", 404: "not_found", 410: "gone", 429: "rate_limited"}
# Those that refuse the visitor: with a challenge, with a wall, or without a word.
_REFUSED: Final = frozenset({401, 403, 405, 406, 418, 451, 503})
_FORBIDDEN: Final = frozenset({401, 403, 451})
# Fewer words are no article.
MIN_WORDS: Final = 15
# A text is no more than the excerpt when so much of it is in it, and it is hardly longer.
EXCERPT_SHARE: Final = 0.8
EXCERPT_LENGTH: Final = 1.25
EXCERPT_SPARE: Final = 5


def of_status(status: int, sight: Sight) -> tuple[str, str] | None:
    """Return the outcome of a status that is no success, and why; None for a success."""
    if 200 <= status < 300:
        return None
    why = f"HTTP {status}"
    if status in _DECIDED:
        return _DECIDED[status], why
    if status in _REFUSED:
        product = walls.challenge(sight, 0, refused=True)
        if product:
            return "bot_wall", f"{why}, {product}"
        if status in _FORBIDDEN and walls.paywall(sight, 0):
            return "paywall", why
    if status in _FORBIDDEN:
        return "forbidden", why
    if 300 <= status < 400:  # a redirect that could be followed does not come here
        return "server_error", f"{why} without a usable Location"
    return ("server_error" if status >= 500 else "client_error"), why


def of_text(sight: Sight, extraction: Extraction, excerpt: str, *, status: int) -> tuple[str, str]:
    """Return the outcome of a page that came, and why; the outcome "fetched" needs no reason.

    Args:
        sight: What the page shows.
        extraction: What was extracted from it.
        excerpt: The text that the post itself has; or "".
        status: A success; 202 and 203 come with challenges.
    """
    words = extraction.word_count
    product = walls.challenge(sight, words, refused=status not in {200, 206})
    if product:
        return "bot_wall", product
    if walls.says_not_found(sight, words):
        return "not_found", f"the page says: {sight.heads[0][:80]}"
    if walls.asks_consent(sight, words):
        return "bot_wall", "the page asks for consent"
    wall = walls.paywall(sight, words)
    if wall:
        return "paywall", wall
    if walls.needs_scripts(sight, words):
        return "bot_wall", "the page needs JavaScript"
    if words < MIN_WORDS:
        return "extraction_failed", f"{words} words found"
    if is_excerpt(extraction.text, excerpt):
        return "excerpt_only", "the page holds no more than the post"
    return outcomes.FETCHED, ""


def is_excerpt(text: str, excerpt: str) -> bool:
    """Return whether *text* holds no more words than *excerpt*.

    >>> is_excerpt("The rain has ended.", "The rain has ended. Read more ...")
    True
    """
    words, known = words_of(text), words_of(excerpt)
    if not words or len(words) > EXCERPT_LENGTH * len(known) + EXCERPT_SPARE:
        return False
    shared = sum((Counter(words) & Counter(known)).values())
    return shared >= EXCERPT_SHARE * len(words)
