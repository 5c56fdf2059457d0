"""Texts that are made to be slow: for a compiled pattern, and for a function that reads text."""

from __future__ import annotations

import ast
import itertools
import re
from functools import cache
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.hostile.walking import tree

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import ModuleType

MAX_UNITS = 24
"""Units that are tried for one pattern or function; each is a text that is repeated."""
MAX_LITERAL = 40

GENERIC = (
    *("<", "<a ", "<p>", "<div>", "</p>", "<!--", "<a href='", '<a href="x">', "&", "&amp;"),
    *("![", "![](", "[x ", '{"a":', '["', "[[", "(", "))", "*", "_", "`", "|", "\\", "'", '"'),
    *(
        "a",
        "A",
        " ",
        "\n",
        "a ",
        "a. ",
        "1",
        "1.",
        "-",
        "/",
        "//",
        "%41",
        "http://a",
        "a@",
        ",",
        "中",
    ),
)
"""Units for functions: openings, nests, quotes, and words, of HTML, JSON, Markdown and URLs."""


class Shape(NamedTuple):
    """A text of any size: a start, a unit that is repeated, and an end."""

    unit: str
    start: str = ""
    end: str = ""

    def text(self, size: int) -> str:
        return self.start + self.unit * (size // len(self.unit)) + self.end


def of_pattern(pattern: re.Pattern[Any]) -> list[Shape]:
    """Return shapes from a pattern's own parts: repeats, unclosed openings and alternations."""
    source = (
        pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin1")
    )
    parsed = _parser.parse(
        source, pattern.flags & ~re.UNICODE if isinstance(pattern.pattern, bytes) else pattern.flags
    )
    whole = _sample(parsed)
    units = [whole, whole[:-1], *_literals(parsed), *_branches(parsed), *_characters(parsed)]
    units = list(dict.fromkeys(unit for unit in units if unit))[:MAX_UNITS]
    shapes = [Shape(unit) for unit in units]
    shapes += [Shape(unit, start=whole[:-1], end="\0") for unit in units if len(unit) == 1]
    shapes += [Shape(one + two) for one, two in itertools.pairwise(units) if len(one + two) < 9]
    return shapes


def of_function(module: ModuleType) -> list[Shape]:
    """Return shapes from the strings in a function's module, and the generic ones."""
    own = _strings(module)
    units = list(dict.fromkeys([*GENERIC, *own]))
    return [Shape(unit) for unit in units] + [Shape(" ", start=unit, end="\0") for unit in own[:8]]


@cache
def _strings(module: ModuleType) -> list[str]:
    found = [
        node.value
        for node in ast.walk(tree(module))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    short = {text for text in found if 0 < len(text) <= 12}
    return sorted(short, key=lambda text: (text.isalnum(), len(text), text))[:MAX_UNITS]


def _sample(parsed: Any) -> str:
    """Return a short text that a parsed pattern is likely to match."""
    return "".join(_one(code, value) for code, value in parsed)


def _one(code: Any, value: Any) -> str:
    if code is codes.LITERAL:
        return chr(value)
    if code in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
        times = max(1, min(int(value[0]), MAX_LITERAL))
        return _sample(value[2]) * times
    if code is codes.SUBPATTERN:
        return _sample(value[3])
    if code is codes.ATOMIC_GROUP:
        return _sample(value)
    if code is codes.BRANCH:
        return _sample(value[1][0])
    if code in (codes.IN, codes.NOT_LITERAL, codes.ANY):
        return _member(code, value)
    return ""


def _member(code: Any, value: Any) -> str:
    """Return a character of a class."""
    if code is codes.ANY:
        return "x"
    items = [(codes.NEGATE, None), (codes.LITERAL, value)] if code is codes.NOT_LITERAL else value
    if items[0][0] is codes.NEGATE:
        taken = {chr(v) for c, v in items if c is codes.LITERAL}
        return next(char for char in "x1 -<" if char not in taken)
    for kind, item in items:
        if kind is codes.LITERAL:
            return chr(item)
        if kind is codes.RANGE:
            return chr(item[0])
        if kind is codes.CATEGORY:
            name = str(item)
            return (
                " "
                if "SPACE" in name and "NOT" not in name
                else "1"
                if name.endswith("DIGIT")
                else "x"
            )
    return "x"


def _walk(parsed: Any) -> Iterator[tuple[Any, Any]]:
    for code, value in parsed:
        yield code, value
        for part in _parts(code, value):
            yield from _walk(part)


def _parts(code: Any, value: Any) -> Sequence[Any]:
    if code in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
        return [value[2]]
    if code is codes.SUBPATTERN:
        return [value[3]]
    if code is codes.ATOMIC_GROUP:
        return [value]
    if code is codes.BRANCH:
        return list(value[1])
    if code in (codes.ASSERT, codes.ASSERT_NOT):
        return [value[1]]
    return []


def _literals(parsed: Any) -> Iterator[str]:
    """Yield the runs of literal characters."""
    run = ""
    for code, value in parsed:
        if code is codes.LITERAL:
            run += chr(value)
            continue
        if run:
            yield run
        run = ""
        for part in _parts(code, value):
            yield from _literals(part)
    if run:
        yield run


def _branches(parsed: Any) -> Iterator[str]:
    for code, value in _walk(parsed):
        if code is codes.BRANCH:
            yield "".join(map(_sample, value[1]))[:MAX_LITERAL]
        if code in (codes.MAX_REPEAT, codes.MIN_REPEAT):
            yield _sample(value[2])


def _characters(parsed: Any) -> Iterator[str]:
    for code, value in _walk(parsed):
        if code in (codes.IN, codes.NOT_LITERAL, codes.ANY):
            yield _member(code, value)
            if code is codes.IN and value[0][0] is codes.NEGATE:
                yield from (chr(v) for c, v in value if c is codes.LITERAL)
