"""Writes the tree as CommonMark, with GFM's tables and strikethrough.

A writer of our own: the tree has a small closed set of tags, so each is a few lines here, exact and
fast, where a general converter (markdownify takes some 15 times as long) would first have to read
the HTML again and still leave escaping open. Words are escaped so that no renderer finds markup,
HTML or a link in them that was not in the tree.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile
from typing import Final
from unicodedata import category

from newscrawl.markup.text import inline as plain
from newscrawl.markup.text import numbered_items
from newscrawl.markup.tree import Child, Node, has, walk

# Characters that are markup anywhere.
_MARKUP: Final = "\\`*[]<~"
# "_" is markup where no letters are on both sides, "!" before a link, "&" in a reference.
_SOMETIMES: Final = re.compile(
    r"_{2,}|(?<![^\W_])_|_(?![^\W_])|!$|&(?=#?\w{1,40};)|(?<=&)#(?=\w{1,40};)"
)
# What is markup at the start of a line only.
_LINE_START: Final = re.compile(
    r"([>|=]|#{1,6}(?=\s|$)|[-+](?=\s|$|[-+:|])|:(?=-)|\d{1,9}(?=[.)](?:\s|$)))"
)
_HEADING_END: Final = re.compile(r"(#+)$")
_BREAK: Final = "\\\n"
_MARKS: Final = {"del": "~~", "em": "*", "s": "~~", "strong": "**"}
# What an element is written with first, where that is not its words.
_FIRST: Final = {
    "a": "[", "br": "\n", "code": "`", "del": "~", "em": "*", "img": "!", "q": "“", "rt": "(",
    "s": "~", "strong": "*",
}  # fmt: skip
_RUNS: Final = frozenset({"caption", "dt", "figcaption", "p"})
_DISSOLVED: Final = frozenset({"dd", "dl", "figure"})
_LISTS: Final = frozenset({"ol", "ul"})
_RULE: Final = "___"


def write(root: Node) -> str:
    """Return a settled tree as Markdown."""
    return _blocks(root)


# --- blocks


def _blocks(node: Node) -> str:
    return "\n\n".join(_each_block(_parts(node)))


def _parts(node: Node) -> Iterator[Node]:
    """Yield the blocks in a block, those in blocks that Markdown lacks as if they stood alone."""
    for block in node.elements():
        if block.tag in _DISSOLVED:
            yield from _parts(block)
        else:
            yield block


def _each_block(blocks: Iterable[Node]) -> list[str]:
    """Write blocks in a row; a list right after one of its kind gets other marks, to stay apart."""
    written = []
    before, is_other = "", False
    for block in blocks:
        if block.tag in _LISTS:
            is_other = block.tag == before and not is_other
            content = _list(block, is_other=is_other)
        else:
            content = _block(block)
        if content:
            written.append(content)
            before = block.tag
    return written


def _block(node: Node) -> str:
    tag = node.tag
    if tag in _RUNS:
        return _lines(_inline(node.children))
    if tag[0] == "h" and tag != "hr":
        content = _inline(node.children).replace(_BREAK, " ")
        return "#" * int(tag[1]) + " " + _HEADING_END.sub(r"\\\1", content)
    if tag == "blockquote":
        return "\n".join(f"> {line}".rstrip() for line in _blocks(node).split("\n"))
    if tag == "table":
        return _table(node)
    if tag == "pre":
        return _fenced(plain(node))
    return _RULE


def _lines(content: str) -> str:
    return _BREAK.join(_escaped_start(line) for line in content.split(_BREAK))


def _escaped_start(line: str) -> str:
    match = _LINE_START.match(line)
    if not match:
        return line
    place = match.end() if line[0].isdigit() else 0
    return f"{line[:place]}\\{line[place:]}"


def _fenced(code: str) -> str:
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", code)), default=0))
    return f"{fence}\n{code}\n{fence}"


def _list(node: Node, *, is_other: bool) -> str:
    """Write a list; *is_other* takes the second kind of marks."""
    items = []
    is_loose = False
    for number, item in numbered_items(node):
        if number is None:
            mark = "* " if is_other else "- "
        else:
            mark = f"{max(0, number)}{')' if is_other else '.'} "
        content, has_gaps = _item(item)
        is_loose = is_loose or has_gaps
        items.append(mark + _indented(content, len(mark)))
    return ("\n\n" if is_loose else "\n").join(items)


def _item(item: Node) -> tuple[str, bool]:
    """Return an item's content, and whether blank lines part its blocks."""
    blocks = list(_parts(item))
    is_tight = len(blocks) == 1 or (
        len(blocks) == 2
        and blocks[0].tag == "p"
        and (blocks[1].tag == "ul" or (blocks[1].tag == "ol" and not blocks[1].attrs))
    )
    return ("\n" if is_tight else "\n\n").join(_each_block(blocks)), not is_tight


def _indented(content: str, width: int) -> str:
    first, *others = content.split("\n")
    return "\n".join([first, *(" " * width + line if line else "" for line in others)])


def _table(node: Node) -> str:
    caption: list[str] = []
    rows: list[list[str]] = []
    for part in node.elements():
        if part.tag == "caption":
            caption = [_block(part), ""]
        else:
            rows.extend([_cell(cell) for cell in row.elements()] for row in part.elements())
    columns = max(map(len, rows))
    rows[0] += [""] * (columns - len(rows[0]))
    rows.insert(1, ["---"] * columns)
    return "\n".join([*caption, *(f"| {' | '.join(row)} |" for row in rows)])


