"""Crawls of the embedded site as a user runs them, one after another into one archive."""

import json
import shutil
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, Self

import jsonschema

from tests import forks

PROJECT = Path(__file__).parents[1]
SCHEMAS = {
    "posts": "record",
    "comments": "comment",
    "media": "media",
    "terms": "term",
    "authors": "author",
}
COMPLETE, FAILED, PARTIAL, HELD = 0, 1, 3, 4

Line = dict[str, Any]


class Crawls:
    """An archive and an output folder that crawls of a site share."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.folder = folder
        self.log = self.said = ""
        self._read: set[Path] = set()

    @classmethod
    def copy(cls, url: str, before: Path, folder: Path) -> Self:
        """Return crawls that go on from a folder of earlier ones, which stays as it is."""
        shutil.copytree(before, folder)
        return cls(url, folder)

    def sql(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Run a statement on the archive, a file, and return its rows."""
        with closing(sqlite3.connect(self.folder / "archive.sqlite")) as archive, archive:
            return archive.execute(statement, values).fetchall()

    def __call__(self, *words: str, **settings: object) -> int:
        """Crawl without articles, and return the exit code."""
        site = ("-a", f"site={self.url}")
        return self.scrapy("crawl", "wordpress", *site, "-a", "articles=0", *words, **settings)

    def scrapy(self, *words: str, **settings: object) -> int:
        """Run a command, and return the exit code; `log` and `said` have what it wrote."""
        ended = forks.scrapy(*words, *self.options(settings))
        self.log, self.said = ended.stderr, ended.stdout
        assert "Traceback" not in self.log, self.log
        return ended.returncode

    def options(self, settings: Mapping[str, object]) -> list[str]:
        """Return the settings of every command, and others, as words of a command line."""
        settings = {
            "NEWSCRAWL_ARCHIVE": self.folder / "archive.sqlite",
            "NEWSCRAWL_OUTPUT": self.folder / "output",
            "NEWSCRAWL_ALLOWED_NETWORKS": "127.0.0.0/8",
            "NEWSCRAWL_BACKOFF": 0,
            "DOWNLOAD_DELAY": 0,
            "NEWSCRAWL_WORKERS": 1,
            **settings,
        }
        return [word for name, value in settings.items() for word in ("-s", f"{name}={value}")]

    def new(self, kind: str) -> list[Line]:
        """Return the lines of a kind that were written since the last call, each validated."""
        files = sorted((self.folder / "output").glob(f"*/{kind}-*.jsonl"))
        new = [file for file in files if file not in self._read]
        self._read.update(new)
        lines = [json.loads(line) for file in new for line in file.read_bytes().splitlines()]
        schema = json.loads((PROJECT / f"newscrawl/{SCHEMAS[kind]}.schema.json").read_text())
        validator = jsonschema.Draft202012Validator(schema)
        for line in lines:
            validator.validate(line)
        return lines

    def verdict(self) -> str:
        """Return the line of the log with the verdict."""
        return next(line for line in self.log.splitlines() if "Verdict:" in line)
