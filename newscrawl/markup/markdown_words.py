"""Write a run of words as CommonMark: emphasis, links, pictures and code; the rest is escaped.

Words are escaped so that no renderer finds markup, HTML or a link in them that is not in the tree.
"""

import re
from collections.abc import Sequence
from itertools import takewhile
from typing import Final
from unicodedata import category

from newscrawl.markup.render_text import code as plain
from newscrawl.markup.tree import Child, Node, has

BREAK: Final = "\\\n"
# Characters that are markup anywhere.
_MARKUP: Final = "\\`*[]<~"
# "_" is markup unless letters are on both sides; "&" is markup in a reference.
_SOMETIMES: Final = re.compile(
    r"_{2,}|(?<![^\W_])_|_(?![^\W_])|&(?=#?\w{1,40};)|(?<=&)#(?=\w{1,40};)"
)
# A bracket in a URL ends the URL, unless the brackets are balanced.
_BALANCED: Final = re.compile(r"[^()]*(?:\([^()]*\)[^()]*)*")
_REFERENCE: Final = re.compile(r"&(?=#?\w{1,40};)")
_BRACKET_OR_REFERENCE: Final = re.compile(r"[()]|&(?=#?\w{1,40};)")
_ANY_MARK: Final = "*_~"
_MARKS: Final = {"del": "~~", "em": "*", "s": "~~", "strong": "**"}
# The first character of a written element, if it is not the first of its words.
_FIRST: Final = {
    "a": "[", "br": "\n", "code": "`", "del": "~", "em": "*", "img": "!", "q": "“", "rt": "(",
    "s": "~", "strong": "*",
}  # fmt: skip
# Symbols that every renderer treats as punctuation. "~" is excluded, as some skip "~~".
_ASCII_SYMBOLS: Final = "$+<=>^`|"


def inline(children: Sequence[Child], before: str = "", after: str = "") -> str:
    """Return a run of words as Markdown.

    Args:
        children: Strings and elements.
        before: The character written before it, or "".
        after: The characters of which one may follow; it is not always known yet which.
    """
    written = []
    for place, child in enumerate(children):
        follows = _next(children, place + 1, after)
        if isinstance(child, str):
            piece = _escaped(child, follows)
        else:
            piece = _element(child, before, follows)
        if piece:
            written.append(piece)
            before = piece[-1]
    return "".join(written)


def _element(node: Node, before: str, after: str) -> str:
    tag = node.tag
    if tag in _MARKS:
        return _emphasis(_MARKS[tag], node, before, after)
    if tag == "br":
        return BREAK
    if tag == "a":
        words = inline(node.children, "[", "]").replace(BREAK, " ")
        return f"[{words}]({_target(node.attrs['href'])})"
    if tag == "img":
        return f"![{_escaped(node.attrs.get('alt', ''))}]({_target(node.attrs['src'])})"
    if tag == "code" and before != "`" and not has(node, "a", "img"):
        return code_span(plain(node))
    if tag == "q":
        return f"“{inline(node.children, '“', '”')}”"
    if tag == "rt":
        return f"({inline(node.children, '(', ')')})"
    return inline(node.children, before, after)


def _escaped(text: str, after: str = "") -> str:
    for character in _MARKUP:
        if character in text:
            text = text.replace(character, "\\" + character)
    if "_" in text or "&" in text:
        text = _SOMETIMES.sub(
            lambda match: "".join("\\" + character for character in match.group()), text
        )
    if "[" in after and text.endswith("!"):
        text = text[:-1] + r"\!"
    return text


def code_span(code: str) -> str:
    """Return inline code as Markdown; "" for empty code."""
    code = " ".join(code.split())
    fence = "`" * (1 + max(map(len, re.findall("`+", code)), default=0))
    pad = " " if code.startswith("`") or code.endswith("`") else ""
    return f"{fence}{pad}{code}{pad}{fence}" if code else ""


def _target(url: str) -> str:
    """Return a URL with escapes only for characters that would end it or start a reference."""
    if "(" not in url and ")" not in url and "&" not in url:
        return url
    pattern = _REFERENCE if _BALANCED.fullmatch(url) else _BRACKET_OR_REFERENCE
    return pattern.sub(r"\\\g<0>", url)


