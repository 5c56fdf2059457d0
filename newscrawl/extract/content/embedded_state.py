"""Find the article in the data of a page's JavaScript framework, if its elements lack it.

The data is in a script, or in an attribute: ``data-page``, ``data-react-props``.
"""

from __future__ import annotations

import json
import re
from html import escape, unescape
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from newscrawl.extract.words import letters_of

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
# Keys for its title.
_TITLE_KEYS: Final = ("title", "headline", "name")
# The ``type`` of a script that is JSON as a whole.
_STATE_TYPE: Final = re.compile(r"application/(?:[\w.+-]*\+)?json|text/x-component", re.IGNORECASE)
# The start of JSON in a script that assigns it to a variable.
_ASSIGNED: Final = re.compile(
    r"(?:window|self|globalThis|Fusion)(?:\.[\w$]{1,60}|\[[\"'][\w$]{1,60}[\"']\]){1,6}"
    r"\s{0,9}=\s{0,9}(?=[\[{])"
)
# An attribute with JSON.
_ATTRIBUTE: Final = re.compile(
    rf"\sdata-[\w.:-]{{1,60}}=(?:\"([\[{{][^\"]{{{MIN_ARTICLE},}})\"|'([\[{{][^']{{{MIN_ARTICLE},}})')"
)
# Such attributes that are read.
MAX_ATTRIBUTES: Final = 20
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


class _Text(NamedTuple):
    """A text in the data, and whether the article's title is beside or above it."""

    html: str
    is_titled: bool


NO_TEXT: Final = _Text("", is_titled=False)


def article_html(scripts: Iterable[Element], source: str, title: str | None) -> str:
    """Return the longest text in the data that looks like an article, as HTML; or "".

    Args:
        scripts: The scripts of the page.
        source: The HTML of the page, for the data in attributes.
        title: The title of the article. A text beside it is preferred to other stories' texts.
    """
    wanted = letters_of(title or "")
    found = (_longest(value, wanted) for value in _data(list(scripts), source))
    best = max(found, key=_rank, default=NO_TEXT)
    return best.html if len(best.html) >= MIN_ARTICLE else ""


def _data(scripts: list[Element], source: str) -> Iterator[Any]:
    for script in scripts:
        yield from _values(script)
    yield from _rows("".join(map(_streamed, scripts)))
    for attribute in islice(_ATTRIBUTE.finditer(source), MAX_ATTRIBUTES):
        yield _decoded(unescape(attribute[1] or attribute[2]), 0)


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


def _longest(value: Any, title: str) -> _Text:
    """Return the best text in a value: one string, or the paragraphs of a list."""
    best = NO_TEXT
    stack = [(value, 0, False)]
    for _ in range(MAX_VALUES):
        if not stack:
            break
        current, depth, is_titled = stack.pop()
        if isinstance(current, list):
            html = "\n".join(filter(None, map(_paragraph, current)))
            children = current
        elif isinstance(current, dict):
            is_titled = is_titled or _has_title(current, title)
            html = max((_prose(current.get(key)) for key in _TEXT_KEYS), key=len)
            children = list(current.values())
        else:
            continue
        best = max(best, _Text(html, is_titled), key=_rank)
        if depth < MAX_DEPTH:
            inner = [child for child in children if isinstance(child, list | dict)]
            stack.extend((child, depth + 1, is_titled) for child in inner)
    return best


def _rank(text: _Text) -> tuple[bool, int]:
    """Return a key that is higher for the text of the title, and for a longer one."""
    return text.is_titled and len(text.html) >= MIN_ARTICLE, len(text.html)


def _has_title(value: dict[str, Any], title: str) -> bool:
    stated = (value.get(key) for key in _TITLE_KEYS)
    return bool(title) and any(isinstance(one, str) and letters_of(one) == title for one in stated)


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
