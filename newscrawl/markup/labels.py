"""Read the labels of a module: words that make up a whole line."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


@cache
def labels_of(module: str, form: Callable[[str], str], table: str | None = None) -> frozenset[str]:
    """Return the lines of a module's TOML file.

    Args:
        module: The module's ``__file__``; the TOML file has the same name with ``.toml``.
        form: Brings a line into the form in which the module compares texts.
        table: The key whose lines are returned; None for those of all keys.
    """
    values = tomllib.loads(Path(module).with_suffix(".toml").read_text(encoding="utf-8"))
    chosen = values.values() if table is None else [values[table]]
    lines = [form(line) for text in chosen for line in text.splitlines()]
    return frozenset(filter(None, lines))


def folded(text: str) -> str:
    """Return a text without the difference of capitals, also of the Turkish dotted one.

    >>> folded("İlgili"), folded("Straße")
    ('ilgili', 'strasse')
    """
    return text.casefold().replace("i\u0307", "i")
