"""Counting the words of a text, also where they are written without spaces."""

import re
from typing import Final

_WORD: Final = re.compile(r"\w+(?:['’-]\w+)*")
# Scripts without spaces: each character is counted, which readers of them do as well.
_DENSE: Final = re.compile("[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]")


def word_count(text: str) -> int:
    """Return the number of words.

    >>> word_count("It's two"), word_count("日本語")
    (2, 3)
    """
    dense = len(_DENSE.findall(text))
    return dense + len(_WORD.findall(_DENSE.sub(" ", text)))
