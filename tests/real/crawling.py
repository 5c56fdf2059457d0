"""A crawl as a user runs it, and what it left behind."""

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from tests import forks

CRAWL_SECONDS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Crawl:
    """One run: its exit code, its log, and the records of its new files, in their order."""

    exit_code: int
    log: str
    records: list[dict[str, Any]]


class Archive:
    """A state and an output folder that runs share; each call of ``crawl`` is one more run."""

    def __init__(self, folder: Path, url: str) -> None:
        self.output = folder / "out"
        self._folder = folder
        self._url = url
        self._read: set[Path] = set()

    @classmethod
    def copy(cls, before: Path, folder: Path, url: str) -> Self:
        """Return an archive that goes on from the folder of another, which stays as it is."""
        shutil.copytree(before, folder)
        archive = cls(folder, url)
        archive._new_records()
        return archive

    def crawl(self, *arguments: str, articles: bool = False) -> Crawl:
        """Run the crawl; *arguments* are added to its command line."""
        words = [
            *("crawl", "wordpress"),
            *("-a", f"site={self._url}"),
            *([] if articles else ["-a", "articles=0"]),
            *("-s", "DOWNLOAD_DELAY=0"),
            *("-s", "NEWSCRAWL_ALLOWED_NETWORKS=127.0.0.0/8"),
            *("-s", f"NEWSCRAWL_ARCHIVE={self._folder / 'archive.sqlite'}"),
            *("-s", f"NEWSCRAWL_OUTPUT={self.output}"),
            *arguments,
        ]
        ours = {name: value for name, value in os.environ.items() if "NEWSCRAWL_" not in name}
        done = forks.scrapy(*words, env=ours, seconds=CRAWL_SECONDS)
        log = done.stdout + done.stderr
        return Crawl(exit_code=done.returncode, log=log, records=self._new_records())

    def _new_records(self) -> list[dict[str, Any]]:
        new = sorted(set(self.output.rglob("*.jsonl")) - self._read)
        self._read.update(new)
        return _records(new)

    def all_records(self) -> list[dict[str, Any]]:
        """The records of all runs, in their order."""
        return _records(sorted(self.output.rglob("*.jsonl")))


def _records(files: list[Path]) -> list[dict[str, Any]]:
    return [json.loads(line) for file in files for line in file.read_bytes().splitlines()]


def latest(records: list[dict[str, Any]]) -> dict[int, dict[str, Any]]:
    """The last record of each post, by id; a post whose last record is a tombstone is left out."""
    last = {record["post_id"]: record for record in records}
    return {number: record for number, record in last.items() if record["change"] != "deleted"}
