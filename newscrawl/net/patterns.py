"""Patterns of paths as robots.txt writes them: prefixes with ``*``, or whole with a ``$``."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def matches(pattern: str, path: str) -> bool:
    """Tell whether *pattern* matches the start of *path*, or all of it where it ends in ``$``.

    Takes time in proportion to the path for each part between two stars, whatever the pattern.

    >>> matches("/a/*.pdf$", "/a/b/c.pdf"), matches("/a/*.pdf$", "/a/b.pdf?x"), matches("/a", "/ab")
    (True, False, True)
    """
    anchored = pattern.endswith("$")
    first, *others = pattern.removesuffix("$").split("*")
    if not path.startswith(first):
        return False
    if not others:
        return not anchored or path == first
    last = others.pop() if anchored else ""
    position = len(first)
    for part in others:
        position = path.find(part, position)
        if position < 0:
            return False
        position += len(part)
    return not anchored or (len(path) - len(last) >= position and path.endswith(last))


def best_match(patterns: Iterable[str], path: str) -> str | None:
    """Return the longest of *patterns* that matches *path*, the first of equals; None for none."""
    return max((one for one in patterns if matches(one, path)), key=len, default=None)
