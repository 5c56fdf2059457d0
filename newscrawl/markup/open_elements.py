"""Track the open source elements, and which of them a tag ends, by a short form of HTML's rules.

Every question is answered from lists of positions, not by a search through the open elements, so
a tag costs the same at any depth.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable
from typing import TypeAlias

from newscrawl.markup.allowlist import (
    CLOSES,
    ENDS_PARAGRAPH,
    FOREIGN,
    FORMATTING,
    HEADINGS,
    LEAVES_FOREIGN,
    MAX_OPEN,
    SPECIAL,
    TABLE_PARTS,
    WALLS,
)

Undo: TypeAlias = Callable[[], None] | None


class OpenElements:
    """The open elements of one document, each with the action for its end."""

    def __init__(self) -> None:
        self._stack: list[tuple[str, Undo]] = []
        self._where: defaultdict[str, list[int]] = defaultdict(list)
        self._walls: list[int] = []
        self._special: list[int] = []
        # Elements that were too deep to open: their end tags end nothing.
        self._unopened: defaultdict[str, int] = defaultdict(int)

    def has_room(self, tag: str) -> bool:
        """Return whether one more element may be open. If not, its end tag will end nothing."""
        if len(self._stack) < MAX_OPEN:
            return True
        self._unopened[tag] += 1
        return False

    def push(self, tag: str, undo: Undo) -> None:
        """Open an element; *undo* is called at its end."""
        position = len(self._stack)
        self._where[tag].append(position)
        if tag in SPECIAL:
            self._special.append(position)
            if tag in WALLS:
                self._walls.append(position)
        self._stack.append((tag, undo))

    def end_implied(self, tag: str) -> None:
        """End the elements that the start tag *tag* ends: a paragraph, an item, a cell, an SVG."""
        if tag in ENDS_PARAGRAPH and self._last("p") > self._wall():
            self._close(self._last("p"))
        if tag in CLOSES:
            ended, kept = CLOSES[tag]
            last = max(map(self._last, ended))
            floor = max(map(self._last, kept))
            if last > (floor if tag in TABLE_PARTS else max(floor, self._wall())):
                self._close(last)
        elif tag in HEADINGS and self._stack and self._stack[-1][0] in HEADINGS:
            self._close(len(self._stack) - 1)
        elif tag == "a" and self._last("a") > self._wall():
            self.end("a")
        elif tag == "button" and self._last("button") >= max(self._wall(), 0):
            self._close(self._last("button"))
        elif self._walls and tag in LEAVES_FOREIGN and self.is_in_foreign():
            self._close(max(map(self._last, FOREIGN)))

    def end(self, tag: str) -> bool:
        """End the elements that the end tag *tag* ends; return False if it ends nothing."""
        if self._unopened[tag]:
            self._unopened[tag] -= 1
            return True
        position = max(map(self._last, HEADINGS)) if tag in HEADINGS else self._last(tag)
        if position < 0:
            return False
        if tag in FORMATTING:
            self._end_format(tag, position)
            return True
        if position < self._floor(tag):
            return False
        self._close(position)
        return True

    def is_in(self, tag: str) -> bool:
        """Return whether a *tag* is open."""
        return bool(self._where.get(tag))

    def parent(self) -> str:
        """Return the tag of the element around the innermost one; "" without one."""
        return self._stack[-2][0] if len(self._stack) > 1 else ""

    def is_in_foreign(self) -> bool:
        """Return whether the next content is in SVG or MathML."""
        foreign = max(map(self._last, FOREIGN))
        return foreign > max(self._last("foreignobject"), self._last("mtext"))

    def end_all(self) -> None:
        """End all elements, at the end of the document."""
        self._close(0)

    def _last(self, tag: str) -> int:
        where = self._where.get(tag)
        return where[-1] if where else -1

    def _wall(self) -> int:
        return self._walls[-1] if self._walls else -1

    def _floor(self, tag: str) -> int:
        """Return the position below which an end tag ends nothing."""
        if tag in TABLE_PARTS:
            return self._last("table")
        if tag in SPECIAL:
            if not self._walls:
                return -1
            # A button is a wall for paragraphs only: "<button/>" ends with the block around it.
            walls = reversed(self._walls)
            return next((w for w in walls if tag == "p" or self._stack[w][0] != "button"), -1)
        return self._special[-1] if self._special else -1

    def _end_format(self, tag: str, position: int) -> None:
        """End only a format; elements opened in it stay open."""
        undo = self._stack[position][1]
        self._where[tag].pop()
        if position == len(self._stack) - 1:
            self._stack.pop()
        else:
            self._stack[position] = ("", None)
        if undo:
            undo()

    def _close(self, position: int) -> None:
        """End all elements from *position* on; formats continue, unless they started in a cell."""
        if position == len(self._stack) - 1 and self._stack[-1][0] not in FORMATTING:
            self._close_last()
            return
        place = bisect_left(self._walls, position)
        wall = self._walls[place] if place < len(self._walls) else len(self._stack)
        going_on: list[tuple[str, Undo]] = []
        while len(self._stack) > position:
            tag, undo = self._stack.pop()
            if not tag:
                continue
            self._forget(tag)
            if undo and tag in FORMATTING and len(self._stack) < wall:
                going_on.append((tag, undo))
            elif undo:
                undo()
        for tag, undo in reversed(going_on):
            self.push(tag, undo)

    def _close_last(self) -> None:
        tag, undo = self._stack.pop()
        if tag:
            self._forget(tag)
        if undo:
            undo()

    def _forget(self, tag: str) -> None:
        self._where[tag].pop()
        for positions in (self._special, self._walls):
            if positions and positions[-1] == len(self._stack):
                positions.pop()
