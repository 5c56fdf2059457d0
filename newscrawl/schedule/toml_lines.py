"""Find the line of each key of a TOML document, which the standard library does not return."""

from __future__ import annotations

import tomllib
from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

Place = tuple[str | int, ...]


def line_of(document: str, place: Place) -> int:
    """Return the number, from 1, of the line on which a key starts.

    If the key is missing, return the line of the table that it belongs to.

    Args:
        document: Valid TOML.
        place: Keys, with the numbers of tables in arrays, from 0: ``("site", 0, "cron")``.

    >>> line_of('[[site]]\\n\\nspider = "mint"\\n', ("site", 0, "spider"))
    3
    """
    lines = dict(_lines(document))
    parents = (place[:length] for length in range(len(place), 0, -1))
    return next((lines[parent] for parent in parents if parent in lines), 1)


def _lines(document: str) -> Iterator[tuple[Place, int]]:
    """Yield each table and key with its line; keys of an inline table have the table's line."""
    tables: Counter[Place] = Counter()
    inside: Place = ()
    for start, statement in _statements(document):
        parsed = tomllib.loads(statement)
        if not statement.lstrip().startswith("["):
            yield from ((inside + place, start) for place in _places(parsed))
            continue
        names = _header(parsed)
        if statement.lstrip().startswith("[["):
            tables[names] += 1
        inside = _numbered(names, tables)
        yield inside, start


def _statements(document: str) -> Iterator[tuple[int, str]]:
    """Yield each header, and each key with its value, with the number of its first line.

    A statement has as many lines as it needs to be valid TOML.
    """
    statement = ""
    start = 0
    for number, line in enumerate(document.split("\n"), 1):
        start = start if statement else number
        statement += line + "\n"
        try:
            parsed = tomllib.loads(statement)
        except tomllib.TOMLDecodeError:
            continue
        if parsed:
            yield start, statement
        statement = ""


def _header(value: Any) -> tuple[str, ...]:
    """Return the keys of a header: ``[a.b]`` parses to ``{"a": {"b": {}}}``."""
    names: list[str] = []
    while value:
        value = value[0] if isinstance(value, list) else value
        if not isinstance(value, dict) or not value:
            break
        name, value = next(iter(value.items()))
        names.append(name)
    return tuple(names)


def _places(table: dict[str, Any]) -> Iterator[Place]:
    for name, value in table.items():
        yield (name,)
        if isinstance(value, dict):
            yield from ((name, *place) for place in _places(value))


def _numbered(names: tuple[str, ...], tables: Counter[Place]) -> Place:
    """Return a header's names, with the number of the last table after each name of an array."""
    place: Place = ()
    for length, name in enumerate(names, 1):
        count = tables[names[:length]]
        place += (name, count - 1) if count else (name,)
    return place
