"""Build the normalized tree from a stream of blocks, formats and words.

| method | job |
|---|---|
| `Builder.text`, `image`, `line_break` | add words to the current paragraph, or start one |
| `start_format`, `end_format` | handle the tags around words, made again in each paragraph |
| `open`, `close` | handle lists, quotes, tables, figures: blocks that contain blocks |
| `start_line`, `end_line` | handle headings, captions, terms: blocks with one run of words |
| `end_block` | end the current paragraph |

An element is made when its first word comes, so the tree has no empty element. White space is put
outside formats; a run of it becomes one space, or no space if none is needed.
"""

from typing import Final

from newscrawl.markup.allowlist import HEADINGS, JOINED, LINES, MAX_INLINE, ONCE, UNNESTED
from newscrawl.markup.block_stack import Blocks, Level
from newscrawl.markup.boxes import BOX
from newscrawl.markup.tree import Node
from newscrawl.markup.unicode import FIRST_ICON, is_icon, single_spaced

# Characters that end a word, and that a next word never follows without a space.
_WORD_ENDS: Final = frozenset('.,;:!?…%)]”»"')
# Blocks with one run of words, in which the end of a paragraph is the end of a line.
_ONE_RUN: Final = LINES | {"pre"}


class Format:
    """A tag that is open around words.

    Attributes:
        marks: The elements made for it, only for anchors: a link may span several paragraphs.
    """

    __slots__ = ("attrs", "marks", "tag")

    def __init__(self, tag: str, attrs: dict[str, str] | None = None) -> None:
        self.tag = tag
        self.attrs = attrs or {}
        self.marks: list[Node] = []

    def continues(self, other: "Format") -> bool:
        """Return whether the words of both formats go into one element."""
        return self is other or (self.tag == other.tag and self.tag in JOINED)


class _Line:
    """The current run of words, and the formats that are open in it."""

    __slots__ = ("formats", "node")

    def __init__(self, node: Node) -> None:
        self.node = node
        self.formats: list[tuple[Format, Node]] = []

    def end(self) -> Node:
        """Return the element for the next word, if no new format starts."""
        return self.formats[-1][1] if self.formats else self.node


