"""Builds the normalised tree from a stream of blocks, formats and words.

| who | does |
|---|---|
| `Builder.text`, `image`, `line_break` | put words into the paragraph at hand, or start one |
| `start_format`, `end_format` | the tags around words, made anew in each paragraph |
| `open`, `close` | lists, quotes, tables, figures: blocks that hold blocks |
| `start_line`, `end_line` | headings, captions, terms: blocks that hold one run of words |
| `end_block` | the paragraph at hand is over |

An element is made when its first word comes, so that nothing empty ever is in the tree. White
space goes outside of formats; where several stand, or none is needed, it is one or none.
"""

from dataclasses import dataclass, field

from newscrawl.markup.tags import (
    ALLOWED,
    HEADINGS,
    JOINED,
    LINES,
    MAX_DEPTH,
    MAX_ELEMENTS,
    MAX_INLINE,
    ONCE,
)
from newscrawl.markup.tree import Node

# Blocks with parts of their own: what words or blocks directly in one need around them. Beside a
# table's cells nothing can stand: that goes before the table, where browsers show it.
_NEEDS = {"ol": "li", "ul": "li", "dl": "dd", "table": None, "tr": None}
_PARTS = {
    "ol": frozenset({"li"}),
    "ul": frozenset({"li"}),
    "dl": frozenset({"dt", "dd"}),
    "table": frozenset({"caption", "tr"}),
    "tr": frozenset({"td", "th"}),
}
# Blocks of one run of words, in which a paragraph's end is a line's end.
_ONE_RUN = LINES | {"pre"}
_CELLS = frozenset({"td", "th"})
_OWNERS = {"li": ("ol", "ul"), "dd": ("dl",), "tr": ("table",), "td": ("tr",), "th": ("tr",)}


class Format:
    """A tag that is open around words; compared by identity, but for tags that join."""

    __slots__ = ("attrs", "marks", "tag")

    def __init__(self, tag: str, attrs: dict[str, str] | None = None) -> None:
        self.tag = tag
        self.attrs = attrs or {}
        # The elements made for it, of anchors only: a link may span paragraphs.
        self.marks: list[Node] = []

    def continues(self, other: "Format") -> bool:
        """Tell whether words of both go into one element."""
        return self is other or (self.tag == other.tag and self.tag in JOINED)


@dataclass(slots=True)
class Level:
    """An open block that holds blocks, and what loose words in it become.

    Attributes:
        line: The tag of a run of words in it.
        direction: Its ``dir``, None where it is the outer one's.
        implied: Whether words made it, not a tag.
    """

    node: Node
    line: str = "p"
    direction: str | None = None
    implied: bool = False


@dataclass(slots=True)
class _Line:
    """The run of words at hand, and the formats that are open in it."""

    node: Node
    formats: list[tuple[Format, Node]] = field(default_factory=list)

    def end(self) -> Node:
        """Return the element into which the next word without a new format goes."""
        return self.formats[-1][1] if self.formats else self.node


