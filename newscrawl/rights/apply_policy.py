"""Reducing an article to what the policy for its publisher allows."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING

from newscrawl.rights.policy import EXCERPT_CHARACTERS

if TYPE_CHECKING:
    from newscrawl.items import Extraction
    from newscrawl.rights.policy import Policy


def apply_policy(article: Extraction, policy: Policy) -> Extraction:
    """Return the article with its text, with the beginning of it, or without text.

    The beginning ends with a whole word and is plain, so its three forms have the same words.
    """
    if policy == "full" or not article.text:
        return article
    from newscrawl.markup import normalize  # 10 MB of memory, and most articles are kept in full

    excerpt = _beginning(article.text) if policy == "excerpt" else ""
    body = normalize(f"<p>{escape(excerpt)}</p>", article.url)
    return replace(article, text=body.text, html=body.html, markdown=body.markdown)


def _beginning(text: str) -> str:
    """Return as many whole words as the excerpt may have.

    >>> len(_beginning("word " * 100))
    299
    """
    text = " ".join(text.split())
    if len(text) <= EXCERPT_CHARACTERS:
        return text
    cut, space, _ = text[: EXCERPT_CHARACTERS + 1].rpartition(" ")
    return cut if space else text[:EXCERPT_CHARACTERS]
