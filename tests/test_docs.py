"""The documents name what exists: files, settings, commands, outcomes; and stay short."""

import re
import subprocess
import sys
import tomllib
from argparse import ArgumentParser
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest
from scrapy.settings import Settings

from benchmarks.sizing import PLANS, Plan, table
from newscrawl import outcomes
from newscrawl.settings import VERSION

PROJECT = Path(__file__).resolve().parents[1]
DOCUMENTS = sorted(
    [*PROJECT.glob("*.md"), *PROJECT.glob("docs/*.md"), *PROJECT.glob("[!.]*/README.md")]
)
FILE = re.compile(r"`((?:[\w.-]+/)*[\w.-]+\.(?:py|toml|md|json))`")
FOLDER = re.compile(r"`((?:newscrawl|tests|docs|benchmarks|findings)/[\w./-]*/)`")
LINK = re.compile(r"\]\((?!https?:)([^)#]+)\)")
TASK = re.compile(r"\bpoe ([a-z]\w*)")
ROOTS = (PROJECT, PROJECT / "newscrawl", PROJECT / "tests")
OF_USERS = {"sites.toml", "newscrawl.toml", "HOST.toml", "tdmrep.json", "posts.json"}


def text_of(name: str) -> str:
    return (PROJECT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(PROJECT)))
def test_a_document_names_files_that_exist(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    named = {*FILE.findall(text), *FOLDER.findall(text)}
    named = {name for name in named if Path(name).name not in OF_USERS}
    missing = [name for name in sorted(named) if not any((r / name).exists() for r in ROOTS)]
    dead = [link for link in LINK.findall(text) if not (document.parent / link).exists()]
    assert (missing, dead) == ([], [])


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(PROJECT)))
def test_a_document_has_no_marks_of_a_merge(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    assert re.findall(r"^(?:<{7}|>{7}) .*$", text, re.MULTILINE) == []


def test_every_task_that_a_document_names_exists() -> None:
    tasks = tomllib.loads(text_of("pyproject.toml"))["tool"]["poe"]["tasks"]
    named = {name for path in DOCUMENTS for name in TASK.findall(path.read_text(encoding="utf-8"))}
    assert named <= tasks.keys()


def test_the_page_on_sizing_has_the_table_of_its_command() -> None:
    assert table([Plan(need) for need in PLANS]) in text_of("docs/sizing.md")


def test_the_readme_is_a_door() -> None:
    assert len(text_of("README.md").splitlines()) < 100


def test_the_architecture_fits_on_two_screens() -> None:
    assert len(text_of("ARCHITECTURE.md").splitlines()) <= 120


def test_the_newest_release_of_the_changelog_is_the_version() -> None:
    released = re.findall(
        r"^## ([0-9.]+) \(\d{4}-\d\d-\d\d\)$", text_of("CHANGELOG.md"), re.MULTILINE
    )
    project = tomllib.loads(text_of("pyproject.toml"))["project"]
    assert released[0] == VERSION == project["version"]


def test_every_setting_of_newscrawl_is_documented() -> None:
    code = text_of("newscrawl/settings.py")
    names = set(re.findall(r"^(NEWSCRAWL_\w+)\b", code, re.MULTILINE))
    documented = set(re.findall(r"^### (\w+)$", text_of("docs/settings.md"), re.MULTILINE))
    assert names <= documented


@pytest.mark.slow
def test_what_comes_from_the_code_is_up_to_date() -> None:
    command = [sys.executable, str(PROJECT / ".ci/pages"), "--check"]
    checked = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stdout) == (0, ""), checked.stderr


def test_every_command_is_documented() -> None:
    package = Path(str(import_module("newscrawl.commands").__file__)).parent
    names = {path.stem for path in package.glob("*.py")} - {"__init__"}
    documented = set(re.findall(r"^\| `(\w+)", text_of("docs/commands.md"), re.MULTILINE))
    assert names <= documented


def test_the_help_of_every_command_has_an_example() -> None:
    package = import_module("newscrawl.commands")
    for module in iter_modules(package.__path__):
        command = import_module(f"{package.__name__}.{module.name}").Command()
        assert "example:" in command.long_desc().lower(), module.name


def test_the_help_of_every_command_fits_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    package = import_module("newscrawl.commands")
    for module in iter_modules(package.__path__):
        command = import_module(f"{package.__name__}.{module.name}").Command()
        command.settings = Settings()
        parser = ArgumentParser(prog="scrapy", description=command.long_desc())
        command.add_options(parser)
        wide = [line for line in parser.format_help().splitlines() if len(line) > 80]
        assert wide == [], module.name


def test_every_outcome_is_documented() -> None:
    documented = set(re.findall(r"`(\w+)`", text_of("docs/articles.md")))
    assert documented >= outcomes.OUTCOMES


def test_at_least_twenty_questions_lead_to_a_file() -> None:
    _, questions = text_of("CONTRIBUTING.md").split("## Where is ...")
    assert len(re.findall(r"^\| [^|]+ \| `[^`]+` \|$", questions, re.MULTILINE)) >= 20


def test_every_way_to_fail_has_a_test() -> None:
    table = text_of("docs/failures.md")
    rows = [row for row in table.splitlines() if row.startswith("| ") and " test |" not in row]
    for row in rows:
        named = re.findall(r"`(\w+/test_\w+\.py)`", row.rsplit("|", 2)[1])
        assert named, row
        assert all((PROJECT / "tests" / name).is_file() for name in named), row
