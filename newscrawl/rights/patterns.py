"""Patterns of paths as robots.txt writes them: prefixes with ``*``, or whole with a ``$``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterable


_UNRESERVED: Final = frozenset(
    b"-._~" + bytes(range(48, 58)) + bytes(range(65, 91)) + bytes(range(97, 123))
)
_WRITTEN_IN_WAYS: Final = re.compile(r"%([0-9A-Fa-f]{2})|[^!-~]|[\"<>\\^`{|}]")


def normal_path(path: str) -> str:
    """Return a path and query in the one form that RFC 9309 compares: no needless escape.

    >>> normal_path("/%7eann/caf%c3%a9?q=%2F"), normal_path("/café/a%24b")
    ('/~ann/caf%C3%A9?q=%2F', '/caf%C3%A9/a%24b')
    """
    return _WRITTEN_IN_WAYS.sub(_written, path)


def normal_pattern(pattern: str) -> str:
    """Return a pattern in that form; a ``$`` in the middle of one is a character like others."""
    end = "$" if pattern.endswith("$") else ""
    return normal_path(pattern.removesuffix("$")).replace("$", "%24") + end


def _written(found: re.Match[str]) -> str:
    if found[1] is None:
        return quote(found[0], safe="", errors="replace")
    code = int(found[1], 16)
    return chr(code) if code in _UNRESERVED else f"%{found[1].upper()}"


def matches(pattern: str, path: str) -> bool:
    """Return whether *pattern* matches the start of *path*, or all of it if it ends in ``$``.

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
    """Return the longest of *patterns* that matches *path*, the first of equals, or None."""
    return max((one for one in patterns if matches(one, path)), key=len, default=None)
