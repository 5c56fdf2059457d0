"""The one picture that all of the demo's images are: a pixel of harbor blue."""

import struct
import zlib


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


PNG = b"".join(
    (
        b"\x89PNG\r\n\x1a\n",
        _chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)),  # 1 x 1, 8 bits, RGB
        _chunk(b"IDAT", zlib.compress(b"\0\x2f\x6f\x8f")),
        _chunk(b"IEND", b""),
    )
)
