"""Writes the tree as plain text: blocks parted by a blank line, items and cells marked."""

from typing import Final

from newscrawl.markup.tree import Child, Node

_ITEMS: Final = frozenset({"ol", "ul"})
CELL_SEPARATOR: Final = " | "


def write(root: Node) -> str:
    """Return the words of a settled tree, without those that only stand for a picture."""
    return _blocks(root)


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
    for mark, item in marked_items(node):
        content = "\n".join(filter(None, map(_block, item.elements())))
        lines.append(mark + content.replace("\n", "\n" + " " * len(mark)))
    return "\n".join(lines)


def marked_items(node: Node) -> list[tuple[str, Node]]:
    """Return the items of a list, each with the mark that stands before it."""
    if node.tag == "ul":
        return [("- ", item) for item in node.elements()]
    items = list(node.elements())
    backwards = "reversed" in node.attrs
    number = int(node.attrs.get("start") or (len(items) if backwards else 1))
    marked = []
    for item in items:
        number = int(item.attrs.get("value") or number)
        marked.append((f"{number}. ", item))
        number += -1 if backwards else 1
    return marked


def _table(node: Node) -> str:
    lines = []
    for part in node.elements():
        if part.tag == "caption":
            lines.append(inline(part))
            continue
        for row in part.elements():
            lines.append(
                CELL_SEPARATOR.join(" ".join(_blocks(cell).split()) for cell in row.elements())
            )
    return "\n".join(lines)


def inline(node: Node) -> str:
    """Return a run of words; a picture has none."""
    return "".join(map(_inline, node.children))


def _inline(child: Child) -> str:
    if isinstance(child, str):
        return child
    if child.tag == "br":
        return "\n"
    if child.tag in {"img", "rp"}:
        return ""
    inner = inline(child)
    if child.tag == "q":
        return f"“{inner}”"
    return f"({inner})" if child.tag == "rt" else inner
