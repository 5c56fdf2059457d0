"""Finish the tree with the rules that need complete blocks.

| rule | reason |
|---|---|
| adjacent strings are joined, empty elements removed | removed parts leave nothing behind |
| a shortcode that this creates gets two brackets | a second normalization keeps it as words |
| a figure has pictures, at most one caption, no figure | a gallery is several figures in a row |
| a table has rows in sections; a layout table is removed | Markdown needs it; less nesting |
| a caption or a term is only in its own block | elsewhere it is a paragraph |
| a paragraph that is a URL is a link | WordPress does the same |
| only the outermost block with a direction has ``dir`` | inner blocks inherit it |
"""

import re
from collections.abc import Iterator
from typing import Final

from newscrawl.markup.allowlist import LINES, SECTIONS
from newscrawl.markup.shortcodes import escaped
from newscrawl.markup.tree import Child, Node, has, words
from newscrawl.urls.safe import safe_url

_URL: Final = re.compile(r"https?://[^\s<>\"]+")
_VOID: Final = frozenset({"br", "hr", "img"})
_MEDIA: Final = frozenset({"a", "img", "br"})
_CELLS: Final = frozenset({"td", "th"})
_EMPTY_BRACKETS: Final = ("[]", "()")
_CODE: Final = frozenset({"code", "pre"})
_RUNS: Final = LINES | {"p", "pre"}


# Runs of words that are not paragraphs, and the block that each belongs to.
_HOMES: Final = {"caption": "table", "dt": "dl", "figcaption": "figure"}


def settle(root: Node) -> None:
    """Finish the blocks below *root*."""
    _settle(root)
    _finish(root, "ltr")  # HTML's default


def escape_pairs(root: Node, closed: set[str]) -> None:
    """Write the start of a would-be shortcode, whose end is in the tree, with two brackets."""
    for parent, place in list(_strings(root)):
        text = str(parent.children[place])
        if "[" in text and parent.tag not in _CODE:
            parent.children[place] = escaped(text, closed)


def _settle(node: Node) -> None:
    """Finish the blocks in *node*, innermost first: some are replaced by their content."""
    settled: list[Child] = []
    before = ""
    for child in node.elements():
        for block in _block(child):
            if block.tag == before == "hr":
                continue
            settled.append(block)
            before = block.tag
    node.children = settled


def _finish(node: Node, direction: str) -> None:
    """Apply the rules that depend on a block's place, outermost first."""
    for child in node.elements():
        if _HOMES.get(child.tag, node.tag) != node.tag:
            child.tag = "p"
        own = child.attrs.get("dir", direction)
        if own == direction:
            child.attrs.pop("dir", None)
        if child.tag == "p":
            _link_url(child)
        elif child.tag not in _RUNS:
            _finish(child, own)
    if node.tag == "figure":
        _join_media(node)


def _block(node: Node) -> list[Node]:
    """Return the nodes that replace a block: itself, nothing, or its content."""
    if node.tag == "hr":
        return [node]
    if node.tag in _RUNS:
        return _run(node)
    _settle(node)
    if node.tag == "figure":
        return _figure(node)
    if node.tag == "table":
        return _table(node)
    return [node] if node.children or node.tag in _CELLS else []


def _run(node: Node) -> list[Node]:
    if node.tag == "pre" and not words(node).strip():
        node.tag = "p"
        for parent, place in _strings(node):
            parent.children[place] = ""
    _join_strings(node)
    if node.tag == "pre":
        _trim_lines(node)
    else:
        _trim(node)
    return [node] if node.children else []


def _link_url(paragraph: Node) -> None:
    """Turn a paragraph that is only a URL into a link."""
    [first, *others] = paragraph.children
    if others or not isinstance(first, str) or not _URL.fullmatch(first):
        return
    url = safe_url(first, "")
    if url:
        link = Node("a", {"href": url})
        link.children = paragraph.children
        paragraph.children = [link]


def _join_strings(node: Node, *, in_code: bool = False) -> None:
    """Join adjacent strings at every level, and remove elements without content."""
    in_code = in_code or node.tag in _CODE
    joined: list[Child] = []
    run: list[str] = []
    for child in node.children:
        if isinstance(child, str):
            if child:
                run.append(child)
            continue
        if child.tag not in _VOID:
            _join_strings(child, in_code=in_code)
            if not child.children:
                continue
        if text := _one(run, in_code):
            joined.append(text)
        run = []
        joined.append(child)
    if text := _one(run, in_code):
        joined.append(text)
    node.children = joined


