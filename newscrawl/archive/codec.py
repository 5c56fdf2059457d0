"""Compress values: the archive stores raw posts, bodies, articles and lines as zstandard bytes."""

from __future__ import annotations

import threading
from typing import Any, Final

import orjson
import zstandard

COMPRESSION_LEVEL: Final = 3
"""The level of zstandard. Measured on posts: level 6 takes 2.5 times as long, and saves 4 %."""

# The parameters of level 3 for a post. With the level itself, zstandard makes tables for any size,
# which takes four times as long.
_BESIDE: Final = zstandard.ZstdCompressionParameters(
    window_log=20,
    hash_log=16,
    chain_log=16,
    min_match=5,
    strategy=zstandard.STRATEGY_DFAST,
    write_checksum=True,
)

_local: Final = threading.local()
"""Each thread's compressor and decompressor: threads can't share zstandard's objects safely."""


def pack(value: Any, *, beside: bytes = b"") -> bytes:
    """Return *value*, a JSON value or a dataclass, as compressed JSON.

    Args:
        beside: As for `compress`.
    """
    return compress(orjson.dumps(value), beside=beside)


def unpack(blob: bytes) -> Any:
    """Return the JSON value that `pack` compressed.

    Raises:
        zstandard.ZstdError: If the bytes are damaged.

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
        compressor = zstandard.ZstdCompressor(compression_params=_BESIDE, dict_data=_shared(beside))
        return bytes(compressor.compress(data))
    if not hasattr(_local, "compressor"):
        # SQLite has no checksums. Without this one, damaged bytes would be read as valid data.
        _local.compressor = zstandard.ZstdCompressor(level=COMPRESSION_LEVEL, write_checksum=True)
    compressed: bytes = _local.compressor.compress(data)
    return compressed


def decompress(blob: bytes, *, beside: bytes = b"") -> bytes:
    """Return the bytes that `compress` compressed.

    Args:
        beside: The same bytes as for `compress`. Bytes that were compressed without any are read,
            too, so an archive of an earlier version is not written again.

    Raises:
        zstandard.ZstdError: If the bytes are damaged.
    """
    if beside:
        decompressor = zstandard.ZstdDecompressor(dict_data=_shared(beside))
        return bytes(decompressor.decompress(blob))
    if not hasattr(_local, "decompressor"):
        _local.decompressor = zstandard.ZstdDecompressor()
    data: bytes = _local.decompressor.decompress(blob)
    return data


def _shared(data: bytes) -> zstandard.ZstdCompressionDict:
    return zstandard.ZstdCompressionDict(data, dict_type=zstandard.DICT_TYPE_RAWCONTENT)
