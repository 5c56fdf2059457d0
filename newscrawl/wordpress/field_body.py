"""The words of a post whose body is in custom fields instead of its content."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

MIN_WORDS: Final = 12
"""Words of a text without tags: fewer are a label, a caption or a choice of a list."""
MAX_DEPTH: Final = 8
"""Levels of groups, repeaters and layouts that are looked into."""

_BLOCK: Final = re.compile(r"<(?:p|h[2-6]|ul|ol|blockquote|figure|div|br)\b", re.IGNORECASE)


def body_of_fields(fields: Any) -> str:
    """Return the HTML of the fields that hold prose, in the order of the site; "" if no field does.

    Args:
        fields: The value of ``acf`` in a post: fields by name, groups and rows of fields in them.

    >>> body_of_fields({"source": "Reuters", "layout": [{"text": "<p>The council voted.</p>"}]})
    '<p>The council voted.</p>'
    """
    return "\n".join(dict.fromkeys(_prose(fields, MAX_DEPTH)))


def _prose(value: Any, depth: int) -> Iterator[str]:
    if isinstance(value, str):
        if _BLOCK.search(value):
            yield value
        elif len(value.split()) >= MIN_WORDS:
            yield f"<p>{value}</p>"
    elif depth and isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _prose(part, depth - 1)
