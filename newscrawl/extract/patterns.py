"""Read tables of phrases as regular expressions from the TOML file beside a module."""

from __future__ import annotations

import tomllib
from pathlib import Path


def alternatives(module: str) -> dict[str, dict[str, str]]:
    """Return the tables of a module's TOML file.

    Args:
        module: The module's ``__file__``; the TOML file has the same name with ``.toml``.

    Returns:
        By table, then by language or kind, a regular expression. Each line of the file is one of
        its alternatives.
    """
    tables = tomllib.loads(Path(module).with_suffix(".toml").read_text(encoding="utf-8"))
    return {
        name: {kind: "|".join(filter(None, lines.splitlines())) for kind, lines in table.items()}
        for name, table in tables.items()
    }
