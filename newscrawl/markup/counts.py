"""Remove lines that a plugin adds: counts ("1,234 views", "5 min read"), labels of advertising.

Most plugins mark such a line by its class, which ``furniture.toml`` has. Others print it without an
element, and a count differs in every answer.
"""

from __future__ import annotations

import re
from typing import Final

from newscrawl.markup.labels import folded, labels_of
from newscrawl.markup.tree import Child, Node, has, own_strings, words

# A longer line says more than a count.
_MAX_LENGTH: Final = 60
_NUMBER: Final = re.compile(r"[<~]?\d[\d.,'’\s]*(?:[kKmM]\b)?")
# The words after the last sentence.
_LAST_PART: Final = re.compile(r"""(?<=[.!?…。”"»])\s+([^.!?…。]*)$""")
_SIGNS: Final = re.compile(r"[^\w\s]|_")
# A mark at which a script of the page does something: "___PAYWALL___".
_MARK: Final = re.compile(r"_{2,}[A-Z]+(?:_[A-Z]+)*_{2,}")
# Signs that stand for the word beside a number: views, minutes, comments, likes.
_ICONS: Final = re.compile(
    "[\U0001f441\u23f0-\u23f3\U0001f550-\U0001f567\U0001f4ac\U0001f44d\u2764]"
)


def drop_counts(root: Node, *, is_rest: bool = False) -> bool:
    """Remove the paragraphs of *root* that are only a count, and such rows at a paragraph's ends.

    If *root* has nothing else, a count is the text, unless *is_rest*: a wall has replaced the text.

    Returns:
        Whether there were any.
    """
    kept = [child for child in root.children if not _is_paragraph_of_count(child)]
    if not kept and not is_rest:
        return False
    paragraphs = [child for child in kept if isinstance(child, Node) and child.tag == "p"]
    has_rows = [_drop_rows(child) | _drop_end(child) for child in paragraphs]
    is_changed = len(kept) < len(root.children) or any(has_rows)
    root.children = kept
    return is_changed


def is_count(text: str) -> bool:
    """Return whether a line is only a count of views, minutes to read, comments or shares.

    >>> is_count("Post Views: 1,234"), is_count("Reading time: 5 minutes"), is_count("12k views")
    (True, True, True)
    >>> is_count("Views: 12 of 30 members"), is_count("views")
    (False, False)
    """
    label, count = _NUMBER.subn(" ", text)
    if not count:
        return False
    form = _form(label)
    return form in labels_of(__file__, _form) if form else bool(_ICONS.search(text))


def is_advertising(text: str) -> bool:
    """Return whether a line is only the label of advertising.

    >>> is_advertising("- Advertisement -"), is_advertising("Advertising pays")
    (True, False)
    """
    return _form(text) in labels_of(__file__, _form, "advertising")


def _form(text: str) -> str:
    return " ".join(_SIGNS.sub(" ", folded(text)).split())


def _is_paragraph_of_count(child: Child) -> bool:
    if isinstance(child, str) or child.tag != "p" or len(own_strings(child)) > _MAX_LENGTH:
        return False
    if has(child, "img", "br", "a"):
        return False
    text = words(child)
    if len(text) > _MAX_LENGTH:
        return False
    return is_count(text) or is_advertising(text) or bool(_MARK.fullmatch(text))


def _drop_rows(paragraph: Node) -> bool:
    """Remove the last row of a paragraph with several rows, or the first, if it is a count."""
    breaks = [
        place
        for place, child in enumerate(paragraph.children)
        if isinstance(child, Node) and child.tag == "br"
    ]
    if not breaks:
        return False
    children = paragraph.children
    if _is_row_of_count(children[breaks[-1] + 1 :]):
        paragraph.children = children[: breaks[-1]]
    elif _is_row_of_count(children[: breaks[0]]):
        paragraph.children = children[breaks[0] + 1 :]
    return paragraph.children is not children


def _drop_end(paragraph: Node) -> bool:
    """Remove a count after the last sentence of a paragraph."""
    last = paragraph.children[-1] if paragraph.children else ""
    if not isinstance(last, str) or not last[-1:].isalpha():
        return False
    found = _LAST_PART.search(last[-_MAX_LENGTH:])
    if not found or not any(map(str.isdigit, found[1])) or not is_count(found[1]):
        return False
    paragraph.children[-1] = last[: len(last) - len(found[0])]
    return True


def _is_row_of_count(row: list[Child]) -> bool:
    holder = Node("p")
    holder.children = row
    return _is_paragraph_of_count(holder)
