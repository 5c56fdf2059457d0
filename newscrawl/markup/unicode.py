"""Remove characters that are not text: controls, lone surrogates, invisible joiners."""

import re
from typing import Final

from newscrawl.markup.allowlist import MAX_ATTRIBUTE

# Controls except tab and newline (U+009B moves a terminal's cursor, U+0000 ends a C string); lone
# surrogates and non-characters, which are not valid in UTF-8 and XML; soft hyphens, word joiners
# and byte order marks, which break words only for a search.
_UNWANTED: Final = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u2060\ufeff\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff]"
)
# Other line ends than newline.
_LINE_ENDS: Final = re.compile("\r\n?|[\x0b\x0c\x1c-\x1f\x85\u2028\u2029]")
# The bytes of ASCII that match one of these.
_REPLACED_ASCII: Final = bytes(
    code for code in range(128) if _UNWANTED.match(chr(code)) or _LINE_ENDS.match(chr(code))
)
# White space of ASCII other than the space.
_ASCII_BREAKS: Final = bytes(code for code in range(128) if chr(code).isspace() and code != 32)
# Characters that only an icon font can show.
_ICONS: Final = re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff ]+")
FIRST_ICON: Final = "\ue000"


def cleaned(text: str) -> str:
    """Return *text* without characters that are not text, and with newlines as line ends.

    >>> cleaned("so\\xad\\x00ft\\r\\n")
    'soft\\n'
    """
    # Nearly all strings have no such character. ASCII is searched five times as fast.
    if text.isascii():
        if len(text.encode().translate(None, _REPLACED_ASCII)) == len(text):
            return text
    # ``isprintable`` is false for these three too.
    elif text.replace("\n", "").replace("\t", "").replace("\xa0", "").isprintable():
        return text
    text = _UNWANTED.sub("", text)
    return _LINE_ENDS.sub("\n", text)


def single_spaced(text: str) -> str:
    """Return *text* with a space for each run of white space, without any at its ends.

    >>> single_spaced(" a\\n\\xa0b ")
    'a b'
    """
    if text.isascii():
        has_breaks = len(text.encode().translate(None, _ASCII_BREAKS)) < len(text)
    else:
        has_breaks = not text.isprintable()
    # Splitting takes five times as long, and few texts need it.
    return " ".join(text.split()) if has_breaks or "  " in text else text.strip(" ")


def is_icon(text: str) -> bool:
    """Return whether a string is only icons of a font. Among letters, they may be letters too.

    >>> is_icon("\\ue03a"), is_icon("a\\ue03a")
    (True, False)
    """
    return not text.isprintable() and bool(_ICONS.fullmatch(text))


def one_line(text: str) -> str:
    """Return an attribute's text with single spaces, cut to `MAX_ATTRIBUTE` characters.

    >>> one_line(" A\\n cat\\x1b ")
    'A cat'
    """
    return " ".join(cleaned(text).split())[:MAX_ATTRIBUTE].rstrip()
