"""Recognising one story in many texts: a signature that survives editing.

A text's signature is the smallest hashes of its shingles, runs of a few words. Of two signatures
the smallest hashes of both together are a fair sample of all shingles, so that the share of them
that is in both shows how much the texts have in common. The same wire story, retitled, shortened
or with a sentence more, shares most; two reports of the same event in own words share hardly any.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from zlib import crc32

from newscrawl.extract.words import DENSE, words_of

if TYPE_CHECKING:
    from collections.abc import Sequence

SHINGLE: Final = 5
"""Words of a shingle; twice as many characters if each is a word."""

MARKS: Final = 64
"""Hashes kept of a text."""

KEYS: Final = 16
"""Of these, the ones by which candidates are looked up: two texts of one story share some."""

MIN_SHINGLES: Final = 40
"""A shorter text is too short to be distinguished from another."""

MAX_WORDS: Final = 20_000
"""Words that are read: a story is known by its beginning."""

MIN_SHARED: Final = 0.25
"""The share of both texts' shingles that one story has in common at least,"""

MIN_CONTAINED: Final = 0.6
"""and the share of the shorter one's: it may be a part of the longer."""

_FACTOR: Final = 0x9E37_79B9_7F4A_7C15
"""Makes the hash of a shingle of those of its words: odd, and with its bits well mixed."""

_NO_DENSE_START: Final = bytes({*range(256)} - {0xE0, *range(0xE3, 0xEA)})
"""The bytes with which UTF-8 starts no character of scripts without spaces."""

# Each with a first byte that is soon found; a class of characters would take ten times as long.
_SIGNS: Final = (re.compile(rb"\xe2[\x80\x81]."), re.compile(rb"\xc2."))
_ASCII_SIGNS_PART: Final = bytes(
    code if code > 0x7F or chr(code).isalnum() else ord(" ") for code in range(256)
)


@dataclass(frozen=True, slots=True)
class Signature:
    """What is kept of a text to recognise it.

    Attributes:
        size: Different shingles of the text.
        marks: The smallest of their hashes, of 63 bits, in order.
    """

    size: int
    marks: tuple[int, ...]

    @property
    def keys(self) -> tuple[int, ...]:
        """The marks to look up others by: a text without a shared one is of another story."""
        return self.marks[:KEYS]

    def pack(self) -> bytes:
        """Return the signature as bytes for the archive."""
        return struct.pack(f"<{1 + len(self.marks)}Q", self.size, *self.marks)

    @classmethod
    def unpack(cls, packed: bytes) -> Signature:
        """Return the signature that was packed."""
        size, *marks = struct.unpack(f"<{len(packed) // 8}Q", packed)
        return cls(size, tuple(marks))


def signature(text: str) -> Signature | None:
    """Return the signature of a text; None if it is too short to have one."""
    import numpy as np  # heavy, and only workers sign texts

    words, length = _words(text)
    count = min(len(words), MAX_WORDS) - length + 1
    if count < MIN_SHINGLES:
        return None
    hashes = np.fromiter(map(crc32, words), np.uint64, count + length - 1)
    shingles = np.zeros(count, np.uint64)
    for place in range(length):
        shingles = (shingles + hashes[place : place + count]) * _FACTOR
    ordered = np.sort(shingles >> 1)  # 63 bits, as many as a column of a database takes
    different = ordered[np.append(True, ordered[1:] != ordered[:-1])]
    if len(different) < MIN_SHINGLES:
        return None
    return Signature(len(different), tuple(different[:MARKS].tolist()))


def packed_signature(text: str) -> bytes | None:
    """Return the signature of a text as bytes for the archive; None if it has none."""
    found = signature(text)
    return None if found is None else found.pack()


def is_same_story(one: Signature, other: Signature) -> bool:
    """Return whether two texts are of one story: the same text, or one a good part of the other."""
    shared = _shared(one, other)
    if shared < MIN_SHARED:
        return False
    common = shared / (1 + shared) * (one.size + other.size)
    return common >= MIN_CONTAINED * min(one.size, other.size)


def _shared(one: Signature, other: Signature) -> float:
    """Return the share of both texts' shingles that both have, by the sample of them."""
    both = set(one.marks) & set(other.marks)
    sample = sorted({*one.marks, *other.marks})[:MARKS]
    return sum(mark in both for mark in sample) / len(sample)


def _words(text: str) -> tuple[list[bytes], int]:
    """Return what signs and space part, however these are written, and how many make a shingle."""
    data = text.casefold().encode(errors="surrogatepass")
    if data.translate(None, _NO_DENSE_START):
        words = words_of(text)
        if _is_dense(words):
            return [word.encode(errors="surrogatepass") for word in words], 2 * SHINGLE
    for signs in _SIGNS:
        data = signs.sub(b" ", data)
    return data.translate(_ASCII_SIGNS_PART).split(), SHINGLE


def _is_dense(words: Sequence[str]) -> bool:
    """Return whether most of the words are single characters of a script without spaces."""
    return sum(bool(DENSE.match(word)) for word in words if not word.isascii()) > len(words) / 2
