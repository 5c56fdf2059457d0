"""Inflating bodies: rightly, and never past a cap."""

from __future__ import annotations

import gzip
import os
import tracemalloc
import zlib
from contextlib import suppress

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newscrawl.net.decompression import MAX_RATIO, BodyTooLarge, BrokenBody, inflate
from newscrawl.zstd import zstd

TEXT = ("A paragraph of a page, with some words in it. " * 40).encode() + bytes(range(256))
MIB = 1024 * 1024


def raw_deflate(data: bytes) -> bytes:
    return zlib.compress(data)[2:-4]


PACKERS = [
    ("gzip", gzip.compress),
    ("x-gzip", gzip.compress),
    ("deflate", zlib.compress),
    ("deflate", raw_deflate),
    ("br", brotli.compress),
    ("zstd", zstd.compress),
]
each_packer = pytest.mark.parametrize(("encoding", "pack"), PACKERS)


@each_packer
@given(data=st.binary(max_size=2000) | st.just(TEXT * 100))
def test_a_packed_value_is_unpacked_unchanged(encoding, pack, data: bytes) -> None:
    assert inflate(pack(data), [encoding], 32 * MIB) == data


@each_packer
def test_a_body_that_ends_early_is_broken(encoding, pack) -> None:
    packed = pack(TEXT * 100)
    for length in (1, 10, len(packed) // 2, len(packed) - 1):
        with pytest.raises(BrokenBody):
            inflate(packed[:length], [encoding], 32 * MIB)


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd"])
@pytest.mark.parametrize(
    "body", [b'[{"id": 4, "slug": "a"}]', b"\xef\xbb\xbf\r\n{}", "<p>Überall</p>\n".encode() * 200]
)
def test_an_encoding_that_was_not_applied_is_ignored(encoding: str, body: bytes) -> None:
    assert inflate(body, [encoding], MIB) == body


@each_packer
def test_damage_inside_a_body_is_not_taken_for_text(encoding, pack) -> None:
    packed = pack(b"".join(f"<p>Line {n} of the page.".encode() for n in range(9000)))
    with pytest.raises(BrokenBody):
        inflate(b"[" + packed[1:4000] + b"\xff\0\xff" + packed[4003:], [encoding], 32 * MIB)


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd"])
@pytest.mark.parametrize("body", [b"not packed at all", b"\x1f\x8b\x08", b"\xff" * 99])
def test_junk_is_broken_or_gives_nothing_but_never_fails_otherwise(
    encoding: str, body: bytes
) -> None:
    with suppress(BrokenBody):
        assert len(inflate(body, [encoding], MIB)) < 100


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd"])
@given(body=st.binary(max_size=200))
def test_no_bytes_make_it_fail_otherwise(encoding: str, body: bytes) -> None:
    with suppress(BrokenBody):
        inflate(body, [encoding], MIB)


def bombs() -> list[tuple[str, bytes]]:
    packer = zlib.compressobj(9, wbits=31)
    zeros = bytes(MIB)
    packed = b"".join(packer.compress(zeros) for _ in range(400)) + packer.flush()
    return [
        ("gzip", packed),
        ("br", brotli.compress(zeros * 100, quality=4)),
        ("zstd", zstd.compress(zeros * 100)),
        ("deflate", zlib.compress(zeros * 100)),
    ]


def test_a_bomb_costs_its_cap_and_not_its_size() -> None:
    for encoding, bomb in bombs():
        tracemalloc.start()
        with pytest.raises(BodyTooLarge):
            inflate(bomb, [encoding], 8 * MIB)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 24 * MIB, encoding


def test_a_ratio_that_no_page_has_is_refused_far_below_the_limit() -> None:
    bomb = zstd.compress(bytes(20 * MIB))
    assert len(bomb) * MAX_RATIO < 20 * MIB
    with pytest.raises(BodyTooLarge):
        inflate(bomb, ["zstd"], 32 * MIB)


def test_small_bodies_may_have_any_ratio() -> None:
    assert len(inflate(gzip.compress(bytes(MIB // 2)), ["gzip"], 32 * MIB)) == MIB // 2


@each_packer
def test_of_a_start_as_much_comes_back_as_suffices(encoding, pack) -> None:
    packed = pack(TEXT * 1000)
    assert inflate(packed, [encoding], 5000, is_start=True) == (TEXT * 1000)[:5000]
    assert inflate(pack(TEXT), [encoding], MIB, is_start=True) == TEXT
    noise = os.urandom(MIB)
    start = inflate(pack(noise)[: MIB // 2], [encoding], MIB, is_start=True)
    assert start
    assert noise.startswith(start)


def test_layers_come_off_in_their_order_and_are_few() -> None:
    packed = brotli.compress(gzip.compress(TEXT))
    assert inflate(packed, ["gzip", "br"], MIB) == TEXT
    with pytest.raises(BodyTooLarge):
        inflate(packed, ["gzip"] * 1000, MIB)


def test_members_are_joined_and_what_follows_them_is_ignored() -> None:
    assert inflate(gzip.compress(b"one ") + gzip.compress(b"two"), ["gzip"], MIB) == b"one two"
    assert inflate(gzip.compress(b"one") + b"junk", ["gzip"], MIB) == b"one"
    assert inflate(zstd.compress(b"one ") + zstd.compress(b"two"), ["zstd"], MIB) == b"one two"


@pytest.mark.parametrize(("encoding", "pack"), [("gzip", gzip.compress), ("zstd", zstd.compress)])
def test_a_body_of_a_million_empty_members_is_refused(encoding, pack) -> None:
    with pytest.raises(BodyTooLarge):
        inflate(pack(b"") * 1_000_000, [encoding], MIB)


@each_packer
def test_large_bodies_of_noise_come_back_as_well(encoding, pack) -> None:
    noise = os.urandom(MIB)
    assert inflate(pack(noise), [encoding], 4 * MIB) == noise


def test_a_window_larger_than_the_web_has_is_refused() -> None:
    packer = zstd.ZstdCompressor(options={zstd.CompressionParameter.window_log: 27})
    with pytest.raises(BrokenBody):
        inflate(packer.compress(b"x") + packer.flush(), ["zstd"], MIB)


@pytest.mark.parametrize("encodings", [[], ["identity"], ["utf-8"], ["aws-chunked", "none"]])
def test_an_unknown_encoding_changes_nothing(encodings: list[str]) -> None:
    assert inflate(b"as it is", encodings, MIB) == b"as it is"


def test_nothing_inflates_to_nothing() -> None:
    assert inflate(b"", ["gzip"], MIB) == b""