class Builder:
    """Makes one tree; see the module."""

    def __init__(self) -> None:
        self.root = Node("body")
        self.formats: list[Format] = []
        self.direction: str | None = None
        self._levels = [Level(self.root)]
        self._line: _Line | None = None
        self._space = False
        self._breaks = 0
        self._elements = 0

    # --- words

    def text(self, data: str) -> None:
        """Add words; white space at their ends counts as one space."""
        core = " ".join(data.split())
        if not core:
            self._space = self._space or bool(data)
            return
        if data[0].isspace():
            self._space = True
        self._place().add_text(core)
        self._space = data[-1].isspace()

    def verbatim(self, data: str) -> None:
        """Add text of a ``pre``, white space and all."""
        self._place().add_text(data.replace("\xa0", " "))

    def image(self, attrs: dict[str, str]) -> None:
        """Add an image among the words."""
        if self._is_full():
            return
        self._place().children.append(Node("img", attrs))

    def line_break(self) -> None:
        """End the line; twice ends the paragraph."""
        self._breaks += 1
        self._space = False

    def start_format(self, tag: str, attrs: dict[str, str] | None = None) -> Format | None:
        """Put what follows into *tag*, until `end_format` is given what this returns.

        None where it would say nothing, or there are as many as may be.
        """
        said = ONCE.get(tag, frozenset())
        if len(self.formats) >= MAX_INLINE or any(opened.tag in said for opened in self.formats):
            return None
        opened = Format(tag, attrs)
        self.formats.append(opened)
        return opened

    def end_format(self, ended: Format) -> None:
        """End a format; one that had ended is no error."""
        for place in range(len(self.formats) - 1, -1, -1):
            if self.formats[place] is ended:
                del self.formats[place]
                return

    # --- blocks

    def end_block(self) -> None:
        """End the paragraph at hand; in a heading, a caption or a ``pre``, its line."""
        if self._line and self._line.node.tag in _ONE_RUN:
            self._breaks = max(self._breaks, 1)
            self._space = False
        else:
            self._end_line()

    def start_line(self, tag: str) -> tuple[Level, str]:
        """Make a *tag* of the words that follow; returns what `end_line` needs."""
        if tag == "dt":
            self._close_implied(("dl",))
        level = self._levels[-1]
        before = level.line
        if before in _ONE_RUN and tag not in HEADINGS:
            self.end_block()
        else:
            self._end_line()
            level.line = tag
        return level, before

    def end_line(self, started: tuple[Level, str]) -> None:
        """Make paragraphs of words again, or what they were before."""
        level, before = started
        if level.line == before:
            self.end_block()
        else:
            self._end_line()
            level.line = before

    def open(self, tag: str, attrs: dict[str, str] | None = None) -> Node | None:
        """Start a block that holds blocks; None when it can't stand here."""
        self._end_line()
        owners = _OWNERS.get(tag)
        if owners:
            self._close_implied(owners)
            if tag in _CELLS and self.inside() == "table":
                self._imply("tr")
            if self.inside() not in owners:
                return None
        if len(self._levels) >= MAX_DEPTH or self._is_full():
            return None
        node = Node(tag, attrs)
        self._add_block(node)
        self._levels.append(Level(node, direction=node.attrs.get("dir")))
        return node

    def close(self, node: Node | None) -> None:
        """End a block that `open` gave, and all that is open in it."""
        self._end_line()
        if node is None or all(level.node is not node for level in self._levels):
            return
        while self._levels.pop().node is not node:
            pass

    def rule(self) -> None:
        """Add a thematic break."""
        self._end_line()
        self._add_block(Node("hr"))

    def keeps_space(self) -> bool:
        """Tell whether white space in what follows counts."""
        return self._levels[-1].line == "pre"

    def inside(self) -> str:
        """Return the tag of the block that is open."""
        return self._levels[-1].node.tag

    # --- how

    def _place(self) -> Node:
        """Return the element for the next word: space, breaks and formats before it are made."""
        if self._breaks > 1 and self._line and self._line.node.tag == "p":
            self._end_line()
        line = self._line or self._start()
        shared = 0
        for (opened, _), wanted in zip(line.formats, self.formats, strict=False):
            if not opened.continues(wanted):
                break
            shared += 1
        del line.formats[shared:]
        place = line.end()
        if line.node.children:
            self._separate(line, place)
        self._space, self._breaks = False, 0
        for wanted in self.formats[shared:]:
            inner = Node(wanted.tag, dict(wanted.attrs))
            if wanted.tag == "a":
                wanted.marks.append(inner)
            place.children.append(inner)
            line.formats.append((wanted, inner))
            self._elements += 1
            place = inner
        return place

    def _separate(self, line: _Line, place: Node) -> None:
        if line.node.tag == "pre":
            if self._breaks:
                place.add_text("\n" * self._breaks)
        elif self._breaks:
            place.children.append(Node("br"))
            self._elements += 1
        elif self._space:
            place.add_text(" ")

    def _start(self) -> _Line:
        tag = self._levels[-1].line
        node = Node(tag)
        self._add_block(node)
        self._line = _Line(node)
        return self._line

    def _end_line(self) -> None:
        if self._is_full() and self._line:
            self._space, self._breaks = True, 0
            return
        self._line = None
        self._space, self._breaks = False, 0

    def _add_block(self, node: Node) -> None:
        """Append a block where blocks may stand, making the item that it needs."""
        top = self._levels[-1]
        owner = top.node.tag
        if owner in _NEEDS and node.tag not in _PARTS[owner]:
            item = _NEEDS[owner]
            if item is None:
                self._put_before_table(node)
                return
            top = self._imply(item)
        self._direct(node)
        top.node.children.append(node)
        self._elements += 1

    def _put_before_table(self, node: Node) -> None:
        """Words between a table's cells stand before it, as browsers show them."""
        for level in reversed(self._levels):
            if level.node.tag not in {"table", "tr"}:
                level.node.children.insert(-1, node)
                return

    def _direct(self, node: Node) -> None:
        """Write the direction of the text where it changes."""
        direction = self.direction
        if direction and "dir" in ALLOWED[node.tag] and direction != self._effective():
            node.attrs["dir"] = direction

    def _effective(self) -> str | None:
        return next((lv.direction for lv in reversed(self._levels) if lv.direction), None)

    def _imply(self, tag: str) -> Level:
        """Open the item, cell or row that stands around what has none."""
        level = Level(Node(tag), implied=True)
        self._levels[-1].node.children.append(level.node)
        self._levels.append(level)
        return level

    def _close_implied(self, owners: tuple[str, ...]) -> None:
        while self._levels[-1].implied and self.inside() not in owners:
            self._levels.pop()

    def _is_full(self) -> bool:
        return self._elements >= MAX_ELEMENTS