class Builder:
    """Builds one tree; see the module's docstring.

    Attributes:
        formats: The tags around the next words, the outermost first.
        has_boxes, has_controls: Whether the tree has boxes, or controls.
        blocks: The open blocks, and the current direction.
    """

    def __init__(self) -> None:
        self.root = Node("body")
        self.formats: list[Format] = []
        self.blocks = Blocks(self.root)
        self._line: _Line | None = None
        self._space = False
        self._breaks = 0
        self._last = ""  # the last character that was added
        self._is_joint = False
        self.has_boxes = False
        self.has_controls = False

    # --- words

    def text(self, data: str) -> None:
        """Add words; white space at their ends, or icons without words, become one space."""
        core = single_spaced(data)
        if not core or (core[0] >= FIRST_ICON and is_icon(core)):
            self._leave_formats()
            self._space = self._space or bool(data)
            return
        if data[0].isspace() or (self._is_joint and _are_apart(self._last, core[0])):
            self._space = True
        self._is_joint = False
        self._place().children.append(core)
        self._last = core[-1]
        self._space = data[-1].isspace()

    def joint(self) -> None:
        """Separate the words before from the next words, if they would read as one word."""
        self._is_joint = True

    def verbatim(self, data: str) -> None:
        """Add text of a ``pre`` unchanged, white space included."""
        self._place().children.append(data.replace("\xa0", " "))

    def image(self, attrs: dict[str, str]) -> None:
        """Add an image among the words."""
        if not self.blocks.is_full:
            self._place().children.append(Node("img", attrs))
            self.blocks.count += 1

    def line_break(self) -> None:
        """End the line; two calls end the paragraph."""
        self._leave_formats()
        self._breaks += 1
        self._space = False

    def start_format(self, tag: str, attrs: dict[str, str] | None = None) -> Format | None:
        """Put the next words in *tag*, until `end_format` gets the returned format.

        Returns:
            The format; None if it would change nothing, or if the limit is reached.
        """
        if tag in UNNESTED:
            self.formats = [opened for opened in self.formats if opened.tag != tag]
        said = ONCE.get(tag, frozenset())
        if len(self.formats) >= MAX_INLINE or any(opened.tag in said for opened in self.formats):
            return None
        opened = Format(tag, attrs)
        self.formats.append(opened)
        return opened

    def end_format(self, ended: Format) -> None:
        """End a format; ignore one that has ended."""
        self.formats = [opened for opened in self.formats if opened is not ended]

    def is_within(self, tag: str) -> bool:
        """Return whether the next words are in a *tag*."""
        return any(opened.tag == tag for opened in self.formats)

    # --- blocks

    def end_block(self) -> None:
        """End the current paragraph; in a heading, a caption or a ``pre``, only the line."""
        if self._line and self._line.node.tag in _ONE_RUN:
            self._breaks = max(self._breaks, 1)
            self._space = False
        else:
            self._end_line()

    def start_line(self, tag: str) -> tuple[Level, str]:
        """Start a *tag* with one run of words; return the argument for `end_line`."""
        if tag == "dt":
            self.blocks.close_implied(tag)
        level = self.blocks.innermost
        before = level.line
        if before in _ONE_RUN and tag not in HEADINGS:
            self.end_block()
        else:
            self._end_line()
            level.line = tag
        return level, before

    def end_line(self, started: tuple[Level, str]) -> None:
        """End the run of words that `start_line` started."""
        level, before = started
        if level.line == before:
            self.end_block()
        else:
            self._end_line()
            level.line = before

    def open(self, tag: str, attrs: dict[str, str] | None = None) -> Node | None:
        """Start a block that contains blocks; return None if it is not allowed here."""
        self._end_line()
        return self.blocks.open(tag, attrs)

    def close(self, node: Node | None) -> None:
        """End a block from `open`, and all blocks open in it."""
        self._end_line()
        if node is not None:
            self.blocks.close(node)

    def open_box(self, kind: str) -> Node | None:
        """Start a box, which `boxes` keeps or removes; return None if it is not allowed here."""
        if self.blocks.innermost.line != "p":
            return None
        self.has_boxes = True
        return self.open(BOX, {"kind": kind})

    def rule(self) -> None:
        """Add a thematic break."""
        self._end_line()
        self.blocks.add(Node("hr"))

    def keeps_space(self) -> bool:
        """Return whether white space in the next text counts."""
        return self.blocks.innermost.line == "pre"

    def inside(self) -> str:
        """Return the tag of the innermost open block."""
        return self.blocks.innermost.node.tag

    # --- private

    def _place(self) -> Node:
        """Return the element for the next word, after adding the space and formats before it."""
        if self._breaks > 1 and self._line and self._line.node.tag == "p":
            self._end_line()
        self._leave_formats()
        line = self._line or self._start()
        if line.node.children:
            self._separate(line)
        self._space, self._breaks = False, 0
        if not self.blocks.is_full:
            for wanted in self.formats[len(line.formats) :]:
                self._enter(line, wanted)
        return line.end()

    def _leave_formats(self) -> None:
        """End the formats of the line that are not around the next word."""
        if not self._line or not self._line.formats:
            return
        shared = 0
        for (opened, _), wanted in zip(self._line.formats, self.formats, strict=False):
            if not opened.continues(wanted):
                break
            shared += 1
        del self._line.formats[shared:]

    def _enter(self, line: _Line, wanted: Format) -> None:
        """Add the element of a format at the end of a line."""
        inner = Node(wanted.tag, dict(wanted.attrs))
        if wanted.tag == "a":
            wanted.marks.append(inner)
        line.end().children.append(inner)
        line.formats.append((wanted, inner))
        self.blocks.count += 1

    def _separate(self, line: _Line) -> None:
        """Add the breaks or the space between the last word and the next one."""
        if line.node.tag == "pre":
            line.end().children.append("\n" * self._breaks)
        elif self._breaks:
            line.end().children.append(Node("br"))
            self.blocks.count += 1
        elif self._space:
            line.end().children.append(" ")

    def _start(self) -> _Line:
        node = Node(self.blocks.innermost.line)
        self.blocks.add(node)
        self._line = _Line(node)
        return self._line

    def _end_line(self) -> None:
        if self.blocks.is_full and self._line:
            self._space, self._breaks = True, 0
            return
        self._line = None
        self._space, self._breaks, self._is_joint = False, 0, False


def _are_apart(before: str, after: str) -> bool:
    """Return whether two characters that touch belong to different words."""
    return after.isalnum() and (before.isalnum() or before in _WORD_ENDS)
