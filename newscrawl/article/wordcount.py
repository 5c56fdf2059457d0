"""The words of a text, also where they are written without spaces."""

import re
from typing import Final

_WORD: Final = re.compile(
    # Scripts without spaces: each character is one, as their readers count them.
    "[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]"
    "|[^\\W\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]+(?:['’-][^\\W\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]+)*"
)


def words_of(text: str) -> list[str]:
    """Return the words of *text* in their order, in lower case.

    >>> words_of("It's two"), words_of("日本")
    (["it's", 'two'], ['日', '本'])
    """
    return _WORD.findall(text.casefold())


def word_count(text: str) -> int:
    """Return the number of words."""
    return sum(1 for _ in _WORD.finditer(text))
