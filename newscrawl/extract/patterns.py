"""Tables of phrases in a TOML file beside the module that reads them, as regular expressions."""

from __future__ import annotations

import tomllib
from pathlib import Path


def alternatives(module: str) -> dict[str, dict[str, str]]:
    """Return the tables of a module's TOML file: for each language, or kind, an expression.

    Every line of the file is an alternative of its own in that expression.

    Args:
        module: The module's ``__file__``: its tables are in the file of that name in ``.toml``.
    """
    tables = tomllib.loads(Path(module).with_suffix(".toml").read_text(encoding="utf-8"))
    return {
        name: {kind: "|".join(filter(None, lines.splitlines())) for kind, lines in table.items()}
        for name, table in tables.items()
    }