def _next(children: Sequence[Child], place: int, after: str) -> str:
    """Return the characters of which one is written first for the child at *place*."""
    if place >= len(children):
        return after
    child = children[place]
    if isinstance(child, str):
        return child[0]
    first = _FIRST.get(child.tag) or _next(child.children, 0, _ANY_MARK)
    if child.tag not in _MARKS:
        return first
    is_struck = place > 0 and _is_strike(children[place - 1])
    if not is_struck and _keeps_marks(child, _after(children, place, after)):
        return first
    return f"{_ANY_MARK}{_next(child.children, 0, _ANY_MARK)}"


def _after(children: Sequence[Child], place: int, after: str) -> str:
    """Return the characters of which one may follow the child at *place*, as far as known."""
    if place + 1 == len(children):
        return after
    child = children[place + 1]
    return child[0] if isinstance(child, str) else _ANY_MARK


def _is_strike(child: Child) -> bool:
    return isinstance(child, Node) and _MARKS.get(child.tag) == "~~"


def _keeps_marks(node: Node, after: str) -> bool:
    """Return whether an emphasis gets its marks, whatever is before it except "~"."""
    [word, *others] = node.children
    if others or not isinstance(word, str) or word != word.strip() or word != word.strip(_ANY_MARK):
        return False
    return not (_is_letter(after) or set(_ANY_MARK).intersection(after))


def _emphasis(mark: str, node: Node, before: str, after: str) -> str:
    """Return words with marks around them, if every renderer recognizes the marks; else only words.

    A mark is not recognized between a letter and punctuation, so such punctuation is put outside
    the marks. Source: https://spec.commonmark.org/0.31.2/#left-flanking-delimiter-run
    """
    start, children, end = _without_edges(node.children, before, after)
    before, after = start[-1:] or before, end[:1] or after
    lead, inner, tail = _without_space(inline(children, before, after))
    beside = before + after
    if mark[0] == "*" and "*" in beside + inner[:1] + inner[-1:]:
        mark = mark.replace("*", "_")
    if mark[0] not in beside and _takes(inner, mark, before, after):
        inner = f"{mark}{inner}{mark}"
    return start + lead + inner + tail + end


def _without_edges(
    children: Sequence[Child], before: str, after: str
) -> tuple[str, Sequence[Child], str]:
    """Return the punctuation at the start of words, the words, and the punctuation at their end.

    Only punctuation that touches a letter outside is separated.
    """
    start = end = ""
    inner = list(children)
    if _is_letter(before) and isinstance(inner[0], str):
        start = "".join(takewhile(_is_punctuation, inner[0]))
        inner[0] = inner[0][len(start) :]
    if _is_letter(after) and isinstance(inner[-1], str):
        end = "".join(takewhile(_is_punctuation, reversed(inner[-1])))[::-1]
        inner[-1] = inner[-1][: len(inner[-1]) - len(end)]
    return _escaped(start, "["), [child for child in inner if child], _escaped(end, "[")


def _without_space(written: str) -> tuple[str, str, str]:
    """Return the white space at the start of words, the words, and the white space at the end."""
    inner = written
    while inner != (shorter := inner.removeprefix(BREAK).lstrip()):
        inner = shorter
    lead = written[: len(written) - len(inner)]
    while inner != (shorter := inner.removesuffix(BREAK).rstrip()):
        inner = shorter
    return lead, inner, written[len(lead) + len(inner) :]


def _takes(inner: str, mark: str, before: str, after: str) -> bool:
    bare = inner.strip(mark[0])
    if not bare or (mark[0] == "_" and (_is_letter(before) or _is_letter(after))):
        return False
    starts = not _is_letter(before) or not _is_punctuation(bare[0])
    return starts and (not _is_letter(after) or not _is_punctuation(bare[-1]))


def _is_letter(characters: str) -> bool:
    """Return whether any of *characters* is a letter for some renderer: no space or punctuation."""
    return any(
        not (character.isspace() or category(character)[0] == "P" or character in _ASCII_SYMBOLS)
        for character in characters
    )


def _is_punctuation(character: str) -> bool:
    """Return whether a character is punctuation for some renderer; older ones exclude symbols."""
    return category(character)[0] in "PS"
