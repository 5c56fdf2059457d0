"""What became of an article, for a terminal: the lines before and after that differ."""

from __future__ import annotations

from collections import Counter
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, Final

from newscrawl.net.logs import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FIELDS: Final = (
    *("outcome", "title", "authors", "published", "modified", "language", "publisher"),
    *("word_count", "policy"),
)
"""What is compared, beside the text, in the order in which it is told."""

MAX_LINES: Final = 12
"""Lines of the text that are shown of one article."""

MAX_WIDTH: Final = 160
"""Characters of a line that are shown, and of a field,"""

AHEAD: Final = 40
"""and, of a long line, so many before the first character that differs."""


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Return the lines that tell how an article has changed; none where a reader sees no change.

    >>> differences({"url": "https://a.test/", "title": "Old"}, {"title": "New"})
    ['https://a.test/', '  title       Old -> New']
    """
    pairs = [(name, _value(before, name), _value(after, name)) for name in FIELDS]
    fields = [f"  {name:11} {old} -> {new}" for name, old, new in pairs if old != new]
    lines = list(_text(before.get("markdown") or "", after.get("markdown") or ""))
    more = [f"  ... and {len(lines) - MAX_LINES} more lines"] if len(lines) > MAX_LINES else []
    told = fields + lines[:MAX_LINES] + more
    return [printable(str(before.get("url"))), *told] if told else []


def _value(article: Mapping[str, Any], name: str) -> str:
    value = article.get(name) if name != "policy" else article.get("rights", {}).get("policy")
    words = "; ".join(map(str, value)) if isinstance(value, list) else str(value or "-")
    return printable(words[:MAX_WIDTH])


def _text(before: str, after: str) -> Iterator[str]:
    """Yield the lines that are gone, and those that came, side by side as they follow each other.

    By what lines there are, not by where they stand: that takes no longer than to read them.
    """
    gone, come = _without(before, after), _without(after, before)
    for old, new in zip_longest(gone, come, fillvalue=""):
        alike = next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), 0)
        start = max(0, alike - AHEAD)
        if old:
            yield f"  - {_cut(old, start)}"
        if new:
            yield f"  + {_cut(new, start)}"


def _without(text: str, other: str) -> list[str]:
    known = Counter(filter(None, other.split("\n")))
    lines = []
    for line in filter(None, text.split("\n")):
        known[line] -= 1
        if known[line] < 0:
            lines.append(line)
    return lines


def _cut(line: str, start: int) -> str:
    if len(line) <= MAX_WIDTH:
        return printable(line)
    ahead, end = "..." if start else "", "..." if len(line) > start + MAX_WIDTH else ""
    return f"{ahead}{printable(line[start : start + MAX_WIDTH])}{end}"