def _cell(cell: Node) -> str:
    parts = []
    for run in walk(cell):
        if isinstance(run, Node) and run.tag == "pre":
            parts.append(_code(plain(run)))
        elif isinstance(run, Node) and (
            run.tag in _RUNS or (run.tag[0] == "h" and run.tag != "hr")
        ):
            parts.append(_inline(run.children).replace(_BREAK, " "))
    return " ".join(parts).replace("|", r"\|")


# --- words


def _inline(children: Sequence[Child], before: str = "", after: str = "") -> str:
    """Write a run of words.

    Args:
        children: Strings and elements.
        before: The character that is written before it, or "".
        after: The character that comes after it, or "".
    """
    written = []
    for place, child in enumerate(children):
        if isinstance(child, str):
            piece = _escaped(child)
        else:
            piece = _element(child, before, _first(children, place + 1, after))
        if piece:
            written.append(piece)
            before = piece[-1]
    return "".join(written)


def _element(node: Node, before: str, after: str) -> str:
    tag = node.tag
    if tag in _MARKS:
        return _emphasis(_MARKS[tag], node, before, after)
    if tag == "br":
        return _BREAK
    if tag == "a":
        words = _inline(node.children, "[", "]").replace(_BREAK, " ")
        return f"[{words}]({_target(node.attrs['href'])})"
    if tag == "img":
        return f"![{_escaped(node.attrs.get('alt', ''))}]({_target(node.attrs['src'])})"
    if tag == "code" and not has(node, "a", "img"):
        return _code(plain(node))
    if tag == "q":
        return f"“{_inline(node.children, '“', '”')}”"
    if tag == "rt":
        return f"({_inline(node.children, '(', ')')})"
    return _inline(node.children, before, after)


def _escaped(text: str) -> str:
    for character in _MARKUP:
        if character in text:
            text = text.replace(character, "\\" + character)
    if "_" in text or "&" in text or text.endswith("!"):
        text = _SOMETIMES.sub(lambda match: "".join("\\" + one for one in match.group()), text)
    return text


def _code(code: str) -> str:
    code = " ".join(code.split())
    fence = "`" * (1 + max(map(len, re.findall("`+", code)), default=0))
    pad = " " if code.startswith("`") or code.endswith("`") else ""
    return f"{fence}{pad}{code}{pad}{fence}" if code else ""


def _target(url: str) -> str:
    return re.sub(r"[()\\*_]|&(?=#?\w{1,40};)", r"\\\g<0>", url)


def _first(children: Sequence[Child], place: int, after: str) -> str:
    """Return the character that the child at *place* is written with first."""
    if place >= len(children):
        return after
    child = children[place]
    if isinstance(child, str):
        return child[0]
    return _FIRST.get(child.tag) or _first(child.children, 0, after)


def _emphasis(mark: str, node: Node, before: str, after: str) -> str:
    """Write marks around words where every renderer takes them for marks, else the words alone.

    A mark counts as one only if it does not stand between a letter and punctuation: that
    punctuation is taken out of it. https://spec.commonmark.org/0.31.2/#left-flanking-delimiter-run
    """
    start, children, end = _without_edges(node.children, before, after)
    before, after = start[-1:] or before, end[:1] or after
    lead, inner, tail = _without_space(_inline(children, before, after))
    if mark == "*" and "*" in {before, after}:
        mark = "_"
    if mark[0] not in {before, after} and _takes(inner, mark, before, after):
        inner = f"{mark}{inner}{mark}"
    return start + lead + inner + tail + end


def _without_edges(
    children: Sequence[Child], before: str, after: str
) -> tuple[str, Sequence[Child], str]:
    """Return the punctuation that words start with after a letter, them, and that at their end."""
    start = end = ""
    inner = list(children)
    if _is_letter(before) and isinstance(inner[0], str):
        start = "".join(takewhile(_is_punctuation, inner[0]))
        inner[0] = inner[0][len(start) :]
    if _is_letter(after) and isinstance(inner[-1], str):
        end = "".join(takewhile(_is_punctuation, reversed(inner[-1])))[::-1]
        inner[-1] = inner[-1][: len(inner[-1]) - len(end)]
    return _escaped(start), inner, _escaped(end)


def _without_space(written: str) -> tuple[str, str, str]:
    """Return the space and breaks that words start with, them, and what they end with."""
    inner = written
    while inner != (shorter := inner.removeprefix(_BREAK).lstrip()):
        inner = shorter
    lead = written[: len(written) - len(inner)]
    while inner != (shorter := inner.removesuffix(_BREAK).rstrip()):
        inner = shorter
    return lead, inner, written[len(lead) + len(inner) :]


def _takes(inner: str, mark: str, before: str, after: str) -> bool:
    bare = inner.strip(mark[0])
    if not bare or (mark == "_" and (_is_letter(before) or _is_letter(after))):
        return False
    starts = not _is_letter(before) or not _is_punctuation(bare[0])
    return starts and (not _is_letter(after) or not _is_punctuation(bare[-1]))


def _is_letter(character: str) -> bool:
    return bool(character) and not character.isspace() and not _is_punctuation(character)


def _is_punctuation(character: str) -> bool:
    return category(character)[0] in "PS"
