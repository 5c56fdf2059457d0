"""The JSON document in an answer, whatever a plugin, a cache or an intruder printed around it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import orjson

if TYPE_CHECKING:
    from collections.abc import Iterator

BOM: Final = b"\xef\xbb\xbf"
MAX_DEPTH: Final = 100
"""Deeper than any real answer; the archive's JSON writer stops at 254."""
MAX_ATTEMPTS: Final = 10_000
"""Brackets of a body that are tried as the start of a document."""
MAX_JUNK: Final = 10_000
"""Starts of `JUNK` that are passed: a million of them took half a second of the event loop."""
MAX_MARKS: Final = 500_000
"""Brackets and commas of a body. A value takes up to a hundred times the bytes that it is written
in: beyond, memory would have no bound. A hundred posts have about a tenth of it."""
MAX_SEARCHED_COMMAS: Final = 100_000
"""Commas of a body that is no JSON as a whole: the search for the document in it takes ten times as
long as the fast parser."""
FIRST_WINDOW: Final = 1024
"""Characters that are decoded first. A window that ends too early grows by `WINDOW_FACTOR`."""
WINDOW_FACTOR: Final = 8
LONGEST_TOKEN: Final = 16
"""Characters of the longest token that the end of a window may cut, strings and digits apart."""
SAMPLE: Final = 4096
BINARY_SHARE: Final = 0.1
"""Of the first characters, those that no text holds: above this share the body is binary."""

JUNK: Final = {
    "<script": "</script>",
    "<style": "</style>",
    "<!--": "-->",
    "<?php": "?>",
    "<?=": "?>",
}
"""Junk before or after a document that has brackets of its own: its start and its end."""

_STOP = re.compile(
    rf"[\[{{]|<(?:{'|'.join(re.escape(start[1:]) for start in JUNK)})", re.IGNORECASE
)
_START = re.compile(r'\[?\s{0,99}\{\s{0,99}"')
_HTML = re.compile(r"<!doctype\s|<html[\s>]|<head[\s>]|<body[\s>]", re.IGNORECASE)
_MISFIT = re.compile("[\x00-\x08\x0e-\x1f\x7f\ufffd]")


@dataclass(frozen=True, slots=True)
class Document:
    """A JSON object or list, and the place of junk: "", "before", "after", "before and after"."""

    value: Any
    junk: str = ""


def find_document(body: bytes) -> Document | str:
    """Return the document of a body, or the reason why there is no document.

    The words: "too_large" (more values than are read), "empty", "binary", "truncated" (ends in the
    middle of JSON), "malformed" (JSON with a fault inside), "page" (HTML), "xml", "text". Of
    several documents, the longest that could be an answer is taken. Time and memory grow with the
    length of the body, whatever is in it.

    >>> find_document(b'Notice: old hook in x.php on line 5\\n{"id": 7}<!-- cached -->')
    Document(value={'id': 7}, junk='before and after')
    >>> find_document(b"410 Gone")
    'text'
    """
    if sum(map(body.count, (b"[", b"{", b","))) > MAX_MARKS:
        return "too_large"
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        return "too_large" if body.count(b",") > MAX_SEARCHED_COMMAS else _search(body)
    return Document(value) if isinstance(value, dict | list) else "text"


def text_of(body: bytes) -> str:
    """Return a body as text, without byte order marks and outer white space."""
    return body.removeprefix(BOM).decode("utf-8", "replace").strip("\ufeff \t\r\n")


def _search(body: bytes) -> Document | str:
    text = text_of(body)
    if not text:
        return "empty"
    html = _HTML.search(text)
    if not html and _is_binary(text):
        return "binary"
    search = _Search(text)
    found = list(search.documents(html.start() if html else len(text)))
    if found:
        return _best(text, found)
    if text.startswith(("<?xml", "<rss")):
        return "xml"
    if html:
        return "page"
    return search.failure or ("page" if text.startswith("<") else "text")


def _is_binary(text: str) -> bool:
    """Return whether a body is no text at all: an image, or compressed bytes without the header."""
    sample = text[:SAMPLE]
    return len(_MISFIT.findall(sample)) > BINARY_SHARE * len(sample)


def _best(text: str, found: list[tuple[int, int, Any]]) -> Document | str:
    start, end, value = max(found, key=lambda item: (_is_answer(item[2]), item[1] - item[0]))
    if is_too_deep(value):
        return "malformed"
    sides = (("before", text[:start].strip()), ("after", text[end:].strip()))
    return Document(_repaired(value), " and ".join(side for side, junk in sides if junk))


