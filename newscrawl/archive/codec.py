"""Compress values: the archive stores raw posts, bodies, articles and lines as zstandard bytes.

Posts are compressed one by one, so that one can be read. So each would have to spell out the keys
of its JSON and its markup, which all posts have. These common parts are in `common_parts.txt`, and
all values but pages are compressed beside that file. A value that is compressed so starts with
`BESIDE_COMMON_PARTS` in place of zstandard's own four bytes.
"""

from __future__ import annotations

import threading
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import orjson

from newscrawl.zstd import zstd

if TYPE_CHECKING:
    from collections.abc import Mapping

COMPRESSION_LEVEL: Final = 4
"""The level of zstandard. Measured on bodies of posts: level 3 takes 0.6 of the time, and 3 % more
space; level 6 takes 2.3 times as long, and saves 1 %."""

# What a post and its line have beside a body is short, so a thorough search costs little: it saves
# 15 % more than the parameters of level 3. With a level itself, zstandard would make tables for any
# size, which takes four times as long.
_BESIDE: Final[Mapping[int, int]] = {
    zstd.CompressionParameter.window_log: 20,
    zstd.CompressionParameter.hash_log: 16,
    zstd.CompressionParameter.chain_log: 16,
    zstd.CompressionParameter.search_log: 3,
    zstd.CompressionParameter.min_match: 4,
    zstd.CompressionParameter.strategy: zstd.Strategy.lazy,
    zstd.CompressionParameter.checksum_flag: 1,
}

# SQLite has no checksums. Without this one, damaged bytes would be read as valid data.
_SINGLE: Final[Mapping[int, int]] = {
    zstd.CompressionParameter.compression_level: COMPRESSION_LEVEL,
    zstd.CompressionParameter.checksum_flag: 1,
}
_PAGE: Final[Mapping[int, int]] = {**_SINGLE, zstd.CompressionParameter.compression_level: 3}

BESIDE_COMMON_PARTS: Final = b"\x01"
"""The first byte of a value that is compressed beside the common parts."""

_MAGIC: Final = b"\x28\xb5\x2f\xfd"
"""The first bytes of each zstandard frame: of pages, and of all values of earlier versions."""

_LEAST_SHARED: Final = 8
"""Fewer bytes are no dictionary for zstandard; no part of them could be shared."""

_WHOLE: Final = zstd.ZstdCompressor.FLUSH_FRAME

_local: Final = threading.local()
"""Each thread's compressor: threads can't share it safely."""


@cache
def common_parts() -> bytes:
    """Return the common parts. They never change: no archive could be read without its own.

    To change them, add a file, and a first byte for the values that are compressed beside it.
    """
    return Path(__file__).with_name("common_parts.txt").read_bytes()


def pack(value: Any, *, beside: bytes = b"") -> bytes:
    """Return *value*, a JSON value or a dataclass, as compressed JSON.

    Args:
        beside: As for `compress`.
    """
    return compress(orjson.dumps(value), beside=beside)


def unpack(blob: bytes) -> Any:
    """Return the JSON value that `pack` compressed.

    Raises:
        zstd.ZstdError: If the bytes are damaged.

    >>> unpack(pack({"id": 7}))
    {'id': 7}
    """
    return orjson.loads(decompress(blob))


def compress(data: bytes, *, beside: bytes = b"") -> bytes:
    """Return *data* compressed, with a checksum.

    Args:
        beside: Bytes that are stored beside it and share parts with it. These parts are not stored
            again, so `decompress` needs the same bytes.

    >>> text = b"The ferry is back. It sails twice a day."
    >>> len(compress(text, beside=text)) < len(compress(text)) / 2
    True
    """
    if beside:
        frame = zstd.compress(data, options=_BESIDE, zstd_dict=_both(beside))
    else:
        if not hasattr(_local, "compressor"):
            _local.compressor = zstd.ZstdCompressor(options=_SINGLE, zstd_dict=_common())
        frame = _local.compressor.compress(data, _WHOLE)
    return BESIDE_COMMON_PARTS + frame[len(_MAGIC) :]


def compress_page(data: bytes) -> bytes:
    """Return *data* compressed, with a checksum. A page shares too little with other values.

    No compressor is kept for it: for a page it saves no time, and each thread would keep 1 MB.
    """
    return zstd.compress(data, options=_PAGE)


def decompress(blob: bytes, *, beside: bytes = b"") -> bytes:
    """Return the bytes that `compress` or `compress_page` compressed.

    Args:
        beside: The same bytes as for `compress`. Bytes that were compressed without any, or by an
            earlier version, are read, too, so an archive is not written again.

    Raises:
        zstd.ZstdError: If the bytes are damaged.
    """
    if blob[:1] == BESIDE_COMMON_PARTS:
        frame = _MAGIC + blob[1:]
        return zstd.decompress(frame, zstd_dict=_both(beside) if beside else _common())
    if len(beside) >= _LEAST_SHARED:
        return zstd.decompress(blob, zstd_dict=_prefix(beside))
    return zstd.decompress(blob)


@cache
def _common() -> Any:
    return zstd.ZstdDict(common_parts(), is_raw=True)


def _both(beside: bytes) -> Any:
    # zstandard counts from the end: so a value without anything beside it is read with it, too.
    return _prefix(beside + common_parts())


def _prefix(data: bytes) -> Any:
    return zstd.ZstdDict(data, is_raw=True).as_prefix
