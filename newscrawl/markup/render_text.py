"""Write the tree as plain text: a blank line between blocks, marks for items and cells."""

from typing import Final

from newscrawl.markup.tree import Node, has

_ITEMS: Final = frozenset({"ol", "ul"})
CELL_SEPARATOR: Final = " | "
# The mark around deleted words, as in Markdown, so that they are not read as valid.
DELETED: Final = "~~"


def write(root: Node, *, captions: bool = True) -> str:
    """Return the words of a `readable` tree, without alternative texts of pictures."""
    if captions:
        return _blocks(root)
    uncaptioned = Node(root.tag)
    uncaptioned.children = [_without_captions(child) for child in root.elements()]
    return _blocks(uncaptioned)


def _without_captions(node: Node) -> Node:
    """Return *node*, or a copy without captions if it has captions."""
    if not has(node, "figcaption"):
        return node
    copy = Node(node.tag, node.attrs)
    copy.children = [
        child if isinstance(child, str) else _without_captions(child)
        for child in node.children
        if isinstance(child, str) or child.tag != "figcaption"
    ]
    return copy


def _blocks(node: Node) -> str:
    return "\n\n".join(filter(None, map(_block, node.elements())))


def _block(node: Node) -> str:
    if node.tag in _ITEMS:
        return _list(node)
    if node.tag == "table":
        return _table(node)
    if node.tag == "dl":
        return "\n".join(filter(None, map(_block, node.elements())))
    if node.tag in {"blockquote", "dd", "figure"}:
        return _blocks(node)
    return inline(node) if node.tag == "pre" else inline(node).strip()


def _list(node: Node) -> str:
    lines = []
    for number, item in numbered_items(node):
        mark = "- " if number is None else f"{number}. "
        content = "\n".join(filter(None, map(_block, item.elements())))
        lines.append(mark + content.replace("\n", "\n" + " " * len(mark)))
    return "\n".join(lines)


def numbered_items(node: Node) -> list[tuple[int | None, Node]]:
    """Return the items of a list, each with its number; None in an unordered list."""
    items = list(node.elements())
    if node.tag == "ul":
        return [(None, item) for item in items]
    step = -1 if "reversed" in node.attrs else 1
    number = int(node.attrs.get("start") or (len(items) if step < 0 else 1))
    numbered: list[tuple[int | None, Node]] = []
    for item in items:
        number = int(item.attrs.get("value") or number)
        numbered.append((number, item))
        number += step
    return numbered


def _table(node: Node) -> str:
    lines = []
    for part in node.elements():
        if part.tag == "caption":
            lines.append(inline(part))
        else:
            lines.extend(map(_row, part.elements()))
    return "\n".join(lines)


def _row(row: Node) -> str:
    return CELL_SEPARATOR.join(" ".join(_blocks(cell).split()) for cell in row.elements()).rstrip()


def inline(node: Node, *, deleted: str = DELETED) -> str:
    """Return a run of words as text; a picture has no words.

    Args:
        node: The run.
        deleted: The mark around deleted words.
    """
    return "".join(
        [child if isinstance(child, str) else _inline(child, deleted) for child in node.children]
    )


def code(node: Node) -> str:
    """Return a run of words in code: without marks around deleted words."""
    return inline(node, deleted="")


def _inline(child: Node, deleted: str) -> str:
    if child.tag == "br":
        return "\n"
    if child.tag in {"img", "rt"}:  # the reading of a word would separate it from the next
        return ""
    inner = inline(child, deleted=deleted)
    if child.tag == "q":
        return f"“{inner}”"
    return f"{deleted}{inner}{deleted}" if child.tag in {"del", "s"} and inner else inner
