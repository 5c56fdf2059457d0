"""Compressed values: small, and readable whatever version wrote them."""

from hashlib import sha256

import pytest

from newscrawl.archive.codec import (
    common_parts,
    compress,
    compress_page,
    decompress,
    pack,
    unpack,
)
from newscrawl.zstd import zstd

TEXT = b"The harbour of Ashby is open again. Forty vessels wait outside the breakwater."
POST = {
    "id": 7,
    "date": "2026-01-10T19:05:00",
    "date_gmt": "2026-01-10T18:05:00",
    "guid": {"rendered": "https://ashby.example/?p=7"},
    "content": {"rendered": "<p>Ships began to leave.</p>\n", "protected": False},
    "excerpt": {"rendered": "<p>Ships.</p>\n", "protected": False},
    "featured_media": 0,
    "categories": [1],
}


def test_the_common_parts_never_change():
    # Each archive is compressed beside these bytes. For other bytes, add a second file.
    expected = "11301b0b93e62f52e789f036cf00ced11fc217a2f663d2cfeafb4a6ca7325083"
    assert sha256(common_parts()).hexdigest() == expected


def test_the_keys_of_a_post_are_not_stored_again():
    assert len(pack(POST)) < len(compress_page(b"".join([repr(POST).encode()]))) * 0.6


@pytest.mark.parametrize("beside", [b"", b"short", TEXT], ids=["alone", "few bytes", "a text"])
@pytest.mark.parametrize("data", [b"", b"null", TEXT], ids=["nothing", "null", "a text"])
def test_a_value_is_read_as_it_was_written(data: bytes, beside: bytes):
    assert decompress(compress(data, beside=beside), beside=beside) == data


def test_a_page_is_a_plain_frame_of_zstandard():
    assert zstd.decompress(compress_page(TEXT)) == TEXT
    assert decompress(compress_page(TEXT)) == TEXT


def test_a_value_that_an_earlier_version_compressed_is_read():
    assert decompress(zstd.compress(TEXT)) == TEXT
    prefix = zstd.ZstdDict(TEXT, is_raw=True).as_prefix
    assert decompress(zstd.compress(TEXT, zstd_dict=prefix), beside=TEXT) == TEXT


def test_a_value_alone_is_read_although_its_body_is_at_hand():
    assert decompress(pack(POST), beside=TEXT) == decompress(pack(POST))
    assert decompress(zstd.compress(TEXT), beside=TEXT) == TEXT


@pytest.mark.parametrize("place", [5, 20, -3])
def test_damaged_bytes_are_an_error(place: int):
    damaged = bytearray(pack(POST))
    damaged[place] ^= 0x40
    with pytest.raises(zstd.ZstdError):
        unpack(bytes(damaged))
