"""Settings that depend on the folder in which a command runs."""

from pathlib import Path

import pytest

from newscrawl.settings import project_folder


@pytest.mark.parametrize("below", [".", "deep/er"])
def test_the_project_is_the_folder_of_scrapy_cfg(tmp_path, monkeypatch, below):
    (tmp_path / "scrapy.cfg").touch()
    (tmp_path / below).mkdir(parents=True, exist_ok=True)
    monkeypatch.chdir(tmp_path / below)
    assert project_folder().resolve() == tmp_path.resolve()


def test_a_default_path_is_short_in_the_project_itself(monkeypatch):
    monkeypatch.chdir(Path(__file__).parents[1])
    assert str(project_folder() / "output") == "output"
