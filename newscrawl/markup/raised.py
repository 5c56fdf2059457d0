"""Write raised and lowered signs in a line of text, so that they never join the number before.

| source | text |
|---|---|
| 10<sup>6</sup>, m<sup>2</sup>, x<sup>n+1</sup> | 10^6, m^2, x^(n+1) |
| said.<sup>1</sup>, the law<sup>a</sup> | said.[1], the law[a] |
| 2<sup>nd</sup>, M<sup>me</sup>, 5<sup>+</sup> | 2nd, Mme, 5+ |
| CO<sub>2</sub>, x<sub>i</sub>, 10<sub>2</sub> | CO2, x_i, 10_2 |
"""

from __future__ import annotations

import re
from typing import Final

from newscrawl.markup.tree import Child, Node, has, words

_SIGNS: Final = frozenset({"sup", "sub"})
# Endings of numbers in words: of English, French, Spanish, Portuguese, Italian, Catalan.
_ORDINALS: Final = frozenset({
    "a", "as", "d", "da", "de", "do", "e", "ème", "eme", "er", "ers", "es", "ère", "gr", "ier",
    "ième",
    "nd", "nde", "o", "os", "r", "ra", "rd", "re", "res", "ro", "st", "th", "to", "è",
})  # fmt: skip
_NUMBERS: Final = re.compile(r"[\d.,;–—-]+")
_ONE: Final = re.compile(r"[-+−]?[\w.,]+")
_LAST_WORD: Final = re.compile(r"(\w*)([^\w\s]*)$")
# Letters in the name of a quantity or a unit: "x", "km", "sin".
_MAX_NAME: Final = 3
_ROMAN: Final = frozenset("IVXLCDM")
_FRACTION: Final = "/⁄"
# Characters before a sign that are read.
_SEEN: Final = 24


def readable(root: Node) -> Node:
    """Return a tree in which raised and lowered signs are normal characters."""
    return _copied(root, [""]) if has(root, *_SIGNS) else root


def _copied(node: Node, before: list[str]) -> Node:
    """Return a copy; *before* has the last characters of the run of words and is updated."""
    copy = Node(node.tag, node.attrs)
    for place, child in enumerate(node.children):
        if isinstance(child, str):
            _add(copy.children, child, before)
        elif child.tag in _SIGNS:
            after = node.children[place + 1] if place + 1 < len(node.children) else ""
            _add_sign(copy.children, child, before, after)
        else:
            if child.tag not in _WITHIN:
                before[0] = ""
            copy.children.append(_copied(child, before))
    return copy


_WITHIN: Final = frozenset({
    "a", "abbr", "bdi", "bdo", "cite", "code", "del", "dfn", "em", "ins", "kbd", "mark", "q", "s",
    "samp", "strong", "time", "var",
})  # fmt: skip


def _add(children: list[Child], text: str, before: list[str]) -> None:
    """Append a string, or extend the last child if it is a string."""
    if children and isinstance(children[-1], str):
        children[-1] += text
    elif text:
        children.append(text)
    before[0] = (before[0] + text)[-_SEEN:]


def _add_sign(children: list[Child], sign: Node, before: list[str], after: Child) -> None:
    start, end = _marks(sign.tag, " ".join(words(sign).split()), before[0])
    if isinstance(after, str) and after[:1] in _FRACTION and sign.tag == "sup" and after:
        start, end = " " if before[0][-1:].isdigit() else "", ""
    _add(children, start, before)
    for child in _copied(sign, before).children:
        if isinstance(child, str):
            if children and isinstance(children[-1], str):
                children[-1] += child
            else:
                children.append(child)
        else:
            children.append(child)
    _add(children, end, before)


def _marks(tag: str, sign: str, before: str) -> tuple[str, str]:
    """Return the marks before and after a sign."""
    match = _LAST_WORD.search(before)
    word, closing = (match[1], match[2]) if match else ("", "")
    touches = word or closing
    if tag == "sub" and closing and closing[-1] in _FRACTION:
        return "", ""
    if not touches or not sign or not sign[0].isalnum():
        return _of_other_sign(tag, sign, bool(touches))
    is_number = bool(_NUMBERS.fullmatch(sign))
    if tag == "sub":
        return ("", "") if is_number and word[-1:].isalpha() and not closing else _mark("_", sign)
    if not is_number and sign.isalpha() and _is_ending(sign, word):
        return "", ""
    is_after_word = word.isalpha() and len(word) >= _MAX_NAME + is_number and not closing
    is_note = closing[-1:] not in ")]|" if closing else is_after_word and len(sign) <= _MAX_NAME
    return ("[", "]") if is_note or " " in sign else _mark("^", sign)


def _of_other_sign(tag: str, sign: str, touches: bool) -> tuple[str, str]:
    """Return the marks of a sign that has no word before it or starts with no letter."""
    is_power = touches and sign[:1] in "-+−" and any(map(str.isalnum, sign))
    return _mark("^" if tag == "sup" else "_", sign) if is_power else ("", "")


def _is_ending(sign: str, word: str) -> bool:
    """Return whether raised letters are the ending of the word before them."""
    if sign.lower() in _ORDINALS and not set(word.upper()) - _ROMAN:
        return True
    if word[-1:].isdigit():
        return sign.lower() in _ORDINALS
    return len(sign) > 1 or (len(word) <= 2 and sign in "aeor" and word.lower() != "x")


def _mark(mark: str, sign: str) -> tuple[str, str]:
    return (mark, "") if _ONE.fullmatch(sign) else (f"{mark}(", ")")
