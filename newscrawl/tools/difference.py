"""What became of an article, for a terminal: the lines before and after that differ."""

from __future__ import annotations

from collections import Counter
from itertools import islice, zip_longest
from typing import TYPE_CHECKING, Any, Final

from newscrawl.net.log_records import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FIELDS: Final = (
    *("outcome", "title", "authors", "published", "modified", "language", "publisher"),
    *("word_count", "policy"),
)
"""The fields that are compared, beside the text, in the order of the output."""

MAX_LINES: Final = 12
"""Lines of the text that are shown of one article."""

MAX_WIDTH: Final = 160
"""Characters of a line that are shown, and of a field,"""

AHEAD: Final = 40
"""and, of a long line, so many before the first character that differs."""


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Return the changes of an article as lines; an empty list if a reader sees no change.

    >>> differences({"url": "https://a.test/", "title": "Old"}, {"title": "New"})
    ['https://a.test/', '  title       Old -> New']
    """
    pairs = [(name, _value(before, name), _value(after, name)) for name in FIELDS]
    fields = [f"  {name:11} {old} -> {new}" for name, old, new in pairs if old != new]
    texts = (before.get("markdown") or "", after.get("markdown") or "")
    gone, come = _without(*texts), _without(*reversed(texts))
    lines = list(islice(_lines(gone, come), MAX_LINES))
    left = len(gone) + len(come) - len(lines)
    told = fields + lines + ([f"  ... and {left} more lines"] if left else [])
    return [printable(str(before.get("url"))), *told] if told else []


def _value(article: Mapping[str, Any], name: str) -> str:
    value = article.get(name) if name != "policy" else article.get("rights", {}).get("policy")
    words = "; ".join(map(str, value)) if isinstance(value, list) else str(value or "-")
    return printable(words[:MAX_WIDTH])


def _without(text: str, other: str) -> list[str]:
    """Return the lines that are in *text* more often than in *other*, wherever they stand.

    That takes no longer than to read them.
    """
    known = Counter(filter(None, other.split("\n")))
    lines = []
    for line in filter(None, text.split("\n")):
        known[line] -= 1
        if known[line] < 0:
            lines.append(line)
    return lines


def _lines(gone: list[str], come: list[str]) -> Iterator[str]:
    """Yield the lines that are gone, and those that came, side by side, as they are shown."""
    for old, new in zip_longest(gone, come, fillvalue=""):
        alike = next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), 0)
        start = max(0, alike - AHEAD)
        if old:
            yield f"  - {_cut(old, start)}"
        if new:
            yield f"  + {_cut(new, start)}"


def _cut(line: str, start: int) -> str:
    if len(line) <= MAX_WIDTH:
        return printable(line)
    ahead, end = "..." if start else "", "..." if len(line) > start + MAX_WIDTH else ""
    return f"{ahead}{printable(line[start : start + MAX_WIDTH])}{end}"
