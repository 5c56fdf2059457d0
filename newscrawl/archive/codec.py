"""Values as compressed bytes: how the archive keeps raw posts, bodies, articles and lines."""

from __future__ import annotations

import threading
from typing import Any, Final

import orjson
import zstandard

LEVEL: Final = 3
"""Of zstandard. Measured on posts: 6 takes 2.5 times as long, and saves 4 %."""

_local = threading.local()  # zstandard's objects are not safe to share between threads


def pack(value: Any) -> bytes:
    """Return *value*, a JSON value or a dataclass, as compressed JSON."""
    return squeeze(orjson.dumps(value))


def unpack(blob: bytes) -> Any:
    """Return what `pack` was given.

    >>> unpack(pack({"id": 7}))
    {'id': 7}
    """
    return orjson.loads(unsqueeze(blob))


def squeeze(data: bytes) -> bytes:
    """Return *data* compressed."""
    if not hasattr(_local, "compressor"):
        # With a checksum: SQLite has none, and damage must not pass for what was archived.
        _local.compressor = zstandard.ZstdCompressor(level=LEVEL, write_checksum=True)
    compressed: bytes = _local.compressor.compress(data)
    return compressed


def unsqueeze(blob: bytes) -> bytes:
    """Return what `squeeze` was given.

    Raises:
        zstandard.ZstdError: If the bytes are not those that `squeeze` returned.
    """
    if not hasattr(_local, "decompressor"):
        _local.decompressor = zstandard.ZstdDecompressor()
    data: bytes = _local.decompressor.decompress(blob)
    return data
