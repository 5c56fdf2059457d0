"""The extractor's version changes with whatever may change what it reads, and with nothing else."""

from pathlib import Path

import pytest

from newscrawl.extract import version
from tests.extract import guard


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "extract"
    (folder / "publishers").mkdir(parents=True)
    (folder / "words.toml").write_text('words = ["a"]\n')
    (folder / "publishers" / "news.test.toml").write_text('body = "main"\n')
    monkeypatch.setattr(version, "_WORDS", (folder,))
    monkeypatch.setattr(version, "PUBLISHERS", folder / "publishers")
    return folder


def now() -> str:
    return version.extractor_version.__wrapped__()


def test_no_page_gives_another_article_without_another_version() -> None:
    of, before = guard.stored()
    found = guard.digests()
    changed = [name for name in before if found.get(name) != before[name]]
    todo = "run: python -m tests.extract.guard"
    if changed and of == version.EXTRACTOR_VERSION:
        todo = f"raise EXTRACTOR_VERSION in newscrawl/extract/version.py, then {todo}"
    assert (of, found) == (version.EXTRACTOR_VERSION, before), f"{changed or 'new pages'}: {todo}"


def test_the_number_makes_another_version(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = now()
    monkeypatch.setattr(version, "EXTRACTOR_VERSION", version.EXTRACTOR_VERSION + 1)
    assert now() != before


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("words.toml", 'words = ["b"]\n'),
        ("more.toml", 'words = ["b"]\n'),
        ("publishers/news.test.toml", 'body = "article"\n'),
        ("publishers/other.test.toml", 'body = "main"\n'),
    ],
)
def test_words_and_rules_make_another_version(folder: Path, name: str, text: str) -> None:
    before = now()
    (folder / name).write_text(text)
    assert now() != before


def test_a_library_makes_another_version(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = now()
    monkeypatch.setattr("importlib.metadata.version", lambda name: "99")
    assert now() != before


def test_code_comments_and_names_of_files_do_not_change_the_version(folder: Path) -> None:
    before = now()
    (folder / "body.py").write_text("LIMIT = 2\n")
    (folder / "words.toml").write_text('# of the French\nwords = ["a"]\n')
    (folder / "words.toml").rename(folder / "vocabulary.toml")
    assert now() == before
