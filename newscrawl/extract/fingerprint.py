"""Recognize the same story in different texts, with a signature that survives editing.

A shingle is a run of a few words. A text's signature is the smallest hashes of its shingles
(MinHash). The smallest hashes of two signatures together are a fair sample of all shingles, so
the share of them in both signatures shows how much the texts have in common. Versions of one wire
story, with another title, shorter or with one more sentence, share most shingles. Two independent
reports of one event share almost none.
"""

from __future__ import annotations

import re
import struct
import sys
from array import array
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final
from zlib import crc32

from newscrawl.extract.words import DENSE, words_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

# Words of a shingle; in scripts without spaces, twice as many characters.
SHINGLE_WORDS: Final = 5
# Hashes of a text that are kept.
MARKS: Final = 64
# The smallest of these are used to look up candidates. Two texts of one story share at least one.
KEYS: Final = 16
# The lowest bits of the marks, which the archive does not keep.
CUT_BITS: Final = 31
# A text with fewer shingles is too short for a signature.
MIN_SHINGLES: Final = 40
# Bytes. The smallest signature is larger, so the size shows which of both it is.
_LARGEST_SKETCH: Final = 4 * (1 + MARKS)
# Words of a text that are read; the beginning is enough to recognize a story.
MAX_WORDS: Final = 20_000
# Two texts are one story if they share this share of the shingles of both,
MIN_SHARED: Final = 0.25
# and this share of the shingles of the shorter text, as it may be a part of the longer one.
MIN_CONTAINED: Final = 0.6
# The multiplier that combines word hashes to the hash of a shingle: odd, with well-mixed bits.
_FACTOR: Final = 0x9E37_79B9_7F4A_7C15
# Bytes that start no UTF-8 character of a script without spaces.
_NO_DENSE_START: Final = bytes({*range(256)} - {0xE0, *range(0xE3, 0xEA)})
# Signs that separate words, as bytes of UTF-8. Each pattern starts with a fixed byte; a class of
# characters would take ten times as long.
_SIGNS: Final = (re.compile(rb"\xe2[\x80\x81]."), re.compile(rb"\xc2."))
_ASCII: Final = bytes(range(128))
_ASCII_SIGNS_PART: Final = bytes(
    code if code > 0x7F or chr(code).isalnum() else ord(" ") for code in range(256)
)


@dataclass(frozen=True, slots=True)
class Signature:
    """The part of a text that is kept to recognize its story.

    Attributes:
        size: The number of different shingles in the text.
        marks: The smallest hashes of them, in ascending order; 63 bits each, `MARKS` at most.
    """

    size: int
    marks: tuple[int, ...]

    @property
    def keys(self) -> tuple[int, ...]:
        """The marks to look up candidates: a text that shares no key is another story."""
        return self.marks[:KEYS]

    def pack(self) -> bytes:
        """Return the signature as bytes."""
        return struct.pack(f"<{1 + len(self.marks)}Q", self.size, *self.marks)

    @classmethod
    def unpack(cls, packed: bytes) -> Signature:
        """Return the signature from the bytes of `pack`."""
        size, *marks = struct.unpack(f"<{len(packed) // 8}Q", packed)
        return cls(size, tuple(marks))

    def sketch(self) -> Sketch:
        """Return the part that two texts are compared by."""
        return Sketch(self.size, tuple(mark >> CUT_BITS for mark in self.marks))


@dataclass(frozen=True, slots=True)
class Sketch:
    """The part of a signature that the archive keeps, in half of its bytes.

    Attributes:
        size: The number of different shingles in the text.
        marks: The marks without their lowest `CUT_BITS` bits. Two texts have 64 marks each, so
            these bits are not needed to tell them apart; only a look-up among all texts needs them.
    """

    size: int
    marks: tuple[int, ...]

    def pack(self) -> bytes:
        """Return the sketch as bytes for the archive."""
        return struct.pack(f"<{1 + len(self.marks)}I", self.size, *self.marks)

    @classmethod
    def unpack(cls, packed: bytes) -> Sketch:
        """Return the sketch from the bytes of `pack`, or of `Signature.pack`: an earlier version
        kept whole signatures."""
        if len(packed) > _LARGEST_SKETCH:
            return Signature.unpack(packed).sketch()
        size, *marks = struct.unpack(f"<{len(packed) // 4}I", packed)
        return cls(size, tuple(marks))

    def key_spans(self) -> list[tuple[int, int]]:
        """Return the smallest and the largest value that each key of the signature may have."""
        return [(mark << CUT_BITS, ((mark + 1) << CUT_BITS) - 1) for mark in self.marks[:KEYS]]


