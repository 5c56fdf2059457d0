"""Decompress bodies with caps that hold during the work: a bomb costs its cap, never its size.

Scrapy's own middleware passes on a body that ends early as if it were whole, reports a bomb with
the exception of a filtered request, decodes any number of nested encodings, and lets a zstd frame
ask for a window of 128 MiB.
"""

from __future__ import annotations

import re
import zlib
from io import BytesIO
from typing import TYPE_CHECKING, Final, Protocol, Self

import brotli
from scrapy.responsetypes import responsetypes

from newscrawl.zstd import zstd

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

MAX_LAYERS: Final = 2
"""Encodings on top of each other: a server needs one, a misconfigured one sends two."""
MAX_RATIO: Final = 250
"""Decompressed bytes for each received byte, above `RATIO_FREE_BYTES`; pages rarely reach 50."""
RATIO_FREE_BYTES: Final = 1024 * 1024
WIRE_BYTES: Final = "newscrawl_wire_bytes"
"""The key of ``request.meta`` for the size of the body on the wire."""
ENOUGH_BYTES: Final = "newscrawl_most_bytes"
"""The key for the bytes of a body that suffice: a longer body is cut."""

_CHUNK: Final = 64 * 1024
_PLAIN_START: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*+[<{\[][^\x00-\x08\x0e-\x1f]*+")
_PLAIN_BYTES: Final = 500
"""Compressed data of this length has control characters; a page or JSON has none."""
_MAX_MEMBERS: Final = 100
# RFC 9659: no window on the web is larger than 8 MiB.
_ZSTD_OPTIONS: Final = {int(zstd.DecompressionParameter.window_log_max): 23}


class BrokenBody(Exception):
    """A body can't be decompressed: it has another encoding, or ends early."""


class BodyTooLarge(Exception):
    """A body passed a cap during decompression."""


def inflate(body: bytes, encodings: list[str], limit: int, *, is_start: bool = False) -> bytes:
    """Return *body* without its Content-Encoding.

    Args:
        body: The received bytes.
        encodings: In the order of their application; unknown ones are ignored, as browsers do. So
            is one that was not applied: a proxy may decompress a body and leave the header.
        limit: Bytes of the result; 0 for the cap of the ratio only.
        is_start: Whether the start of the result suffices: it is cut if it exceeds the limit, and
            may end early.

    Raises:
        BodyTooLarge: As soon as the result passes the limit or the ratio.
        BrokenBody: If it can't be decompressed to its end.
    """
    known = [encoding for encoding in encodings if encoding in _INFLATERS]
    if len(known) > MAX_LAYERS:
        raise BodyTooLarge(f"{len(known)} encodings on top of each other")
    ratio_cap = max(RATIO_FREE_BYTES, len(body) * MAX_RATIO)
    cap = min(limit or ratio_cap, ratio_cap)
    inflate_layer = _inflate_start if is_start else _inflate_all
    for encoding in reversed(known):
        if body:
            try:
                body = inflate_layer(body, encoding, cap)
            except BrokenBody:
                if not _is_plain(body):
                    raise
    return body


def _is_plain(body: bytes) -> bool:
    """Return whether a body is a page or JSON as it is."""
    is_text = _PLAIN_START.fullmatch(body[:_PLAIN_BYTES]) is not None
    return is_text and body[-_PLAIN_BYTES:].rstrip().endswith((b">", b"}", b"]"))


def _inflate_all(body: bytes, encoding: str, cap: int) -> bytes:
    with BytesIO() as inflated:  # closed in any case: a traceback would keep it
        for chunk in _chunks(body, encoding):
            inflated.write(chunk)
            if inflated.tell() > cap:
                raise BodyTooLarge(f"{len(body)} bytes of {encoding} inflate to more than {cap}")
        return inflated.getvalue()


def _inflate_start(body: bytes, encoding: str, cap: int) -> bytes:
    start = bytearray()
    try:
        for chunk in _chunks(body, encoding):
            start += chunk
            if len(start) > cap:
                break
    except BrokenBody:
        if not start:
            raise
    return bytes(start[:cap])


class _Inflater(Protocol):
    """One compressed stream of any format."""

    def feed(self, piece: bytes) -> Iterator[bytes]: ...

    def rest(self) -> bytes | None:
        """Return the part of the latest piece after the end; None before the end."""
        ...


class _Zlib:
    """gzip, or deflate: with the zlib header of the standard or, as some send it, without."""

    def __init__(self, wbits: int) -> None:
        self._stream = zlib.decompressobj(wbits)

    def feed(self, piece: bytes) -> Iterator[bytes]:
        chunk = self._stream.decompress(piece, _CHUNK)
        while chunk:
            yield chunk
            chunk = self._stream.decompress(self._stream.unconsumed_tail, _CHUNK)

    def rest(self) -> bytes | None:
        return self._stream.unused_data if self._stream.eof else None


class _Zstd:
    def __init__(self) -> None:
        self._stream = zstd.ZstdDecompressor(options=_ZSTD_OPTIONS)

    def feed(self, piece: bytes) -> Iterator[bytes]:
        yield self._stream.decompress(piece, _CHUNK)
        while not self._stream.eof and not self._stream.needs_input:
            yield self._stream.decompress(b"", _CHUNK)

    def rest(self) -> bytes | None:
        return self._stream.unused_data if self._stream.eof else None


class _Brotli:
    def __init__(self) -> None:
        self._stream = brotli.Decompressor()

    def feed(self, piece: bytes) -> Iterator[bytes]:
        chunk = self._stream.process(piece, output_buffer_limit=_CHUNK)
        while chunk:
            yield chunk
            chunk = self._stream.process(b"", output_buffer_limit=_CHUNK)

    def rest(self) -> bytes | None:
        return b"" if self._stream.is_finished() else None


_INFLATERS: Final[dict[str, Callable[[bytes], _Inflater]]] = {
    "gzip": lambda _: _Zlib(16 + zlib.MAX_WBITS),
    "x-gzip": lambda _: _Zlib(16 + zlib.MAX_WBITS),
    "deflate": lambda body: _Zlib(zlib.MAX_WBITS if _has_header(body) else -zlib.MAX_WBITS),
    "br": lambda _: _Brotli(),
    "zstd": lambda _: _Zstd(),
}
# Data after the end of these is another member if it starts like one, and junk otherwise.
_MAGIC: Final = {"gzip": b"\x1f\x8b", "x-gzip": b"\x1f\x8b", "zstd": b"\x28\xb5\x2f\xfd"}


def _has_header(body: bytes) -> bool:
    return len(body) > 1 and body[0] & 15 == 8 and int.from_bytes(body[:2], "big") % 31 == 0


def _chunks(body: bytes, encoding: str) -> Iterator[bytes]:
    """Yield the decompressed body in small pieces: nothing is copied twice."""
    try:
        yield from _members(body, encoding)
    except (zlib.error, brotli.error, zstd.ZstdError) as error:
        raise BrokenBody(f"the body is no {encoding}: {error}") from error


def _members(body: bytes, encoding: str) -> Iterator[bytes]:
    position = 0
    for _ in range(_MAX_MEMBERS):
        member, rest = _INFLATERS[encoding](body), None
        while rest is None:
            piece = body[position : position + _CHUNK]
            if not piece:
                raise BrokenBody("the compressed body ends early")
            yield from member.feed(piece)
            rest = member.rest()
            position += len(piece) - len(rest or b"")
        if encoding not in _MAGIC or not body.startswith(_MAGIC[encoding], position):
            return
    raise BodyTooLarge(f"more than {_MAX_MEMBERS} members of {encoding}")


_ACCEPTED: Final = b"gzip, deflate, br, zstd"


class Compression:
    """Request compressed bodies and decompress them; replaces HttpCompressionMiddleware."""

    def __init__(self, limit: int) -> None:
        self._limit = limit

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler.settings.getint("DOWNLOAD_MAXSIZE"))

    def process_request(self, request: Request) -> None:
        request.headers.setdefault(b"Accept-Encoding", _ACCEPTED)

    def process_response(self, request: Request, response: Response) -> Response:
        request.meta[WIRE_BYTES] = len(response.body)
        header = b",".join(response.headers.getlist(b"Content-Encoding")).decode("latin-1")
        names = (name.strip().lower() for name in header.split(","))
        encodings = [name for name in names if name]
        if not encodings:
            return response
        enough_bytes = request.meta.get(ENOUGH_BYTES)
        limit = enough_bytes or request.meta.get("download_maxsize", self._limit)
        body = inflate(response.body, encodings, limit, is_start=enough_bytes is not None)
        del response.headers[b"Content-Encoding"]
        response_class = responsetypes.from_args(
            headers=response.headers, url=response.url, body=body
        )
        return response.replace(cls=response_class, body=body)
