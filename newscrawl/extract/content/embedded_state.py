"""Find the article in the data of a page's JavaScript framework, if the HTML lacks it."""

from __future__ import annotations

import json
import re
from html import escape
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from turbohtml import Element

# A script with more characters is not read.
MAX_SCRIPT: Final = 4_000_000
# Values of a script that are read.
MAX_VALUES: Final = 200_000
# Levels of nesting that are read.
MAX_DEPTH: Final = 60
# Characters that a string needs to be a paragraph.
MIN_PARAGRAPH: Final = 40
# Characters that a text needs to be an article.
MIN_ARTICLE: Final = 400

# Keys that frameworks and CMSs use for an article's text or its parts.
_TEXT_KEYS: Final = (
    "articleBody", "bodyHtml", "body_html", "contentHtml", "content_html", "html", "content",
    "body", "text", "value", "paragraph", "copy", "markup", "rendered", "children",
)  # fmt: skip
# The ``type`` of a script that is JSON as a whole.
_STATE_TYPE: Final = re.compile(r"application/(?:[\w.+-]*\+)?json|text/x-component", re.IGNORECASE)
# The start of JSON in a script that assigns it to a variable.
_ASSIGNED: Final = re.compile(
    r"(?:window|self|globalThis|Fusion)(?:\.[\w$]{1,60}|\[[\"'][\w$]{1,60}[\"']\]){1,6}"
    r"\s{0,9}=\s{0,9}(?=[\[{])"
)
# The call with which Next.js adds each part of its component stream.
_PUSH: Final = "self.__next_f.push("
# The call starts within this many characters of a script.
MAX_PUSH_START: Final = 200
# Rows of a component stream that are read.
MAX_ROWS: Final = 5_000
# The start of a row.
_ROW: Final = re.compile(r"\s*[0-9a-f]*:(?:T([0-9a-f]{1,7}),)?")
_DECODER: Final = json.JSONDecoder(strict=False)
_SENTENCE: Final = re.compile(r"[.!?。！？؟।]")


def article_html(scripts: Iterable[Element]) -> str:
    """Return the longest text in the scripts that looks like an article, as HTML; or ""."""
    best, best_size = "", MIN_ARTICLE - 1
    streamed = []
    for script in scripts:
        streamed.append(_streamed(script))
        for value in _values(script):
            found = _longest(value)
            if len(found) > best_size:
                best, best_size = found, len(found)
    for value in _rows("".join(streamed)):
        found = _longest(value)
        if len(found) > best_size:
            best, best_size = found, len(found)
    return best


def _streamed(script: Element) -> str:
    """Return the part of a component stream that a script adds; "" for another script."""
    text = script.text
    start = text.find(_PUSH, 0, MAX_PUSH_START)
    if start < 0 or len(text) > MAX_SCRIPT:
        return ""
    pushed = _decoded(text, start + len(_PUSH))
    part = pushed[1] if isinstance(pushed, list) and len(pushed) > 1 else ""
    return part if isinstance(part, str) else ""


def _rows(stream: str) -> Iterator[Any]:
    """Yield the values of a component stream.

    A row is an id and JSON, or an id, a size and a text.
    """
    at = 0
    for _ in range(MAX_ROWS):
        row = _ROW.match(stream, at)
        if not row:
            return
        if row[1]:  # a text; its size is in bytes
            size = int(row[1], 16)
            text = stream[row.end() : row.end() + size].encode()[:size].decode(errors="ignore")
            at = row.end() + len(text)
            yield {"text": text}
        else:
            at = stream.find("\n", row.end()) + 1 or len(stream)
            yield _decoded(stream, row.end())


def _decoded(text: str, start: int) -> Any:
    """Return the JSON value that begins at *start*, or None if it is invalid."""
    try:
        return _DECODER.raw_decode(text, start)[0]
    except (ValueError, RecursionError):
        return None


def _values(script: Element) -> Iterator[Any]:
    text = script.text
    if not MIN_ARTICLE <= len(text) <= MAX_SCRIPT:
        return
    kind = script.attr("type") or ""
    starts = [0] if _STATE_TYPE.search(kind) else [m.end() for m in _ASSIGNED.finditer(text)][:20]
    if "ld+json" in kind:
        return
    for start in starts:
        yield _decoded(text[start:].lstrip(), 0)


def _longest(value: Any) -> str:
    """Return the longest article in a value, as one string or a list of paragraphs; or ""."""
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
    """Return an item of a list as HTML; "" if it is not a paragraph."""
    if isinstance(value, list) and len(value) == 4 and value[0] == "$":  # an element of a stream
        value = value[3]
    if isinstance(value, dict):
        value = next((value[key] for key in _TEXT_KEYS if isinstance(value.get(key), str)), None)
    return _prose(value)


def _prose(value: Any) -> str:
    """Return a string as HTML; "" if it does not look like prose."""
    if not isinstance(value, str) or len(value) < MIN_PARAGRAPH or not _SENTENCE.search(value):
        return ""
    if " " not in value[:200] and value.isascii():
        return ""  # a URL, a hash, or encoded data
    return value if "<" in value else f"<p>{escape(value, quote=False)}</p>"