def _one(strings: list[str], in_code: bool) -> str:
    """Join strings, also to ""; a shortcode that this creates gets two brackets."""
    text = "".join(strings)
    if in_code:
        return text
    if len(strings) > 1:
        if "  " in text:  # spaces on both sides of a removed part
            text = re.sub(" +", " ", text)
        # Around a removed link back to the text. The author's own pair is in one string.
        if text.endswith(_EMPTY_BRACKETS) and not strings[-1].endswith(_EMPTY_BRACKETS):
            text = text[:-2].rstrip()
    return escaped(text) if "[" in text else text


def _trim(node: Node) -> None:
    """Remove white space and line breaks from both ends of a run of words."""
    children = node.children
    for end in (0, -1):
        while children and _is_blank(children[end]):
            del children[end]
    if children and isinstance(children[0], str):
        children[0] = children[0].lstrip()
    if children and isinstance(children[-1], str):
        children[-1] = children[-1].rstrip()


def _is_blank(child: Child) -> bool:
    return not child.strip() if isinstance(child, str) else child.tag == "br"


def _trim_lines(node: Node) -> None:
    """Remove empty lines from both ends of a ``pre``; browsers ignore the first too."""
    strings = list(_strings(node))
    for parent, place in strings:
        parent.children[place] = str(parent.children[place]).lstrip("\n")
        if parent.children[place]:
            break
    for parent, place in reversed(strings):
        parent.children[place] = str(parent.children[place]).rstrip()
        if parent.children[place]:
            break
    _join_strings(node)


def _strings(node: Node) -> Iterator[tuple[Node, int]]:
    """Yield the place of each string below *node*: its parent, and its position there."""
    for place, child in enumerate(node.children):
        if isinstance(child, Node):
            yield from _strings(child)
        else:
            yield node, place


def _figure(node: Node) -> list[Node]:
    captions = [child for child in node.elements() if child.tag == "figcaption"]
    content = [child for child in node.elements() if child.tag != "figcaption"]
    content.extend(_renamed(caption, "p") for caption in captions[1:])
    caption = captions[:1]
    if any(child.tag == "figure" for child in content) or not content:
        return content + [_renamed(one, "p") for one in caption]
    if not caption and not has(node, "img"):
        return content
    node.children = [*content, *caption]
    return [node]


def _join_media(figure: Node) -> None:
    """Join adjacent paragraphs of pictures, as they are written without paragraph tags."""
    joined: list[Child] = []
    pictures: list[Child] | None = None
    for block in figure.elements():
        if not is_media(block):
            pictures = None
        elif pictures is not None:
            pictures.extend(block.children)
            continue
        else:
            pictures = block.children
        joined.append(block)
    figure.children = joined


def is_media(block: Node) -> bool:
    """Return whether a paragraph has only pictures."""
    if block.tag != "p" or block.attrs or not has(block, "img"):
        return False
    return not words(block).strip() and all(
        isinstance(child, str) or child.tag in _MEDIA for child in block.children
    )


def _table(node: Node) -> list[Node]:
    if any(child.tag in SECTIONS for child in node.elements()):
        return [node]  # it is finished
    captions = [child for child in node.elements() if child.tag == "caption"]
    rows = [child for child in node.elements() if child.tag == "tr"]
    cells = _without_line_numbers([cell for row in rows for cell in row.elements()])
    is_layout = bool(node.attrs.pop("layout", "")) or len(cells) == 1
    if is_layout or any(has(cell, "table") for cell in cells):
        content = [block for cell in cells for block in cell.elements()]
        return [_renamed(caption, "p") for caption in captions] + content
    if not any(cell.children for cell in cells):
        return [_renamed(caption, "p") for caption in captions]
    node.children = [*captions[:1], *_sections(rows)]
    return [*(_renamed(caption, "p") for caption in captions[1:]), node]


def _without_line_numbers(cells: list[Node]) -> list[Node]:
    """Return the only two cells of a table without the first if it numbers the lines of code."""
    if len(cells) != len(_CELLS) or not has(cells[1], "code", "pre"):
        return cells
    numbers = " ".join(map(words, cells[0].elements())).split()
    is_counted = numbers == [str(count + 1) for count in range(len(numbers))]
    return cells[1:] if is_counted and numbers else cells


def _sections(rows: list[Node]) -> list[Node]:
    sections: dict[str, Node] = {tag: Node(tag) for tag in ("thead", "tbody", "tfoot")}
    for row in rows:
        sections[row.attrs.pop("section", "tbody")].children.append(row)
    body = sections["tbody"].children
    if not sections["thead"].children and len(body) > 1 and _is_header(body[0]):
        sections["thead"].children.append(body.pop(0))
    return [section for section in sections.values() if section.children]


def _is_header(row: Child) -> bool:
    return (
        isinstance(row, Node)
        and len(row.children) > 1
        and all(cell.tag == "th" for cell in row.elements())
    )


def _renamed(node: Node, tag: str) -> Node:
    node.tag = tag
    return node
