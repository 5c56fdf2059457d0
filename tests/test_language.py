"""The docstrings and comments of newscrawl stay plain: words of its old dialect may only fall."""

import ast
import io
import re
import subprocess
import tokenize
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]
CEILINGS = Path(__file__).with_name("language.toml")

DIALECT = {
    "tell or say": r"tells?|telling|told|says?|saying|said",
    "where": r"where",
    "none": r"none",
    "alone": r"alone",
}
"""A pattern for each counted word. Python's own `None`, with a capital, is not one of them."""

QUOTED = re.compile(r"``.*?``|`[^`]*`|\"[^\"]*\"|(?<!\w)'[^']*'(?!\w)", re.DOTALL)
WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def prose(code: str) -> Iterator[str]:
    """Yield the docstrings and comments of *code*, and the strings that document a constant."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, DOCUMENTED) and (text := ast.get_docstring(node)):
            yield text
        for before, after in zip(_body(node), _body(node)[1:], strict=False):
            if isinstance(before, ast.Assign | ast.AnnAssign) and isinstance(after, ast.Expr):
                value = after.value
                if isinstance(value, ast.Constant) and isinstance(value.value, str):
                    yield value.value
    for token in tokenize.generate_tokens(io.StringIO(code).readline):
        if token.type == tokenize.COMMENT:
            yield token.string.lstrip("# ")


def _body(node: ast.AST) -> list[ast.stmt]:
    return node.body if isinstance(node, ast.Module | ast.ClassDef) else []


def dialect_per_10_000_words(folder: Path) -> dict[str, float]:
    """Return how often each word of the dialect stands in 10,000 words of the folder's prose."""
    counts: Counter[str] = Counter()
    total = 0
    for path in folder.rglob("*.py"):
        text = QUOTED.sub(" ", "\n".join(prose(path.read_text())))
        words = [word if word == "None" else word.lower() for word in WORD.findall(text)]
        total += len(words)
        for name, pattern in DIALECT.items():
            counts[name] += sum(re.fullmatch(pattern, word) is not None for word in words)
    return {name: 10_000 * counts[name] / total for name in DIALECT}


def earlier_ceilings() -> Iterator[Mapping[str, int]]:
    """Yield the ceilings of each commit that changed them, as far as git has its history here."""
    file = CEILINGS.relative_to(PROJECT).as_posix()
    for commit in _git("log", "--format=%H", "--", file).split():
        yield tomllib.loads(_git("show", f"{commit}:{file}"))


def _git(*arguments: str) -> str:
    try:
        done = subprocess.run(
            ["git", *arguments], cwd=PROJECT, capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        return ""
    return done.stdout


@pytest.fixture(scope="module")
def measured() -> dict[str, float]:
    return dialect_per_10_000_words(PROJECT / "newscrawl")


@pytest.fixture(scope="module")
def ceilings() -> Mapping[str, int]:
    return tomllib.loads(CEILINGS.read_text())


@pytest.mark.parametrize("name", DIALECT)
def test_a_word_of_the_dialect_is_at_most_as_frequent_as_its_ceiling(
    name: str, measured: Mapping[str, float], ceilings: Mapping[str, int]
) -> None:
    assert measured[name] <= ceilings[name], f"reword some sentences with {name!r}"


@pytest.mark.parametrize("name", DIALECT)
def test_a_ceiling_never_rises(name: str, ceilings: Mapping[str, int]) -> None:
    assert all(ceilings[name] <= earlier[name] for earlier in earlier_ceilings())


def test_quoted_words_and_the_value_none_are_not_counted(tmp_path: Path) -> None:
    (tmp_path / "module.py").write_text('# "where" `told` None is ``none``, it says\n')
    assert dialect_per_10_000_words(tmp_path) == {
        "tell or say": 2500,
        "where": 0,
        "none": 0,
        "alone": 0,
    }


def test_docstrings_comments_and_documented_constants_are_prose() -> None:
    code = '"""One."""\nX = 1\n"""Two."""\n\n\ndef f():\n    """Three."""\n    g("no")  # four\n'
    assert list(prose(code)) == ["One.", "Two.", "Three.", "four"]
