"""The language of a text by its words, if they leave no doubt."""

from __future__ import annotations

from typing import Final

import pycld2

SAMPLE_CHARS: Final = 4_000
MIN_BYTES: Final = 80
"""Fewer bytes of UTF-8 are names and scores as often as sentences; a CJK character has three."""
MIN_PERCENT: Final = 80
"""The share of the text that must be in its main language."""

# The detector's names that BCP 47 does not have, or has for something else.
_TAGS: Final = {"iw": "he", "jw": "jv", "mo": "ro", "no": "nb", "zh-Hant": "zh-Hant"}
# Not named by only words: Croatian, Bosnian and Montenegrin share nearly all of them, and filler
# text of templates looks like Latin.
_UNDECIDED: Final = frozenset({"bs", "hr", "la", "sr-ME", "un", "xxx"})


def detect_language(text: str) -> str | None:
    """Return the language of a text as BCP 47, or None if the text is short, mixed or unknown.

    The detector (CLD2) knows 83 languages and reports if a text is in another one.

    >>> detect_language("The council met on Tuesday. " * 4)
    'en'
    >>> detect_language("1:0 2:1 3:3") is None
    True
    """
    sample = text[:SAMPLE_CHARS].encode("utf-8", "ignore")
    if len(sample) < MIN_BYTES:
        return None
    try:
        is_reliable, _, found = pycld2.detect(sample, bestEffort=False)
    except pycld2.error:  # control characters, which no page has between its words
        return None
    code: str
    _, code, percent, _ = found[0]
    if not is_reliable or percent < MIN_PERCENT or code in _UNDECIDED:
        return None
    return _TAGS.get(code, code)
