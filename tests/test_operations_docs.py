"""The commands of the page about operations that change an archive run as they are written."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from tests.archive.earlier import load
from tests.crawls import COMPLETE, PARTIAL, PROJECT, Crawls

pytestmark = pytest.mark.slow

PAGE = (PROJECT / "docs/operations.md").read_text(encoding="utf-8")
COMMAND = re.compile(r"^    uv run scrapy ((?:forget|archive) .+)$", re.MULTILINE)
HOME = "http://127.0.53.1:8053"


def test_each_command_that_changes_an_archive_runs(tmp_path: Path, postgres: Any) -> None:
    found = COMMAND.findall(PAGE)
    assert len(found) >= 7
    database = postgres.new_database()
    for number, command in enumerate(found):
        folder = tmp_path / str(number)
        folder.mkdir()
        load("0006", folder / "archive.sqlite")
        crawl = Crawls(HOME, folder)
        assert crawl.scrapy("verify", "--repair") == PARTIAL
        meant = {
            "https://example.org/?p=101": f"{HOME}/?p=2",
            "https://example.org": HOME,
            "reuters.com": _host(crawl),
            "postgresql+psycopg://user@host/name": database,
            ".newscrawl/archive.sqlite": str(folder / "archive.sqlite"),
            "archive.sqlite": str(folder / "back.sqlite"),
            "before-upgrade.sqlite": str(folder / "before-upgrade.sqlite"),
        }
        words = [meant.get(word, word) for word in shlex.split(command, comments=True)]
        words = [word.replace("/backups", str(folder)) for word in words]
        assert crawl.scrapy(*words) == COMPLETE, (command, crawl.log)
        assert crawl.said


def _host(crawl: Crawls) -> str:
    link = crawl.sql("SELECT link FROM articles ORDER BY id LIMIT 1")[0][0]
    return str(link).split("/")[2].partition(":")[0]
