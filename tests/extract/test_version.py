"""The extractor's version changes with whatever may change what it reads."""

from pathlib import Path

import pytest

from newscrawl.extract import version


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "article" / "publishers").mkdir(parents=True)
    (tmp_path / "article" / "body.py").write_text("LIMIT = 1\n")
    monkeypatch.setattr(version, "_FOLDERS", (tmp_path / "article",))
    return tmp_path / "article"


def now() -> str:
    return version.extractor_version.__wrapped__()


@pytest.mark.parametrize("name", ["body.py", "words.toml", "publishers/news.test.toml"])
def test_code_words_and_rules_make_another_version(folders, name):
    before = now()
    (folders / name).write_text("LIMIT = 2\n")
    assert now() != before


def test_a_file_outside_does_not_change_the_version(folders):
    before = now()
    (folders / "body.cpython-311.pyc").write_bytes(b"...")
    assert now() == before
