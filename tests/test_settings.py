"""Settings that depend on the folder in which a command runs."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from newscrawl import settings
from newscrawl.program import program
from newscrawl.settings import project_folder
from tests.crawls import PROJECT


@pytest.mark.parametrize("below", [".", "deep/er"])
def test_the_project_is_the_folder_of_scrapy_cfg(tmp_path, monkeypatch, below):
    (tmp_path / "scrapy.cfg").touch()
    (tmp_path / below).mkdir(parents=True, exist_ok=True)
    monkeypatch.chdir(tmp_path / below)
    assert project_folder().resolve() == tmp_path.resolve()


def test_a_default_path_is_short_in_the_project_itself(monkeypatch):
    monkeypatch.chdir(Path(__file__).parents[1])
    assert str(project_folder() / "output") == "output"


def test_a_variable_of_the_tests_is_refused_by_no_command_that_they_start():
    files = [PROJECT / "pyproject.toml", *(PROJECT / "tests").rglob("*.py")]
    read = re.compile(r'(?:environ\.get\(|environ\[|env = \{ )"?(NEWSCRAWL_\w+)')
    found = {name for file in files for name in read.findall(file.read_text("utf-8"))}
    assert "NEWSCRAWL_KILLS" in found
    assert found <= settings.names | settings.of_tests


def test_no_extension_that_is_off_is_imported() -> None:
    code = (
        "import sys; from scrapy.utils.project import get_project_settings;"
        "found = get_project_settings().get_component_priority_dict_with_base('EXTENSIONS');"
        "print([str(name) for name in found], 'aiohttp' in sys.modules)"
    )
    shown = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True
    ).stdout
    assert "LastWords" in shown
    assert "RemoteControl" not in shown
    assert shown.endswith("False\n")


@pytest.mark.parametrize(
    ("started_as", "has_project", "named"),
    [
        ("/bin/scrapy", True, "scrapy"),
        ("/lib/scrapy/__main__.py", True, "scrapy"),
        ("/lib/scrapy/__main__.py", False, "newscrawl"),
        ("/bin/newscrawl", True, "newscrawl"),
    ],
)
def test_messages_name_a_program_that_works_here(
    tmp_path, monkeypatch, started_as, has_project, named
):
    if has_project:
        (tmp_path / "scrapy.cfg").touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", [started_as])
    assert program() == named
