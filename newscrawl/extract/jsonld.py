"""Read JSON-LD: the data about itself that a page embeds for search engines."""

from __future__ import annotations

import html
import json
import re
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import orjson

if TYPE_CHECKING:
    from collections.abc import Iterable

Node: TypeAlias = dict[str, Any]

# The types of schema.org for articles, the surest first.
ARTICLE_TYPES: Final = (
    "NewsArticle", "ReportageNewsArticle", "AnalysisNewsArticle", "OpinionNewsArticle",
    "BackgroundNewsArticle", "ReviewNewsArticle", "AskPublicNewsArticle", "LiveBlogPosting",
    "AdvertiserContentArticle", "SatiricalArticle", "BlogPosting", "Article", "Report",
    "ScholarlyArticle", "TechArticle", "SocialMediaPosting", "Review", "Recipe", "WebPage",
)  # fmt: skip
# Characters of a script that are read.
MAX_SCRIPT: Final = 2_000_000
# Nodes of a page that are read.
MAX_NODES: Final = 2_000
# Levels of nesting that are read.
MAX_DEPTH: Final = 6
# Characters of a headline that are compared with a title, which may be cut.
MAX_COMPARED: Final = 60
# Keys of nested nodes about the same page.
_HOLDERS: Final = ("@graph", "mainEntity", "mainEntityOfPage", "itemListElement", "item")
_LIST: Final = "itemListElement"

_COMMENT: Final = re.compile(r"<!--|-->|<!\[CDATA\[|\]\]>|^[ \t]*//.*$", re.MULTILINE)
_FACT: Final = re.compile(
    r'"(@type|headline|datePublished|dateModified)"\s*:\s*"([^"\n]{1,500})"\s*[,}\n]'
)
_AUTHOR: Final = re.compile(r'"author"\s*:\s*\[?\s*\{[^{}]{0,200}"name"\s*:\s*"([^"\n]{1,200})"')
_TRAILING_COMMA: Final = re.compile(r",(\s*[}\]])")


class Listed(dict[str, Any]):
    """A node in a list. It may describe another page."""


def nodes_of(scripts: Iterable[str]) -> list[Node]:
    """Return all nodes of a page's JSON-LD scripts, in order. Broken JSON is repaired or skipped.

    >>> nodes_of(['[{"@graph": [{"@type": "Person"}]},]'])[-1]
    {'@type': 'Person'}
    """
    found: list[Node] = []
    for script in scripts:
        value = _loaded(script) if len(script) <= MAX_SCRIPT else None
        _collect(value, found, 0)
    return found


def types_of(node: Node) -> list[str]:
    """Return the node's types without namespace."""
    kinds = node.get("@type")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    return [kind.rsplit("/", 1)[-1] for kind in kinds if isinstance(kind, str)]


def article_of(nodes: list[Node], said: str = "", url: str = "") -> Node:
    """Return the node of the page's article; an empty node without one.

    Args:
        nodes: All nodes of the page.
        said: Other metadata of the page, for example its title. A headline that is in it is the
            page's own.
        url: The URL of the page. It decides if no headline does.
    """
    said = _bare(said)
    best: Node = {}
    best_rank = (True, True, True, len(ARTICLE_TYPES))
    for node in nodes:
        ranks = [ARTICLE_TYPES.index(kind) for kind in types_of(node) if kind in ARTICLE_TYPES]
        headline = _bare(html.unescape(text_in(node.get("headline") or node.get("name"), "@value")))
        pages = _pages_of(node)
        if ranks and (headline or not pages or url in pages):
            is_titled = bool(headline) and headline[:MAX_COMPARED] in said
            is_here = url in pages
            rank = (not is_titled, not is_here, not headline, min(ranks))
            is_other = isinstance(node, Listed) and not (is_titled or is_here)
            if rank < best_rank and not is_other:
                best, best_rank = node, rank
    return best


def _pages_of(node: Node) -> set[str]:
    """Return the URLs of the page of a node, without fragments."""
    named = (text_in(node.get(key), "@id", "url") for key in ("url", "mainEntityOfPage"))
    return {one.partition("#")[0] for one in named if one.startswith("http")}


def _bare(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())


def _loaded(script: str) -> Any:
    for read in (str, _mended):
        text = read(script)
        try:
            return orjson.loads(text)
        except ValueError:
            pass
        try:
            return json.loads(text, strict=False)
        except (ValueError, RecursionError):
            pass
    return _salvaged(script)


def _salvaged(script: str) -> Node:
    """Return the facts of an article in a script that is no JSON; an empty node without them.

    >>> _salvaged('{"@type": "NewsArticle", "headline": "Rain", "author": Ann, "text": "a"b"}')
    {'@type': 'NewsArticle', 'headline': 'Rain'}
    """
    found: Node = {}
    for key, value in _FACT.findall(script):
        if key != "@type" or value in ARTICLE_TYPES:
            found.setdefault(key, value)
    author = _AUTHOR.search(script)
    return found | ({"author": author[1]} if author else {})


def _mended(script: str) -> str:
    text = _COMMENT.sub("", script).strip().rstrip(";")
    if text.startswith(("&", "{&")):
        text = html.unescape(text)
    return _TRAILING_COMMA.sub(r"\1", text)


def _collect(value: Any, found: list[Node], depth: int, *, is_listed: bool = False) -> None:
    if depth > MAX_DEPTH or len(found) >= MAX_NODES:
        return
    if isinstance(value, list):
        for one in value:
            _collect(one, found, depth + 1, is_listed=is_listed)
    elif isinstance(value, dict):
        found.append(Listed(value) if is_listed else value)
        for key in _HOLDERS:
            if isinstance(value.get(key), list | dict):
                _collect(value[key], found, depth + 1, is_listed=is_listed or key == _LIST)


def resolved(value: Any, nodes: list[Node]) -> list[Any]:
    """Return *value* as a list; each reference is replaced by the node that it names.

    >>> resolved({"@id": "#ann"}, [{"@id": "#ann", "name": "Ann Example"}])
    [{'@id': '#ann', 'name': 'Ann Example'}]
    """
    values = value if isinstance(value, list) else [value]
    return [_referred(one, nodes) for one in values if one]


def text_in(value: Any, *keys: str) -> str:
    """Return *value* if it is a text, or the first text under *keys* of a node, or ""."""
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
    # An image has no name. So a bare reference is replaced by a node with more keys.
    is_mere = value.keys() <= {"@id", "@type"}
    fuller = (node for node in named if is_mere and not node.keys() <= {"@id", "@type"})
    return next((node for node in named if "name" in node), next(fuller, value))
