"""The commands and the Python blocks of the documents run as they are written."""

import os
import re
import shlex
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest

from newscrawl.testing.site import DemoSite
from tests.crawls import COMPLETE, PROJECT, Crawls

pytestmark = pytest.mark.slow

RECIPES = (PROJECT / "docs/recipes.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^    newscrawl ([^\n]+)$|^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
EXPORTS = re.compile(r"^    uv run (?:--extra \w+ )?scrapy ((?:export|changes) .+)$", re.MULTILINE)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the archive and the output of a crawl of two posts."""
    folder = tmp_path_factory.mktemp("recipes")
    with DemoSite(empty=True) as site:
        crawl = Crawls(site.url, folder)
        site.add_post("Post with an article", date_gmt="2026-01-12T10:00:00")
        edited = site.add_post("Post of the sun", article=False)
        assert crawl("-a", "articles=1") == COMPLETE
        site.edit(edited, title="Post of the moon")
        assert crawl("-a", "articles=1") == COMPLETE
    return folder


def run(folder: Path, *words: str) -> str:
    """Run a program in the folder, as an installed newscrawl; return what it printed."""
    programs = Path(sys.executable).parent
    environment = {
        **os.environ,
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "NEWSCRAWL_ARCHIVE": str(folder / "archive.sqlite"),
    }
    ended = subprocess.run(
        words, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert ended.returncode == COMPLETE, (words, ended.stderr)
    return ended.stdout


def test_each_recipe_runs_as_it_is_written(folder: Path) -> None:
    printed = ""
    for block in BLOCK.finditer(RECIPES):
        if block[1]:
            run(folder, "newscrawl", *shlex.split(block[1], comments=True))
        else:
            printed += run(folder, sys.executable, "-W", "error", "-c", block[2])
    for words in ("2 posts", "Harbor Wire", "Post of the moon", "posts http", "/world/"):
        assert words in printed


def test_the_recipe_of_json_lines_keeps_a_guid_of_digits(tmp_path: Path) -> None:
    line = '{"guid": "00123", "article": {"word_count": 3}}\n'
    (tmp_path / "latest.jsonl").write_text(line, encoding="utf-8")
    (recipe,) = [
        block[2] for block in BLOCK.finditer(RECIPES) if "pd.read_json(" in (block[2] or "")
    ]
    printed = run(tmp_path, sys.executable, "-W", "error", "-c", f"{recipe}print(posts.guid[0])")
    assert printed.split()[-1] == "00123"


def test_each_command_of_the_page_on_output_runs(folder: Path) -> None:
    page = (PROJECT / "docs/output.md").read_text(encoding="utf-8")
    commands = EXPORTS.findall(page)
    assert len(commands) >= 8
    ((url,),) = Crawls("", folder).sql("SELECT asked FROM sites")
    for command in commands:
        written = command.partition(" > ")[0].replace("https://example.org", url)
        run(folder, "newscrawl", *shlex.split(written.replace("61", "1"), comments=True))


def test_the_unit_of_systemd_is_well_formed() -> None:
    (unit,) = re.findall(r"^```ini\n(.*?)^```$", RECIPES, re.MULTILINE | re.DOTALL)
    parser = ConfigParser(strict=True, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read_string(unit)
    assert parser.sections() == ["Unit", "Service", "Install"]
    assert parser["Service"]["ExecStart"].endswith("newscrawl schedule")
