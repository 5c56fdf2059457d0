"""Search a whole page for the date of its article: the last resort, and often wrong.

The words beside dates are in ``date_search.toml``, by language.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Final

from turbohtml import Element, Text

from newscrawl.extract.metadata.near_headline import (
    COMMENTS,
    headline_of,
    holders_of,
    is_elsewhere,
    is_embedded,
    is_in_header,
    is_in_teaser,
    is_listed,
    line_around,
)
from newscrawl.extract.words import alternatives

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from turbohtml import Node

    from newscrawl.extract.document import Document

# Nodes of a page that are read, and texts with a year in them.
MAX_NODES: Final = 20_000
MAX_DATED: Final = 100
# A text with more characters is prose, and its dates are of events
MAX_LINE: Final = 100
# unless it starts with one: "(18.01.2018) Farmers fear".
_DATED_PROSE: Final = re.compile(r"\W*\d{1,4}\W.{0,16}\d\d")
# Characters before a date that may say what it is.
MAX_LABEL: Final = 20

# Elements whose dates are never the article's.
_UNREAD: Final = f"select, script, style, noscript, option, {COMMENTS}"
_YEAR: Final = re.compile(r"(?:19|20)\d\d|[./-]\d\d(?!\d)")
_WORDS: Final = {name: "|".join(table.values()) for name, table in alternatives(__file__).items()}
# Words before the date of publication.
POSTED: Final = re.compile(rf"\W*(?:{_WORDS['posted']})", re.IGNORECASE)
# Words before the date of a change.
CHANGED: Final = re.compile(_WORDS["changed"], re.IGNORECASE)


def dated_texts(document: Document, title: str | None) -> Iterator[str]:
    """Yield the texts of a page that may hold its date, the surest first.

    First come short lines after the headline, then those before it, then dates of a change, then
    dates in prose, then dates of other articles.

    Args:
        document: The page, before its tree is reduced to the text.
        title: The page's title, to find the headline.
    """
    root = document.root
    headline = headline_of(document, title)
    found: list[tuple[tuple[bool, ...], str]] = []
    holders = holders_of(headline)
    is_before = headline is not None
    for node in islice(root.descendants, MAX_NODES) if root is not None else ():
        if node is headline:
            is_before = False
        elif isinstance(node, Text) and _YEAR.search(node.data):
            element = line_around(node)
            if element is None or element.closest(_UNREAD) or is_in_header(element, holders):
                continue  # a header shows the day of the visit
            if not is_in_teaser(element, holders) and not is_listed(element, holders):
                rank, text = _ranked(node, element, holders)
                found.append(((*rank, is_before), text))
            if len(found) == MAX_DATED:
                break
    found.sort(key=lambda one: one[0])
    yield from (text for _, text in found)


def _ranked(
    node: Text, element: Element, holders: Collection[Node]
) -> tuple[tuple[bool, ...], str]:
    """Return reasons against the date in a text, the worst first, and the text."""
    text = " ".join(node.data.split())
    is_other = is_elsewhere(element, holders) or is_embedded(element, holders)
    is_prose = len(text) > MAX_LINE and not _DATED_PROSE.match(text)
    before = next((one.data for one in islice(node.preceding, 3) if isinstance(one, Text)), "")
    label = " ".join(before.split())[-MAX_LABEL:] + " "
    is_changed = not is_prose and bool(CHANGED.search(label + text))
    return (is_other, is_prose, is_changed), text
