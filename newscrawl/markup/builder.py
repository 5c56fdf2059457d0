"""Builds the normalized tree from a stream of blocks, formats and words.

| who | does |
|---|---|
| `Builder.text`, `image`, `line_break` | put words into the paragraph at hand, or start one |
| `start_format`, `end_format` | the tags around words, made anew in each paragraph |
| `open`, `close` | lists, quotes, tables, figures: blocks that hold blocks |
| `start_line`, `end_line` | headings, captions, terms: blocks that hold one run of words |
| `end_block` | the paragraph at hand is over |

An element is made when its first word comes, so that nothing empty ever is in the tree. White
space goes outside of formats; runs of it become one space, or no space if none is needed.
"""

from dataclasses import dataclass, field
from typing import Final

from newscrawl.markup.allowlist import HEADINGS, JOINED, LINES, MAX_INLINE, ONCE, UNNESTED
from newscrawl.markup.block_stack import Blocks, Level
from newscrawl.markup.boxes import BOX
from newscrawl.markup.tree import Node
from newscrawl.markup.unicode import is_icon

# Characters that end a word and touch none that follows.
_WORD_ENDS: Final = frozenset('.,;:!?…%)]”»"')
# Blocks of one run of words, in which a paragraph's end is a line's end.
_ONE_RUN: Final = LINES | {"pre"}


class Format:
    """A tag that is open around words.

    Attributes:
        marks: The elements made for it, of anchors only: a link may span paragraphs.
    """

    __slots__ = ("attrs", "marks", "tag")

    def __init__(self, tag: str, attrs: dict[str, str] | None = None) -> None:
        self.tag = tag
        self.attrs = attrs or {}
        self.marks: list[Node] = []

    def continues(self, other: "Format") -> bool:
        """Return whether words of both go into one element."""
        return self is other or (self.tag == other.tag and self.tag in JOINED)


@dataclass(slots=True)
class _Line:
    """The run of words at hand, and the formats that are open in it."""

    node: Node
    formats: list[tuple[Format, Node]] = field(default_factory=list)

    def end(self) -> Node:
        """Return the element into which the next word without a new format goes."""
        return self.formats[-1][1] if self.formats else self.node


class Builder:
    """Makes one tree; see the module.

    Attributes:
        formats: The tags around the words to come, outermost first.
        has_boxes, has_controls: Whether the tree has any.
        blocks: Those that are open, and the direction of what comes.
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
        """Add words; white space at their ends counts as one space, as do icons without words."""
        core = " ".join(data.split())
        if not core or is_icon(core):
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
        """Part the words before from those that follow, if they would be read as one."""
        self._is_joint = True

    def verbatim(self, data: str) -> None:
        """Add text of a ``pre``, white space and all."""
        self._place().children.append(data.replace("\xa0", " "))

    def image(self, attrs: dict[str, str]) -> None:
        """Add an image among the words."""
        if not self.blocks.is_full:
            self._place().children.append(Node("img", attrs))
            self.blocks.count += 1

    def line_break(self) -> None:
        """End the line; twice ends the paragraph."""
        self._leave_formats()
        self._breaks += 1
        self._space = False

    def start_format(self, tag: str, attrs: dict[str, str] | None = None) -> Format | None:
        """Put what follows into *tag*, until `end_format` is given what this returns.

        None if it would add nothing, or if the limit is reached.
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
        """End a format; one that had ended is no error."""
        self.formats = [opened for opened in self.formats if opened is not ended]

    def is_within(self, tag: str) -> bool:
        """Return whether the words to come are in a *tag*."""
        return any(opened.tag == tag for opened in self.formats)

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
        return self.blocks.open(tag, attrs)

    def close(self, node: Node | None) -> None:
        """End a block that `open` gave, and all that is open in it."""
        self._end_line()
        if node is not None:
            self.blocks.close(node)

    def open_box(self, kind: str) -> Node | None:
        """Start a box, of which `boxes` decides what stays; None if it can't stand here."""
        if self.blocks.innermost.line != "p":
            return None
        self.has_boxes = True
        return self.open(BOX, {"kind": kind})

    def rule(self) -> None:
        """Add a thematic break."""
        self._end_line()
        self.blocks.add(Node("hr"))

    def keeps_space(self) -> bool:
        """Return whether white space in what follows counts."""
        return self.blocks.innermost.line == "pre"

    def inside(self) -> str:
        """Return the tag of the block that is open."""
        return self.blocks.innermost.node.tag

    # --- how

    def _place(self) -> Node:
        """Return the element for the next word: space, breaks and formats before it are made."""
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
        """End those formats of the line that what comes is not in."""
        if not self._line:
            return
        shared = 0
        for (opened, _), wanted in zip(self._line.formats, self.formats, strict=False):
            if not opened.continues(wanted):
                break
            shared += 1
        del self._line.formats[shared:]

    def _enter(self, line: _Line, wanted: Format) -> None:
        """Make the element of a format at the end of a line."""
        inner = Node(wanted.tag, dict(wanted.attrs))
        if wanted.tag == "a":
            wanted.marks.append(inner)
        line.end().children.append(inner)
        line.formats.append((wanted, inner))
        self.blocks.count += 1

    def _separate(self, line: _Line) -> None:
        """Write the breaks or the space that are between the last word and the next one."""
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
