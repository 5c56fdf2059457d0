"""Reading JSON-LD: the statements about itself that a page embeds for search engines."""

from __future__ import annotations

import html
import json
import re
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import orjson

if TYPE_CHECKING:
    from collections.abc import Iterable

Node: TypeAlias = dict[str, Any]

# Types of schema.org that are an article, the surest first.
ARTICLE_TYPES: Final = (
    "NewsArticle", "ReportageNewsArticle", "AnalysisNewsArticle", "OpinionNewsArticle",
    "BackgroundNewsArticle", "ReviewNewsArticle", "AskPublicNewsArticle", "LiveBlogPosting",
    "AdvertiserContentArticle", "SatiricalArticle", "BlogPosting", "Article", "Report",
    "ScholarlyArticle", "TechArticle", "SocialMediaPosting", "Review", "Recipe", "WebPage",
)  # fmt: skip
# Characters of a script, nodes of a page and levels of nesting that are read.
MAX_SCRIPT: Final = 2_000_000
MAX_NODES: Final = 2_000
MAX_DEPTH: Final = 6
# Keys under which other nodes about the same page lie.
_HOLDERS: Final = ("@graph", "mainEntity", "mainEntityOfPage", "itemListElement", "item")

_COMMENT: Final = re.compile(r"<!--|-->|<!\[CDATA\[|\]\]>|^[ \t]*//.*$", re.MULTILINE)
_TRAILING_COMMA: Final = re.compile(r",(\s*[}\]])")


def nodes_of(scripts: Iterable[str]) -> list[Node]:
    """Return all nodes of a page's JSON-LD scripts, in order; broken ones are mended or left out.

    >>> nodes_of(['[{"@graph": [{"@type": "Person"}]},]'])[-1]
    {'@type': 'Person'}
    """
    found: list[Node] = []
    for script in scripts:
        value = _loaded(script) if len(script) <= MAX_SCRIPT else None
        _collect(value, found, 0)
    return found


def types_of(node: Node) -> list[str]:
    """Return the node's types without their namespace."""
    kinds = node.get("@type")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    return [kind.rsplit("/", 1)[-1] for kind in kinds if isinstance(kind, str)]


def article_of(nodes: list[Node]) -> Node:
    """Return the node of the page's article; empty where there is none."""
    best: Node = {}
    best_rank = len(ARTICLE_TYPES)
    for node in nodes:
        ranks = [ARTICLE_TYPES.index(kind) for kind in types_of(node) if kind in ARTICLE_TYPES]
        if ranks and min(ranks) < best_rank and (node.get("headline") or node.get("name")):
            best, best_rank = node, min(ranks)
    return best


def _loaded(script: str) -> Any:
    for text in (script, _mended(script)):
        try:
            return orjson.loads(text)
        except ValueError:
            pass
        try:
            return json.loads(text, strict=False)
        except (ValueError, RecursionError):
            pass
    return None


def _mended(script: str) -> str:
    text = _COMMENT.sub("", script).strip().rstrip(";")
    if text.startswith(("&", "{&")):
        text = html.unescape(text)
    return _TRAILING_COMMA.sub(r"\1", text)


def _collect(value: Any, found: list[Node], depth: int) -> None:
    if depth > MAX_DEPTH or len(found) >= MAX_NODES:
        return
    if isinstance(value, list):
        for one in value:
            _collect(one, found, depth + 1)
    elif isinstance(value, dict):
        found.append(value)
        for key in _HOLDERS:
            if isinstance(value.get(key), list | dict):
                _collect(value[key], found, depth + 1)


def resolved(value: Any, nodes: list[Node]) -> list[Any]:
    """Return *value* as a list, with each mere reference replaced by the node that it names.

    >>> resolved({"@id": "#ann"}, [{"@id": "#ann", "name": "Ann Example"}])
    [{'@id': '#ann', 'name': 'Ann Example'}]
    """
    values = value if isinstance(value, list) else [value]
    return [_referred(one, nodes) for one in values if one]


def text_in(value: Any, *keys: str) -> str:
    """Return the first text under *keys* of a node, or *value* if it is text; "" for none."""
    for one in value if isinstance(value, list) else [value]:
        texts = [one.get(key) for key in keys] if isinstance(one, dict) else [one]
        for text in texts:
            if isinstance(text, str) and text.strip():
                return " ".join(text.split())
    return ""


def _referred(value: Any, nodes: list[Node]) -> Any:
    if not isinstance(value, dict) or "name" in value or not isinstance(value.get("@id"), str):
        return value
    named = [node for node in nodes if node.get("@id") == value["@id"]]
    # An image has no name: where the value says nothing else, what says more is what it means.
    is_mere = value.keys() <= {"@id", "@type"}
    fuller = (node for node in named if is_mere and not node.keys() <= {"@id", "@type"})
    return next((node for node in named if "name" in node), next(fuller, value))
