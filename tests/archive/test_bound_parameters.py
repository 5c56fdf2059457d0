"""Values reach the database as parameters: no statement is made of text."""

import ast
from collections.abc import Iterator
from pathlib import Path

import newscrawl

CALLS = frozenset({"text", "execute", "exec_driver_sql", "executescript", "literal_column"})
ROOT = Path(newscrawl.__path__[0])
PACKAGES = ("archive", "crawl", "output", "pipelines", "runtime", "schedule", "tools")


EXCEPTIONS = {
    "archive/database.py": "names of tables of the archive itself",
    "archive/engine.py": "numbers and words of newscrawl itself",
    "archive/early_tables.py": "names of tables and indexes of the archive itself",
    "archive/reextraction.py": "an outcome of the closed list, so that the index is used",
    "tools/sqlite_file.py": "names of tables and columns of the export, from its own schema",
}
"""Modules whose statements have such parts, and the reason why no stranger can choose them."""


def made_of_text(tree: ast.Module) -> Iterator[int]:
    """Yield the lines of calls whose first argument is put together from texts."""
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and node.args):
            continue
        function = node.func
        name = getattr(function, "attr", getattr(function, "id", ""))
        is_made = isinstance(node.args[0], ast.JoinedStr) or (
            isinstance(node.args[0], ast.BinOp) and isinstance(node.args[0].op, ast.Add | ast.Mod)
        )
        if name in CALLS and is_made:
            yield node.lineno


def test_no_statement_is_made_of_text_that_a_stranger_chooses() -> None:
    found = {
        str(path.relative_to(ROOT))
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        if any(made_of_text(ast.parse(path.read_text())))
    }
    assert found == EXCEPTIONS.keys()


def test_a_statement_that_is_made_of_text_is_found() -> None:
    assert list(made_of_text(ast.parse('connection.execute(f"SELECT {name}")'))) == [1]
