"""Classify the words of links by kind: "full", "article", "source", "subscribe".

The words themselves are in ``vocabulary.toml``, by language.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache, lru_cache, reduce
from itertools import pairwise
from operator import or_
from pathlib import Path
from typing import NamedTuple

# Characters of a text whose words are read.
MAX_CHARS = 400

# Flags: the kinds of words. A word may have several.
READ = 1 << 0  # a call: read, see, continue
MORE = 1 << 1  # more, further, the rest
ONWARD = 1 << 2  # a whole call in one word: weiterlesen
WHOLE = 1 << 3  # full, entire, original
ARTICLE = 1 << 4  # article, story, interview
HERE = 1 << 5  # here, link
FILLER = 1 << 6  # words around "here": click, this, the
SOURCE = 1 << 7  # a label before an attribution
SOURCES = 1 << 8  # a label before several attributions
VIA = 1 << 9
FIRST = 1 << 10  # first, originally
PUBLISHED = 1 << 11  # published, appeared
TAKEN = 1 << 12  # reprinted, taken over
LEARN = 1 << 13  # learn, find out: more often about a product than an article
ABOUT = 1 << 14  # a topic follows, not a text
DOCUMENT = 1 << 15  # report, study, form: a thing that the post is about
ACT = 1 << 16  # buy, donate, subscribe, watch
RELATED = 1 << 17  # see also, references
CREDIT = 1 << 18  # photo, image, figure
PRIVACY = 1 << 19  # cookies, terms
AT = 1 << 20  # the name of a site follows: at, bei, sur

_PLAIN = str.maketrans({"ı": "i", "ł": "l", "đ": "d", "ø": "o", "’": "'", "ʼ": "'"})
_MARKS = re.compile("[\u0300-\u036f\u064b-\u0652\u0670\u05b0-\u05c7\u0640\u00ad\u200b-\u200f]")
# Python's ``\w`` does not match the vowel signs of Indic scripts and Thai.
_WORD = re.compile(r"(?:[^\W_]|[\u0900-\u0963\u0966-\u0dff\u0e00-\u0eff])+(?:-[^\W_]+)*")
_GLUED = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\u1100-\u11ff\uac00-\ud7a3]")
_STEM_CHARS = range(3, 12)


class _Table(NamedTuple):
    exact: dict[str, int]
    stems: dict[str, int]
    pairs: dict[tuple[str, str], int]
    phrases: dict[str, int]


def fold(text: str) -> str:
    """Return a text without case and accents, for comparing words.

    >>> fold("ARTÍCULO Intégralité")
    'articulo integralite'
    """
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate(_PLAIN))
    return unicodedata.normalize("NFC", _MARKS.sub("", decomposed))


def words_of(text: str) -> list[str]:
    """Return the words of a text's first `MAX_CHARS` characters, folded.

    >>> words_of("l'intégralité de cet article…")
    ['l', 'integralite', 'de', 'cet', 'article']
    """
    return _WORD.findall(fold(text[:MAX_CHARS]))


def kinds_in(words: list[str]) -> list[int]:
    """Return the kinds of each word of a text, or-ed; a pair's kinds are at its second word."""
    pairs = _table().pairs
    kinds = [kinds_of(word) for word in words]
    for i, pair in enumerate(pairwise(words), start=1):
        kinds[i] |= pairs.get(pair, 0)
    return kinds


@lru_cache(maxsize=8192)
def kinds_of(word: str) -> int:
    """Return the kinds of a folded word, or-ed.

    In scripts without spaces, a word has the kinds of all phrases in it.

    >>> kinds_of("article") == kinds_of("cikkek") == ARTICLE
    True
    """
    table = _table()
    found = table.exact.get(word, 0)
    if _GLUED.search(word):
        for phrase, kinds in table.phrases.items():
            if phrase in word:
                found |= kinds
        return found
    if not found and "-" in word:
        return reduce(or_, (kinds_of(part) for part in word.split("-")))
    for length in _STEM_CHARS:
        if length > len(word):
            break
        found |= table.stems.get(word[:length], 0)
    return found


@cache
def _table() -> _Table:
    text = Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")
    languages = tomllib.loads(text)
    table = _Table({}, {}, {}, {})
    for rows in languages["words"].values():
        for kinds, word in _entries(rows):
            first, _, second = word.partition("_")
            if second:
                table.pairs[first, second] = table.pairs.get((first, second), 0) | kinds
            elif word.endswith("*"):
                table.stems[word[:-1]] = table.stems.get(word[:-1], 0) | kinds
            else:
                table.exact[word] = table.exact.get(word, 0) | kinds
    for rows in languages["phrases"].values():
        table.phrases.update((phrase, kinds) for kinds, phrase in _entries(rows))
    return table


def _entries(rows: dict[str, str]) -> list[tuple[int, str]]:
    return [
        (sum(globals()[name.upper()] for name in names.split("+")), word)
        for names, row in rows.items()
        for word in fold(row).split()
    ]
