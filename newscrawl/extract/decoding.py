"""Turning the bytes of a page into text as browsers do, and telling what is no page at all."""

from __future__ import annotations

import re
from typing import Final

from w3lib.encoding import html_to_unicode

# Bytes of a page that are decoded; see `newscrawl.extract.document.MAX_CHARS`.
MAX_BYTES: Final = 8_000_000
# Bytes in which a page shows what it is.
_SNIFFED: Final = 1_024

# The first bytes of what servers send as "text/html" all the same.
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
# Types of which servers that don't know better send pages.
_VAGUE_TYPES: Final = frozenset(
    {"", "text/plain", "text/xml", "application/xml", "application/octet-stream", "unknown/unknown"}
)


def not_html(body: bytes, content_type: str) -> str | None:
    """Return what *body* is, if it is no web page; None for a page.

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
    """Return a page's text: by its byte-order mark, its header, its meta tag, or by what it is.

    Without any of these it is UTF-8 if it can be, else windows-1252, as browsers have it.

    >>> decoded("é".encode("windows-1251", "replace"), "") == "?"
    True
    """
    text = html_to_unicode(
        content_type or None, body[:MAX_BYTES], default_encoding="cp1252", auto_detect_fun=_guess
    )[1]
    return text.replace("\0", "")  # which readers never see, and the parser pays dearly for


def _guess(body: bytes) -> str:
    try:
        body[:-4].decode()  # where the cap cut a character in two, that says nothing
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"
