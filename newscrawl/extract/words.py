"""Split and count the words of a text, also in scripts without spaces; read lists of words."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Final

# A character of a script without spaces.
DENSE: Final = re.compile("[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]")
_SPACED_WORD: Final = re.compile(r"\w+(?:['’-]\w+)*")
_ANY_WORD: Final = re.compile(
    # In scripts without spaces, each character is a word, as their readers count.
    "[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]"
    "|[^\\W\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]+(?:['’-][^\\W\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]+)*"
)


# Signs of print that separate words. Without them, most texts in Latin letters are Latin-1.
_PRINTED_SIGNS: Final = "“”„‘–—…•€"
_NO_LETTER: Final = re.compile(r"[\W_]+")
# The bytes of Latin-1 that are no letters or digits.
_LATIN_SIGNS: Final = bytes(code for code in range(256) if _NO_LETTER.match(chr(code)))
# By byte of Latin-1: "w" for a character of a word, "-" for one that joins two words, else a space.
_LATIN_KINDS: Final = bytes(
    ord("w" if re.match(r"\w", chr(code)) else "-" if chr(code) in "'-" else " ")
    for code in range(256)
)


def words_of(text: str) -> list[str]:
    """Return the words of *text* in order, in lower case.

    >>> words_of("It's two"), words_of("日本")
    (["it's", 'two'], ['日', '本'])
    """
    text = text.casefold()
    return _pattern(text).findall(text)


def word_count(text: str) -> int:
    """Return the number of words in *text*.

    >>> word_count("It's two-by-two"), word_count("日本")
    (2, 2)
    """
    kinds = _latin_kinds(text)
    if kinds is None:
        return len(_pattern(text).findall(text))
    # Twice, as the joints of "a-b-c" overlap.
    joined = kinds.replace(b"w-w", b"ww").replace(b"w-w", b"ww")
    return b" ".join((b"", joined.replace(b"-", b" "))).count(b" w")


def _latin_kinds(text: str) -> bytes | None:
    """Return the kind of each character, see `_LATIN_KINDS`; None if some are not of Latin-1."""
    if not text.isascii():
        text = text.replace("’", "'")
        for sign in _PRINTED_SIGNS:
            text = text.replace(sign, " ")
    try:
        return text.encode("latin-1").translate(_LATIN_KINDS)
    except UnicodeEncodeError:
        return None


def letters_of(text: str) -> str:
    """Return only the letters and digits of *text*, case-folded, to compare texts.

    >>> letters_of("It's “Ménage” no. 2")
    'itsménageno2'
    """
    if not text.isascii():
        for sign in f"’{_PRINTED_SIGNS}":
            text = text.replace(sign, "")
    try:
        letters = text.encode("latin-1").translate(None, _LATIN_SIGNS).decode("latin-1")
    except UnicodeEncodeError:
        letters = _NO_LETTER.sub("", text)
    return letters.casefold()


def _pattern(text: str) -> re.Pattern[str]:
    """Return the pattern for the words of a text. The simple one is twice as fast."""
    return _ANY_WORD if DENSE.search(text) else _SPACED_WORD


def alternatives(module: str) -> dict[str, dict[str, str]]:
    """Return the word lists of a module's TOML file.

    Args:
        module: The module's ``__file__``; the TOML file has the same name with ``.toml``.

    Returns:
        By table, then by language or kind, a regular expression. Each line of the file is one of
        its alternatives.
    """
    tables = tomllib.loads(Path(module).with_suffix(".toml").read_text(encoding="utf-8"))
    return {
        name: {kind: "|".join(filter(None, lines.splitlines())) for kind, lines in table.items()}
        for name, table in tables.items()
    }
