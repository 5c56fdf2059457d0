"""Remove lines that are only a count of a plugin: "1,234 views", "5 min read".

Most plugins mark such a line by its class, which ``furniture.toml`` has. Others print it without an
element, and it differs in every answer.
"""

from __future__ import annotations

import re
from typing import Final

from newscrawl.markup.labels import folded, labels_of
from newscrawl.markup.tree import Node, has, own_strings, words

# A longer line says more than a count.
_MAX_LENGTH: Final = 60
_NUMBER: Final = re.compile(r"[<~]?\d[\d.,'’\s]*(?:[kKmM]\b)?")
_SIGNS: Final = re.compile(r"[^\w\s]|_")


def drop_counts(root: Node) -> bool:
    """Remove the paragraphs of *root* that are only a count; return whether there were any.

    If *root* has nothing else, a count is the post's text.
    """
    kept = [child for child in root.children if not _is_paragraph_of_count(child)]
    if not kept or len(kept) == len(root.children):
        return False
    root.children = kept
    return True


def is_count(text: str) -> bool:
    """Return whether a line is only a count of views or of minutes to read.

    >>> is_count("Post Views: 1,234"), is_count("Reading time: 5 minutes"), is_count("12k views")
    (True, True, True)
    >>> is_count("Views: 12 of 30 members"), is_count("views")
    (False, False)
    """
    label, count = _NUMBER.subn(" ", text)
    return count > 0 and _form(label) in labels_of(__file__, _form)


def _form(text: str) -> str:
    return " ".join(_SIGNS.sub(" ", folded(text)).split())


def _is_paragraph_of_count(child: Node | str) -> bool:
    if isinstance(child, str) or child.tag != "p" or len(own_strings(child)) > _MAX_LENGTH:
        return False
    if has(child, "img", "br", "a"):
        return False
    text = words(child)
    return len(text) <= _MAX_LENGTH and is_count(text)
