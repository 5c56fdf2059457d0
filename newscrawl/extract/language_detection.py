"""Detect the language of a text from its words, if there is no doubt."""

from __future__ import annotations

from typing import Final

import pycld2

# Characters of a text that are read.
SAMPLE_CHARS: Final = 4_000
# A text with fewer bytes of UTF-8 is often only names or scores. A CJK character has three bytes.
MIN_BYTES: Final = 80
# The percentage of the text that must be in its main language.
MIN_PERCENT: Final = 80
# Codes of the detector that BCP 47 lacks or uses for another language.
_TAGS: Final = {"iw": "he", "jw": "jv", "mo": "ro", "no": "nb", "zh-Hant": "zh-Hant"}
# Languages that are never returned: Croatian, Bosnian and Montenegrin share nearly all words, and
# the filler text of templates looks like Latin.
_UNDECIDED: Final = frozenset({"bs", "hr", "la", "sr-ME", "un", "xxx"})


def detect_language(text: str) -> str | None:
    """Return the language of a text as BCP 47; None if the text is short, mixed or unknown.

    The detector (CLD2) knows 83 languages, and reports a text in another language as unknown.

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
    except pycld2.error:  # control characters, which are not in pages
        return None
    code: str
    _, code, percent, _ = found[0]
    if not is_reliable or percent < MIN_PERCENT or code in _UNDECIDED:
        return None
    return _TAGS.get(code, code)
