"""The index of an API: whether it is one, and its facts about the site."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from newscrawl.wordpress.responses import Refusal, decode

if TYPE_CHECKING:
    from newscrawl.net.response import Answer

INDEX_FIELDS: Final = "name,description,url,home,gmt_offset,timezone_string,namespaces"
"""Of the index, which lists every route of every plugin otherwise: hundreds of kilobytes."""
MAX_URL: Final = 2000


def index_url(root: str) -> str:
    """Return the URL that asks an API for what is wanted of its index."""
    return f"{root}{'&' if '?' in root else '?'}_fields={INDEX_FIELDS}"


def read_index(answer: Answer) -> dict[str, Any] | Refusal:
    """Return the index of an API with posts in it, or why an answer is not one."""
    decoded = decode(answer)
    if isinstance(decoded, Refusal):
        return decoded
    index = decoded.value
    if isinstance(index, dict):
        routes = index["routes"] if isinstance(index.get("routes"), dict) else {}
        if any(name.strip("/").startswith("wp/v2") for name in (*_namespaces(index), *routes)):
            return index
    return Refusal("shape", f"HTTP {answer.status}, JSON that is no index", status=answer.status)


def home_of(index: dict[str, Any], otherwise: str) -> str:
    """Return the home URL that an index gives, or *otherwise* without one."""
    told = _text(index, "home") or _text(index, "url")
    is_url = told.startswith(("http://", "https://")) and told.isprintable() and " " not in told
    return told if is_url and len(told) <= MAX_URL else otherwise


def facts_of(index: dict[str, Any]) -> dict[str, Any]:
    """Return the facts of an index about its site, by the names of ``Site``."""
    return {
        "name": _text(index, "name"),
        "description": _text(index, "description"),
        "namespaces": _namespaces(index),
        "timezone": _text(index, "timezone_string"),
        "gmt_offset": _hours(index.get("gmt_offset")),
    }


def _namespaces(index: dict[str, Any]) -> tuple[str, ...]:
    listed = index.get("namespaces")
    return tuple(n for n in listed if isinstance(n, str)) if isinstance(listed, list) else ()


def _hours(offset: Any) -> float:
    try:
        hours = float(offset) if isinstance(offset, int | float | str) else 0.0
    except (ValueError, OverflowError):
        return 0.0
    return hours if abs(hours) <= 24 else 0.0  # also if it is "nan"


def _text(index: dict[str, Any], key: str) -> str:
    value = index.get(key)
    return value if isinstance(value, str) else ""
