"""The words of a post whose body is in custom fields instead of its content."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from newscrawl.wordpress.endpoints import BYLINE_FIELDS, LANGUAGE_FIELDS, POST_FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MIN_WORDS: Final = 12
"""Words of a text without tags: fewer are a label, a caption or a choice of a list."""
MAX_DEPTH: Final = 8
"""Levels of groups, repeaters and layouts that are looked into."""

_OWN_FIELDS: Final = frozenset((*POST_FIELDS, *LANGUAGE_FIELDS, *BYLINE_FIELDS))
_MACHINE_FIELDS: Final = ("_", "yoast_", "aioseo_", "rank_math_", "jetpack", "uagb_", "class_list")
"""How the names of fields begin that hold markup for machines, or copies of other fields."""

_BLOCK: Final = re.compile(r"<(?:p|h[2-6]|ul|ol|blockquote|figure|div|br)\b", re.IGNORECASE)


def body_of_fields(fields: Any) -> str:
    """Return the HTML of the fields that hold prose, in the order of the site; "" if no field does.

    Args:
        fields: The value of ``acf`` in a post: fields by name, groups and rows of fields in them.

    >>> body_of_fields({"source": "Reuters", "layout": [{"text": "<p>The council voted.</p>"}]})
    '<p>The council voted.</p>'
    """
    return "\n".join(dict.fromkeys(_prose(fields, MAX_DEPTH)))


def body_of_post(raw: Mapping[str, Any]) -> str:
    """Return the HTML of a post's fields that hold prose: ACF's, else those an operator chose."""
    chosen = {name: value for name, value in raw.items() if name not in _OWN_FIELDS}
    return body_of_fields(raw.get("acf")) or body_of_fields(chosen)


def fields_with_prose(raw: Mapping[str, Any]) -> list[str]:
    """Return the names of the fields that no record needs and that hold prose in HTML.

    Args:
        raw: A post with all of its fields, as a request without ``_fields`` returns it.

    >>> fields_with_prose({"id": 1, "story_body": "<p>So it was.</p>", "yoast_head": "<p>x</p>"})
    ['story_body']
    """
    return [
        name
        for name, value in raw.items()
        if name not in _OWN_FIELDS
        and not name.startswith(_MACHINE_FIELDS)
        and any(map(_BLOCK.search, _strings(value, MAX_DEPTH)))
    ]


def _strings(value: Any, depth: int) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif depth and isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _strings(part, depth - 1)


def _prose(value: Any, depth: int) -> Iterator[str]:
    if isinstance(value, str):
        if _BLOCK.search(value):
            yield value
        elif len(value.split()) >= MIN_WORDS:
            yield f"<p>{value}</p>"
    elif depth and isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _prose(part, depth - 1)