def signature(text: str) -> Signature | None:
    """Return the signature of a text; None if it is too short to have one."""
    words, length = _words(text)
    words = words[:MAX_WORDS]
    if len(words) - length + 1 < MIN_SHINGLES:
        return None
    different = set(_shingle_hashes([*map(crc32, words)], length))
    if len(different) < MIN_SHINGLES:
        return None
    # 63 bits: a database column is signed.
    return Signature(len(different), tuple(mark >> 1 for mark in _smallest(different)))


def packed_signature(text: str) -> bytes | None:
    """Return the signature of a text as bytes for the archive; None if the text is too short."""
    found = signature(text)
    return None if found is None else found.pack()


def is_same_story(first: Sketch, other: Sketch) -> bool:
    """Return whether two texts are one story: similar texts, or one is part of the other."""
    shared = _shared(first, other)
    if shared < MIN_SHARED:
        return False
    common = shared / (1 + shared) * (first.size + other.size)
    return common >= MIN_CONTAINED * min(first.size, other.size)


def _shared(first: Sketch, other: Sketch) -> float:
    """Return the estimated share of the shingles of both texts that are in both."""
    both = set(first.marks) & set(other.marks)
    sample = sorted({*first.marks, *other.marks})[:MARKS]
    return sum(mark in both for mark in sample) / len(sample)


def _shingle_hashes(hashes: Sequence[int], length: int) -> array[int]:
    """Return the 64-bit hash of each run of `length` words, from the 32-bit hashes of all words.

    A run of words a, b, c has the hash a * F**3 + b * F**2 + c * F, where F is `_FACTOR`. One
    product of two large integers computes all of them: every word, and every power of the factor,
    has 128 bits of its own. A loop in Python would take four times as long.
    """
    lanes = array("Q", bytes(16 * len(hashes)))
    lanes[::2] = array("Q", hashes)
    words = int.from_bytes(_little(lanes).tobytes(), "little")
    product = (words * _powers(length)).to_bytes(16 * (len(hashes) + length), "little")
    return _little(array("Q", product))[2 * (length - 1) : 2 * len(hashes) : 2]


def _little(values: array[int]) -> array[int]:
    """Change values of this machine to values of little-endian bytes, or back."""
    if sys.byteorder == "big":
        values.byteswap()
    return values


@cache
def _powers(length: int) -> int:
    """Return the powers of the factor, each in 128 bits of its own."""
    return sum(pow(_FACTOR, n + 1, 1 << 64) << (128 * n) for n in range(length))


def _smallest(hashes: Collection[int]) -> list[int]:
    """Return the `MARKS` smallest hashes in ascending order.

    They are spread evenly, so twice as many are expected below the limit; only these are sorted.
    """
    limit = (2 * MARKS << 64) // len(hashes)
    small = [value for value in hashes if value < limit]
    return sorted(small if len(small) >= MARKS else hashes)[:MARKS]


def _words(text: str) -> tuple[list[bytes], int]:
    """Return the words of a text, without signs, and the number of words in a shingle."""
    data = _folded(text)
    if data.translate(None, _NO_DENSE_START):
        words = words_of(text)
        if _is_dense(words):
            return [word.encode(errors="surrogatepass") for word in words], 2 * SHINGLE_WORDS
    for signs in _SIGNS:
        data = signs.sub(b" ", data)
    return data.translate(_ASCII_SIGNS_PART).split(), SHINGLE_WORDS


def _folded(text: str) -> bytes:
    """Return ``text.casefold()`` as UTF-8, faster if the text has no capitals beyond ASCII."""
    data = text.encode(errors="surrogatepass")
    others = data.translate(None, _ASCII).decode(errors="surrogatepass")
    if others.casefold() == others:  # such as quotation marks
        return data.lower()
    return text.casefold().encode(errors="surrogatepass")


def _is_dense(words: Sequence[str]) -> bool:
    """Return whether most of the words are single characters of a script without spaces."""
    return sum(bool(DENSE.match(word)) for word in words if not word.isascii()) > len(words) / 2
