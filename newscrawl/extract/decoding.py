"""Decode the bytes of a page as browsers do, and recognize files that are not web pages."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Final

from w3lib.encoding import (
    html_body_declared_encoding,
    http_content_type_encoding,
    read_bom,
    to_unicode,
)

# Bytes of a page that are decoded; see `newscrawl.extract.document.MAX_CHARS`.
MAX_BYTES: Final = 8_000_000
# Bytes that are read to recognize a file's type.
_SNIFFED: Final = 1_024

# A page is UTF-8 by default only if more than this share of its non-ASCII characters is valid.
UTF8_SHARE: Final = 0.5
_WESTERN: Final = frozenset({"cp1252", "latin-1", "iso8859-1", "iso8859-15"})
_BEYOND_ASCII: Final = re.compile(r"[^\x00-\x7f]")
_HIGH: Final = re.compile(rb"[\x80-\xff]")
_RUNS: Final = re.compile(rb"[\x80-\xff]{2,}")

# The first bytes of files that some servers send as "text/html".
_MAGIC: Final = {
    b"%PDF-": "PDF",
    b"\x89PNG": "PNG",
    b"GIF8": "GIF",
    b"\xff\xd8\xff": "JPEG",
    b"PK\x03\x04": "ZIP",
    b"\x1f\x8b": "gzip",
    b"RIFF": "RIFF",
    b"ID3": "MP3",
    b"OggS": "Ogg",
    b"wOF": "font",
    b"\xd0\xcf\x11\xe0": "Office document",
    b"{\\rtf": "RTF",
}
_HTML: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--(?:[^-]|-(?!->))*+-->\s*)*+"
    rb"<(?:!doctype\s+html|html|head|body|title|meta|script|h1|div|p|article|main|table)\b",
    re.IGNORECASE | re.DOTALL,
)
_PAGE_TYPES: Final = frozenset(
    {"text/html", "application/xhtml+xml", "application/vnd.wap.xhtml+xml"}
)
# General types that some servers send for pages.
_VAGUE_TYPES: Final = frozenset(
    {"", "text/plain", "text/xml", "application/xml", "application/octet-stream", "unknown/unknown"}
)


def not_html(body: bytes, content_type: str) -> str | None:
    """Return the type of *body* if it is not a web page; None for a web page.

    >>> not_html(b"%PDF-1.7 ...", "text/html")
    'PDF'
    >>> not_html(b"<!doctype html><title>x</title>", "") is None
    True
    """
    head = body[:_SNIFFED]
    for magic, name in _MAGIC.items():
        if head.startswith(magic):
            return name
    if head[4:8] == b"ftyp":
        return "MP4"
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type in _PAGE_TYPES:
        return None
    if media_type in _VAGUE_TYPES and _HTML.match(head):
        return None
    return media_type or "unknown"


def decoded(body: bytes, content_type: str) -> str:
    """Return a page's text. Its encoding comes from the byte-order mark, bytes, header or meta tag.

    Valid UTF-8 is read as UTF-8, whatever the header names: text in another encoding is almost
    never valid UTF-8 by chance. Header and meta tag are used if the bytes fit. Otherwise the text
    is windows-1252, as in browsers.

    >>> decoded("é".encode(), "text/html; charset=iso-8859-1")
    'é'
    >>> decoded("é".encode("windows-1251", "replace"), "") == "?"
    True
    """
    body = body[:MAX_BYTES]
    encoding, mark = read_bom(body)
    text = None if mark else _as_utf8(body)
    if text is None:
        text = to_unicode(body[len(mark or b"") :], encoding or _encoding(body, content_type))
    return text.replace("\0", "")  # readers don't see it, and it slows the parser down


def _as_utf8(body: bytes) -> str | None:
    """Return the text of a page in valid UTF-8; None for other pages, and for those in ASCII."""
    if body.isascii():
        return None  # in ISO-2022-JP, letters are ASCII too
    with suppress(UnicodeDecodeError):
        return body.decode()
    return None


def _encoding(body: bytes, content_type: str) -> str:
    """Return the encoding of a page without a byte-order mark."""
    meta = html_body_declared_encoding(body)
    if meta and meta.startswith(("utf-16", "utf-32")):
        meta = "utf-8"  # in UTF-16 the tag could not be read
    declared = (http_content_type_encoding(content_type), meta)
    named = list(dict.fromkeys(name for name in declared if name))
    if body.isascii():
        return named[0] if named else "utf-8"
    share = _utf8_share(body)
    others = [name for name in named if name != "utf-8"]
    if share == 1 or not others:
        return "utf-8" if share > UTF8_SHARE else "cp1252"
    return max(others, key=lambda name: _fit(body, name))  # the header's if both fit equally


def _utf8_share(body: bytes) -> float:
    """Return the share of the non-ASCII characters that are valid UTF-8."""
    whole = body if len(body) < MAX_BYTES else body[:-4]  # the cap may have cut a character
    with suppress(UnicodeDecodeError):
        whole.decode()
        return 1.0
    text = whole.decode("utf-8", "replace")
    beyond = len(_BEYOND_ASCII.findall(text))
    return 1 - text.count("\ufffd") / beyond if beyond else 1.0


def _fit(body: bytes, encoding: str) -> int:
    """Return how well bytes fit a declared encoding: 0, 1 or 2.

    Every text is valid in an encoding with one byte per character. In an encoding with several
    bytes, or in a script other than Latin, non-ASCII letters are side by side.
    """
    try:
        body.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return 0
    if encoding in _WESTERN:
        return 1
    return 2 if 2 * len(b"".join(_RUNS.findall(body))) > len(_HIGH.findall(body)) else 1
