"""Cut an excerpt from the body if WordPress cut it from the content with all that plugins add.

WordPress makes an excerpt of the first visible words of a post: also of a share bar, a list of
contents or a question for consent. The same number of words of the body stands for it.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import Final

from newscrawl.markup.plain_text import excerpt_text

# Characters of the content that are read: an excerpt has about 300 letters.
_SEEN: Final = 20_000
_TAG: Final = re.compile(r"<[^<>]*>")
_ELLIPSES: Final = ("[…]", "[...]", "…", "...")


def cut_excerpt(excerpt: str, content: str, text: str) -> str:
    """Return an excerpt; one with other words than the body's is cut from the body.

    Args:
        excerpt: The excerpt as plain text.
        content: The HTML of the post, as it came.
        text: The body's text.

    >>> cut_excerpt("12 views Rain fell. […]", "<i>12 views</i> Rain fell.", "Rain fell.")
    'Rain fell.'
    >>> cut_excerpt("By hand", "<i>Contents</i> Rain fell.", "Rain fell.")
    'By hand'
    """
    cut = _without_ellipsis(excerpt)
    letters = _letters(cut)
    if not letters or _starts_with(text[:_SEEN], letters):
        return excerpt
    # WordPress removes the tags in a ``noscript``, which are text for us.
    shown = _TAG.sub("", excerpt_text(content[:_SEEN], ""))
    if not _starts_with(shown, letters):
        return excerpt  # written by hand
    words = text.split()
    count = len(cut.split())
    return " ".join([*words[:count], *["[…]"] * (count < len(words))])


def _without_ellipsis(excerpt: str) -> str:
    return next((excerpt.removesuffix(end) for end in _ELLIPSES if excerpt.endswith(end)), excerpt)


def _starts_with(text: str, letters: str) -> bool:
    first = islice(filter(str.isalpha, text), len(letters))
    return "".join(first) == letters


def _letters(text: str) -> str:
    return "".join(filter(str.isalpha, text))
