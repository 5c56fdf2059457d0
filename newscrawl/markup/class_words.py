"""Split classes and ids into words, and read the lists of words that mark an element's kind."""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from pathlib import Path
from typing import Final, NamedTuple

# Characters of a class attribute that are read.
MAX_CLASSES: Final = 1_000
_JOINTS: Final = re.compile(r"[\s_-]+|(?<=[a-z])(?=[A-Z])")


class ClassWords(NamedTuple):
    """The lists of ``class_words.toml``."""

    panels: frozenset[str]
    closed: frozenset[str]
    signs: frozenset[str]
    labels: frozenset[str]
    cites: frozenset[str]
    switches: frozenset[str]
    counters: frozenset[str]
    bars: frozenset[str]


@cache
def class_words() -> ClassWords:
    """Return the lists of ``class_words.toml``."""
    text = Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")
    lists = tomllib.loads(text)
    return ClassWords(**{name: frozenset(words.split()) for name, words in lists.items()})


@lru_cache(maxsize=8_192)
def words_in(classes: str) -> frozenset[str]:
    """Return the words of a class attribute, in lower case.

    >>> sorted(words_in("vc_toggle relatedPosts"))
    ['posts', 'related', 'toggle', 'vc']
    """
    return frozenset(_JOINTS.sub(" ", classes[:MAX_CLASSES]).lower().split())


def joined(name: str) -> str:
    """Return one class with "-" between its words.

    >>> joined("fusion-no_smallVisibility")
    'fusion-no-small-visibility'
    """
    return _JOINTS.sub("-", name).lower()
