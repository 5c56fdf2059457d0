"""Write the tree as CommonMark, with GFM's tables and strikethrough.

The tree has a small closed set of tags, so each needs only a few lines here. A general converter
would have to parse the HTML again and would not escape all words (markdownify takes about 15 times
as long). This module writes the blocks, `markdown_words` the words.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from newscrawl.markup.markdown_words import BREAK, code_span, inline
from newscrawl.markup.render_text import code as plain
from newscrawl.markup.render_text import numbered_items
from newscrawl.markup.tree import Node, has, walk

# Characters that are markup only at the start of a line.
_LINE_START: Final = re.compile(
    r"([>|=]|#{1,6}(?=\s|$)|[-+](?=\s|$|[-+:|])|:(?=-)|\d{1,9}(?=[.)](?:\s|$)))"
)
_HEADING_END: Final = re.compile(r"(?<!#)(#+)$")
_RUNS: Final = frozenset({"caption", "dt", "figcaption", "p"})
_DISSOLVED: Final = frozenset({"dd", "dl", "figure"})
_LISTS: Final = frozenset({"ol", "ul"})
_RULE: Final = "___"
# In a table with more columns, no cell spans several.
_MAX_COLUMNS: Final = 100


def write(root: Node) -> str:
    """Return a `readable` tree as Markdown."""
    return _blocks(root)


def _blocks(node: Node) -> str:
    return "\n\n".join(_each_block(_parts(node)))


def _parts(node: Node) -> Iterator[Node]:
    """Yield the blocks in a block; a block that Markdown lacks is replaced by its blocks."""
    for block in node.elements():
        if block.tag in _DISSOLVED:
            yield from _parts(block)
            continue
        yield block
        if block.tag == "pre" and has(block, "img"):
            yield _pictures(block)


def _pictures(code: Node) -> Node:
    """Return the pictures in code as a paragraph: Markdown's code can't contain pictures."""
    paragraph = Node("p")
    paragraph.children = [
        child for child in walk(code) if isinstance(child, Node) and child.tag == "img"
    ]
    return paragraph


def _each_block(blocks: Iterable[Node]) -> list[str]:
    """Return blocks as Markdown; adjacent lists get different marks, so they stay separate."""
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
        return _lines(inline(node.children))
    if tag[0] == "h" and tag != "hr":
        content = inline(node.children).replace(BREAK, " ")
        return "#" * int(tag[1]) + " " + _HEADING_END.sub(r"\\\1", content)
    if tag == "blockquote":
        return "\n".join(f"> {line}".rstrip() for line in _blocks(node).split("\n"))
    if tag == "table":
        return _table(node)
    if tag == "pre":
        return _fenced(plain(node))
    return _RULE


def _lines(content: str) -> str:
    if BREAK not in content:
        return _escaped_start(content)
    return BREAK.join(map(_escaped_start, content.split(BREAK)))


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
    """Return a list as Markdown; if *is_other*, with the second kind of marks."""
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
    """Return an item's content, and whether blank lines separate its blocks."""
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
    lines: list[Node] = []
    for part in node.elements():
        if part.tag == "caption":
            caption = [_block(part), ""]
        else:
            lines.extend(part.elements())
    rows = _rows(lines)
    columns = max(map(len, rows))
    rows[0] += [""] * (columns - len(rows[0]))
    rows.insert(1, ["---"] * columns)
    return "\n".join([*caption, *(f"| {' | '.join(row)} |" for row in rows)])


def _rows(lines: Iterable[Node]) -> list[list[str]]:
    """Return the cells of each row, with empty cells in columns that other cells span."""
    rows: list[list[str]] = []
    spanned: dict[int, int] = {}  # by column: the number of next rows that a cell spans
    for line in lines:
        covered = set(spanned)
        spanned = {column: rows_left - 1 for column, rows_left in spanned.items() if rows_left > 1}
        row: list[str] = []
        column = 0
        for cell in line.elements():
            while column in covered:
                column += 1
            row += [""] * (column - len(row)) + [_cell(cell)]
            width, height = _spans(cell, column)
            if height > 1:
                spanned |= dict.fromkeys(range(column, column + width), height - 1)
            column += width
        rows.append(row)
    return rows


def _spans(cell: Node, column: int) -> tuple[int, int]:
    """Return the number of columns and rows that a cell spans; 1 and 1 in a very wide table."""
    if column >= _MAX_COLUMNS:
        return 1, 1
    return int(cell.attrs.get("colspan", 1)), int(cell.attrs.get("rowspan", 1))


def _cell(cell: Node) -> str:
    parts = []
    for run in walk(cell):
        if isinstance(run, Node) and run.tag == "pre":
            parts += [code_span(plain(run)), inline(_pictures(run).children)]
        elif isinstance(run, Node) and (
            run.tag in _RUNS or (run.tag[0] == "h" and run.tag != "hr")
        ):
            parts.append(inline(run.children).replace(BREAK, " "))
    return " ".join(filter(None, parts)).replace("|", r"\|")