def _is_answer(value: Any) -> bool:
    """Distinguish an object or a list of objects from the "[]" and "[0]" that dumps print."""
    return bool(value) and (isinstance(value, dict) or all(isinstance(v, dict) for v in value))


class _Search:
    """One pass over a text for JSON documents; no part is read twice."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.failure: str | None = None
        self._unclosed: set[str] = set()
        self._junk = 0

    def documents(self, until: int) -> Iterator[tuple[int, int, Any]]:
        """Yield (start, end, value) of each document that starts before *until*."""
        position = self._next(0)
        for _ in range(MAX_ATTEMPTS):
            if not 0 <= position < until or self.failure:
                return
            end, value = self._read(position)
            if value is not None and (_is_answer(value) or self._stands_alone(position, end)):
                yield position, end, value
            position = self._next(end)

    def _next(self, position: int) -> int:
        """Return the next bracket outside of scripts, comments and PHP; -1 without one."""
        while stop := _STOP.search(self.text, position):
            opening = stop.group().lower()
            if opening in "[{":
                return stop.start()
            self._junk += 1
            if self._junk > MAX_JUNK:
                return -1
            position = stop.end()
            if opening not in self._unclosed:
                closing = JUNK[opening]
                end = self.text.find(closing, position)
                if end < 0:
                    self._unclosed.add(opening)
                else:
                    position = end + len(closing)
        return -1

    def _read(self, start: int) -> tuple[int, Any]:
        """Return (end, value) of the document that starts here; the value is None without one."""
        try:
            found = self._decode(start)
        except RecursionError:
            self.failure = "malformed"
            return start + 1, None
        if not isinstance(found, json.JSONDecodeError):
            value, length = found
            return start + length, value
        # A search inside this part would take a part of a damaged document for a whole one.
        end = start + found.pos
        is_json = _START.match(self.text, start)
        if end >= len(self.text) or found.msg.startswith("Unterminated"):
            self.failure = "truncated" if is_json else None
        elif is_json and start == 0:
            self.failure = "malformed"
        return max(start + 1, end), None

    def _decode(self, start: int) -> tuple[Any, int] | json.JSONDecodeError:
        """Decode a document from as much of the text as it needs.

        An error of the decoder counts the lines of its whole text. So a failed attempt costs as
        much as the text that it was given.

        Raises:
            RecursionError: If it is nested too deep.
        """
        decoder = _LENIENT if start == 0 else _STRICT
        size = FIRST_WINDOW
        while True:
            window = self.text[start : start + size]
            try:
                return decoder.raw_decode(window)
            except json.JSONDecodeError as error:
                is_cut = error.pos + LONGEST_TOKEN > size or error.msg.startswith("Unterminated")
                if not is_cut or start + size >= len(self.text):
                    return error
            size *= WINDOW_FACTOR

    def _stands_alone(self, start: int, end: int) -> bool:
        before = self.text[max(0, start - 99) : start].rstrip(" \t")[-1:]
        after = self.text[end : end + 99].lstrip(" \t")[:1]
        return before in "\n>" and after in "\r\n<"


def _integer(digits: str) -> int | float:
    """Read an integer as the fast parser does: past 64 bits as a float."""
    return int(digits) if len(digits) < 19 else float(digits)


_PARENTS: Final = (dict, list)  # "dict | list" would be made anew for each value

_STRICT = json.JSONDecoder(parse_int=_integer, parse_constant=lambda _: None)
_LENIENT = json.JSONDecoder(parse_int=_integer, parse_constant=lambda _: None, strict=False)


def is_too_deep(value: Any) -> bool:
    """Return whether objects and lists are nested deeper than any real answer.

    >>> is_too_deep([{"acf": {"rows": [1]}}])
    False
    """
    parents = [value] if isinstance(value, _PARENTS) else []
    for _ in range(MAX_DEPTH - 1):
        if not parents:
            return False
        parents = [
            child
            for parent in parents
            for child in (parent.values() if isinstance(parent, dict) else parent)
            if isinstance(child, _PARENTS)
        ]
    return any(parents)


def _repaired(value: Any) -> Any:
    """Return a value without lone surrogates, which no UTF-8 can hold."""
    if isinstance(value, str):
        return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    if isinstance(value, dict):
        return {_repaired(key): _repaired(child) for key, child in value.items()}
    if isinstance(value, list):
        return [_repaired(child) for child in value]
    return value
