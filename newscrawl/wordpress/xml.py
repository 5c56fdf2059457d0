"""Parse feeds and sitemaps: no entity is expanded, no other file is read."""

from __future__ import annotations

import re
import zlib
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from lxml import etree

from newscrawl.wordpress import error_pages
from newscrawl.wordpress.responses import Decoded, Refusal, decode

if TYPE_CHECKING:
    from newscrawl.net.response import Answer

Parse: TypeAlias = Callable[..., Awaitable[Any]]
"""Calls a function of an answer, and more arguments. It returns the result of the function; a
refusal if the function failed. A crawl calls it in a worker: a large document takes seconds."""

SMALL_BODY: Final = 100_000
"""Bytes of a document that takes less time than a call of a worker."""

MAX_MARKS: Final = 800_000
"""Tags and attributes of a document: its tree takes many times its size. The largest sitemap that
may be, of 50,000 places, has about half of it."""

MAX_UNPACKED: Final = 52_428_800
"""Bytes of a sitemap, as its format allows."""

_GZIP: Final = b"\x1f\x8b"
_CONTROLS = bytes(n for n in range(32) if n not in (9, 10, 13))
_START = re.compile(rb"<\?xml|<(?:\w{1,20}:)?(?:rss|urlset|sitemapindex)[\s>]")
# References to halves of a character. The parser keeps them, and fails when the text is read.
_HALF: Final = (
    rb"&#(?:x0{0,4}(d[89a-f][0-9a-f]{2})"
    rb"|0{0,4}(5(?:529[6-9]|5[3-9]\d\d|6\d{3}|7[0-2]\d\d|73[0-3]\d|734[0-3])));"
)
_HALF_NUMBER = re.compile(_HALF, re.IGNORECASE)
# It starts with "&#", which is found fast; a group that repeats would be tried at each byte.
_HALVES = re.compile(rb"%s(?:%s)*" % (_HALF, _HALF), re.IGNORECASE)


async def parse_here(function: Callable[..., Any], *args: Any) -> Any:
    """Return ``function(*args)``: `Parse` without a worker."""
    return function(*args)


def is_small(answer: Answer) -> bool:
    """Return whether an answer is parsed in no time, whatever it holds."""
    return len(answer.body) <= SMALL_BODY and not answer.body.startswith(_GZIP)


def tree_of(answer: Answer, *roots: str) -> etree._Element | Refusal:
    """Return the tree of an answer, or a refusal; never raises.

    Junk before the document and characters that no XML may hold are left out; a document that is
    damaged gives the part that can be read.

    Args:
        roots: Names that the outermost element may have.
    """
    raw = _unpacked(answer.body)
    start = None if answer.outcome or answer.status >= 400 else _START.search(raw)
    if start is None:
        refusal = decode(answer)
        return Refusal("shape", "JSON, not XML") if isinstance(refusal, Decoded) else refusal
    if raw.count(b"<") + raw.count(b"=") > MAX_MARKS:
        return Refusal("too_large", "more XML than is read at once")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=False)
    body = _HALVES.sub(_without_halves, raw[start.start() :].translate(None, _CONTROLS))
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        return Refusal("malformed", f"damaged XML: {error_pages.one_line(str(error))}")
    if root is None:
        return Refusal("malformed", "XML without an element")
    if str(root.tag).rpartition("}")[2] not in roots:
        return Refusal("shape", f"XML that is no {' or '.join(roots)}")
    return root


def _without_halves(match: re.Match[bytes]) -> bytes:
    """Return references to halves of characters as whole ones; a half without the other is lost."""
    found = _HALF_NUMBER.findall(match[0])
    halves = (int(hexadecimal, 16) if hexadecimal else int(number) for hexadecimal, number in found)
    units = b"".join(half.to_bytes(2, "big") for half in halves)
    return units.decode("utf-16-be", "ignore").encode("ascii", "xmlcharrefreplace")


def _unpacked(body: bytes) -> bytes:
    """Return the content of a file such as sitemap.xml.gz, up to `MAX_UNPACKED`."""
    if not body.startswith(_GZIP):
        return body
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(body, MAX_UNPACKED)
    except zlib.error:
        return b""


def child_text(element: etree._Element, name: str) -> str:
    """Return the text of the first child with a local name in any namespace; "" without it."""
    child = element.find(f"{{*}}{name}")
    return (child.text or "").strip() if child is not None else ""
