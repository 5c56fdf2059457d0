"""Read the forms of a source as boxes, and mark those that ask the reader for words."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from newscrawl.markup.boxes import FORM

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from newscrawl.markup.builder import Builder
    from newscrawl.markup.tree import Node

# Types of inputs for words.
_ASKING: Final = frozenset(
    {"", "date", "email", "number", "password", "search", "tel", "text", "url"}
)


class Forms:
    """The open forms of one document."""

    def __init__(self, builder: Builder) -> None:
        self._builder = builder
        self._open: list[Node] = []

    def enter(self) -> Callable[[], None]:
        """Start a form; return the action for its end."""
        self._builder.end_block()
        box = self._builder.open_box(FORM)
        if not box:
            return self._builder.end_block
        self._open.append(box)
        return partial(self._end, box)

    def input(self, attrs: Mapping[str, str]) -> None:
        """Handle an ``input``."""
        if attrs.get("type", "").lower() in _ASKING:
            self.ask()

    def ask(self) -> None:
        """Mark the current form as one that asks for words."""
        if self._open:
            self._open[-1].attrs["asks"] = "1"

    def _end(self, box: Node) -> None:
        self._open.remove(box)
        self._builder.close(box)
