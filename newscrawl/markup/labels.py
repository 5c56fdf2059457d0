"""Read the labels of a module: words that make up a whole line."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path


@cache
def labels_of(module: str, table: str | None = None) -> frozenset[str]:
    """Return the lines of a module's TOML file, in the form of `str.casefold`.

    Args:
        module: The module's ``__file__``; the TOML file has the same name with ``.toml``.
        table: The key whose lines are returned; None for those of all keys.
    """
    values = tomllib.loads(Path(module).with_suffix(".toml").read_text(encoding="utf-8"))
    chosen = values.values() if table is None else [values[table]]
    lines = [line.strip().casefold() for text in chosen for line in text.splitlines()]
    return frozenset(filter(None, lines))
