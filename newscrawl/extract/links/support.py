"""What makes any claim of a link more likely: its address, its place, its look.

Each function returns the evidence in words that a user reads, "" if there is none.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newscrawl.extract.links import vocabulary as w
from newscrawl.extract.links.target import is_article_shaped, slug_words

if TYPE_CHECKING:
    from newscrawl.extract.links.context import Sight

SAME_WORDS = 4  # of a headline in another
SAME_SHARE = 0.6

_ELLIPSIS = re.compile(r"(?:…|\.\s?\.\s?\.|\[…\]|\[\.\.\.\])[\s\]»”\"']*$")


def same_address(sight: Sight) -> str:
    slug = frozenset(map(w.fold, slug_words(sight.link.parts.path)))
    return "its address has the words of the post's" if is_same(slug, sight.page.slug) else ""


def after_ellipsis(sight: Sight) -> str:
    above = sight.page.lines[sight.number - 1].text if sight.number else ""
    text = sight.line.text[: sight.anchor.start].rstrip() or above.rstrip()
    return "the text breaks off before it" if _ELLIPSIS.search(text[-12:]) else ""


def is_button(sight: Sight) -> str:
    return f"button of {sight.anchor.button}" if sight.anchor.button else ""


def named_host(sight: Sight) -> str:
    return f"text names the host's name {sight.brand}" if sight.brand else ""


def named_at_start(sight: Sight) -> str:
    is_new = sight.is_brand_at_start and not sight.brand
    return "the post's beginning names its host" if is_new else ""


def at_the_edge(sight: Sight) -> str:
    if sight.is_at_end:
        return "stands at the post's end"
    return "stands at the post's start" if sight.is_at_start else ""


def article_address(sight: Sight) -> str:
    return "its address is like an article's" if is_article_shaped(sight.link.parts) else ""


def is_same(one: frozenset[str], other: frozenset[str]) -> bool:
    shared = len(one & other)
    return shared >= SAME_WORDS and shared >= SAME_SHARE * max(len(one), len(other))
