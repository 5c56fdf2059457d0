"""Keep the requested fields of a post; all others are dropped before the archive.

A server that ignores ``_fields`` sends whatever its plugins add: e-mail addresses, passwords,
whole users.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from newscrawl.wordpress.fields import MAX_VALUES, as_ids, rendered

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

OLDER_NAMES: Final = frozenset({"ID", "URL", "featured_image", "terms"})
"""Names of the same fields in WordPress.com's older API."""

WALL_CLASSES: Final = (
    "access-restricted",
    "pmpro-no-access",
    "post-password-required",
    "rcp-no-access",
)
"""Classes of a post that its reader may not read: of WordPress, and of plugins for members."""

_TEXTS: Final = ("guid", "title", "content", "excerpt")
_TEXT_KEYS: Final = ("rendered", "protected")
_AS_THEY_COME: Final = frozenset({*_TEXTS, "meta", "acf", "terms"})
_PRIVATE: Final = re.compile(
    r"(?i)e?mail|pass(?:word)?|pwd|phone|address|(?:\w*_)?(?:email|ip|login)"
)
"""Keys of people in the objects that plugins add: no record needs their values."""


def requested_only(
    raw: Mapping[str, Any], names: Collection[str], chosen: Collection[str] = ()
) -> dict[str, Any]:
    """Return a post with the requested fields only.

    Args:
        names: The fields that every record needs.
        chosen: More fields, chosen by the operator; they are kept as they came.

    >>> requested_only({"author": {"ID": 7, "email": "a@b.test"}, "_embedded": {}}, ["author"])
    {'author': [7]}
    """
    kept = {
        name: value if name in chosen or name in _AS_THEY_COME else _public(value)
        for name, value in raw.items()
        if name in names or name in chosen or name in OLDER_NAMES
    }
    for name in _TEXTS:
        if isinstance(kept.get(name), dict):
            kept[name] = _text(kept[name])
    if isinstance(kept.get("author"), dict | list):
        kept["author"] = as_ids(raw["author"])
    if walls := wall_classes(raw.get("class_list")):
        kept["class_list"] = walls
    else:
        kept.pop("class_list", None)
    # The older API marks a protected text only by its password.
    if raw.get("password"):
        kept["content"] = {"rendered": rendered(raw.get("content")), "protected": True}
    return kept


def wall_classes(value: Any) -> list[str]:
    """Return the classes of a post which say that a wall hides its words; a list without others.

    >>> wall_classes(["post-3", "hentry", "rcp-is-restricted", "rcp-no-access"])
    ['rcp-no-access']
    """
    return [name for name in value if name in WALL_CLASSES] if isinstance(value, list) else []


def _text(value: dict[str, Any]) -> dict[str, Any]:
    """Return a text without its source code, which only editors need."""
    kept: dict[str, Any] = {key: value[key] for key in _TEXT_KEYS if key in value}
    return kept if isinstance(kept.get("rendered"), str) else value


def _public(value: Any) -> Any:
    """Return a value without the keys of people; of a list, its first `MAX_VALUES`."""
    if isinstance(value, dict):
        items = islice(value.items(), MAX_VALUES)
        kept = {key: item for key, item in items if not _PRIVATE.fullmatch(str(key))}
        return {key: _public(item) for key, item in kept.items()}
    if isinstance(value, list):
        return [_public(item) for item in value[:MAX_VALUES]]
    return value
