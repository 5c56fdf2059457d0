"""Compress values: the archive stores raw posts, bodies, articles and lines as zstandard bytes."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Final

import orjson

from newscrawl.zstd import zstd

if TYPE_CHECKING:
    from collections.abc import Mapping

COMPRESSION_LEVEL: Final = 3
"""The level of zstandard. Measured on posts: level 6 takes 2.5 times as long, and saves 4 %."""

# The parameters of level 3 for a post. With the level itself, zstandard makes tables for any size,
# which takes four times as long.
_BESIDE: Final[Mapping[int, int]] = {
    zstd.CompressionParameter.window_log: 20,
    zstd.CompressionParameter.hash_log: 16,
    zstd.CompressionParameter.chain_log: 16,
    zstd.CompressionParameter.min_match: 5,
    zstd.CompressionParameter.strategy: zstd.Strategy.dfast,
    zstd.CompressionParameter.checksum_flag: 1,
}

# SQLite has no checksums. Without this one, damaged bytes would be read as valid data.
_SINGLE: Final[Mapping[int, int]] = {
    zstd.CompressionParameter.compression_level: COMPRESSION_LEVEL,
    zstd.CompressionParameter.checksum_flag: 1,
}

_LEAST_SHARED: Final = 8
"""Fewer bytes are no dictionary for zstandard; no part of them could be shared."""

_local: Final = threading.local()
"""Each thread's compressor: threads can't share it safely."""


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
    if len(beside) >= _LEAST_SHARED:
        return zstd.compress(data, options=_BESIDE, zstd_dict=_shared(beside))
    if not hasattr(_local, "compressor"):
        _local.compressor = zstd.ZstdCompressor(options=_SINGLE)
    compressed: bytes = _local.compressor.compress(data, zstd.ZstdCompressor.FLUSH_FRAME)
    return compressed


def decompress(blob: bytes, *, beside: bytes = b"") -> bytes:
    """Return the bytes that `compress` compressed.

    Args:
        beside: The same bytes as for `compress`. Bytes that were compressed without any are read,
            too, so an archive of an earlier version is not written again.

    Raises:
        zstd.ZstdError: If the bytes are damaged.
    """
    if len(beside) >= _LEAST_SHARED:
        return zstd.decompress(blob, zstd_dict=_shared(beside))
    return zstd.decompress(blob)


def _shared(data: bytes) -> Any:
    return zstd.ZstdDict(data, is_raw=True).as_prefix
