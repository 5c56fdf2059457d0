"""Bodies that are small on the wire and huge when inflated, made as they are sent."""

import gzip
import zlib
from collections.abc import Iterator

import brotli

NOMINAL_BYTES = 10 * 1024**3
BLOCK = bytes(1024**2)
BLOCKS = NOMINAL_BYTES // len(BLOCK)


def gzip_bomb() -> Iterator[bytes]:
    """10 GiB of zeros in about 10 MB: one block, flushed so that it can be repeated."""
    yield b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03"  # a gzip header without name or time
    yield from _deflated_blocks()


def deflate_bomb() -> Iterator[bytes]:
    yield b"\x78\x9c"  # a zlib header
    yield from _deflated_blocks()


def _deflated_blocks() -> Iterator[bytes]:
    deflater = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    block = deflater.compress(BLOCK) + deflater.flush(zlib.Z_FULL_FLUSH)
    for _ in range(BLOCKS // 16):
        yield block * 16


def brotli_bomb() -> Iterator[bytes]:
    """10 GiB in 2 MB: once it knows what is coming, each block of zeros is the same again."""
    compressor = brotli.Compressor(quality=1)
    first, again = (compressor.process(BLOCK) + compressor.flush() for _ in range(2))
    yield first
    for _ in range(BLOCKS // 16):
        yield again * 16


def zstd_bomb() -> Iterator[bytes]:
    """10 GiB in 330 KB: blocks that mean "128 KiB of this byte"."""
    magic, no_flags, window_of_8_mib = b"\x28\xb5\x2f\xfd", b"\x00", bytes([13 << 3])
    yield magic + no_flags + window_of_8_mib
    size, repeated, not_the_last = 128 * 1024, 1 << 1, 0
    block = (size << 3 | repeated | not_the_last).to_bytes(3, "little") + b"\0"
    for _ in range(NOMINAL_BYTES // size // 128):
        yield block * 128


def nested_gzip_bomb() -> bytes:
    """1 GiB of zeros in some kilobytes: gzip twice."""
    inner = gzip.compress(b"")[:10] + b"".join(_inner_blocks())
    return gzip.compress(inner, 9)


def _inner_blocks() -> Iterator[bytes]:
    blocks = _deflated_blocks()
    for _ in range(64):
        yield next(blocks)


def gzip_layers(body: bytes, layers: int) -> bytes:
    for _ in range(layers):
        body = gzip.compress(body, 1)
    return body


def zstd_wide_window() -> bytes:
    """A frame that wants a window of 2 GiB for its 1 byte."""
    magic, no_flags, window = b"\x28\xb5\x2f\xfd", b"\x00", bytes([21 << 3])
    last_raw_block_of_one = b"\x09\x00\x00"
    return magic + no_flags + window + last_raw_block_of_one + b"x"
