"""The article in the data that a page's framework brought along, where the HTML lacks it."""

from __future__ import annotations

import json
import re
from html import escape
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from turbohtml import Element

# Characters of a script that is read, values in it, and levels of nesting.
MAX_SCRIPT: Final = 4_000_000
MAX_VALUES: Final = 200_000
MAX_DEPTH: Final = 60
# Characters of a string that can be a paragraph, and of an article.
MIN_PARAGRAPH: Final = 40
MIN_ARTICLE: Final = 400

# Keys under which frameworks and systems keep an article's text or its parts.
_TEXT_KEYS: Final = (
    "articleBody", "bodyHtml", "body_html", "contentHtml", "content_html", "html", "content",
    "body", "text", "value", "paragraph", "copy", "markup", "rendered",
)  # fmt: skip
# Whole scripts of JSON, and the start of an object in scripts that assign one.
_STATE_TYPE: Final = re.compile(r"application/(?:[\w.+-]*\+)?json|text/x-component", re.IGNORECASE)
_ASSIGNED: Final = re.compile(
    r"(?:window|self|globalThis|Fusion)(?:\.[\w$]+|\[[\"'][\w$]+[\"']\])+\s*=\s*(?=[\[{])"
)
_SENTENCE: Final = re.compile(r"[.!?。！？؟।]")


def article_html(scripts: Iterable[Element]) -> str:
    """Return the longest text that reads like an article, as HTML; "" where there is none."""
    best, best_size = "", MIN_ARTICLE - 1
    for script in scripts:
        for value in _values(script):
            found = _longest(value)
            if len(found) > best_size:
                best, best_size = found, len(found)
    return best


def _values(script: Element) -> Iterator[Any]:
    text = script.text
    if not MIN_ARTICLE <= len(text) <= MAX_SCRIPT:
        return
    kind = script.attr("type") or ""
    starts = [0] if _STATE_TYPE.search(kind) else [m.end() for m in _ASSIGNED.finditer(text)][:20]
    if "ld+json" in kind:
        return
    decoder = json.JSONDecoder(strict=False)
    for start in starts:
        try:
            yield decoder.raw_decode(text[start:].lstrip())[0]
        except (ValueError, RecursionError):
            continue


def _longest(value: Any) -> str:
    """Return the longest article in a value: one long string, or a list of paragraphs."""
    best = ""
    stack = [(value, 0)]
    for _ in range(MAX_VALUES):
        if not stack:
            break
        current, depth = stack.pop()
        found = ""
        if isinstance(current, list):
            found = "\n".join(filter(None, map(_paragraph, current)))
            children = current
        elif isinstance(current, dict):
            found = max((_prose(current.get(key)) for key in _TEXT_KEYS), key=len)
            children = list(current.values())
        else:
            continue
        if len(found) > len(best):
            best = found
        if depth < MAX_DEPTH:
            stack.extend((child, depth + 1) for child in children if isinstance(child, list | dict))
    return best


def _paragraph(value: Any) -> str:
    """Return one item of a list as HTML, if it is a paragraph."""
    if isinstance(value, dict):
        value = next((value[key] for key in _TEXT_KEYS if isinstance(value.get(key), str)), None)
    return _prose(value)


def _prose(value: Any) -> str:
    """Return a string as HTML, if it reads like prose."""
    if not isinstance(value, str) or len(value) < MIN_PARAGRAPH or not _SENTENCE.search(value):
        return ""
    if " " not in value[:200] and value.isascii():
        return ""  # an address, a hash, packed data
    return value if "<" in value else f"<p>{escape(value, quote=False)}</p>"
