"""What a crawl left behind, held against the promise: every revision once, and nothing lost."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections import defaultdict
from contextlib import closing, contextmanager, suppress
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import jsonschema

from newscrawl.archive.codec import decompress
from tests.crash.bench import PROJECT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tests.crash.bench import Bench

Record = dict[str, Any]

EMPTY = """
CREATE TABLE records (id, line, segment_id, post, beside);
CREATE TABLE segments (id, kind, number);
CREATE TABLE posts (id, body);
"""

SCHEMAS = {"posts": "record", "comments": "comment", "media": "media"}
VALIDATORS = {
    kind: jsonschema.Draft202012Validator(
        json.loads((PROJECT / f"newscrawl/{name}.schema.json").read_text())
    )
    for kind, name in SCHEMAS.items()
}


class Witness:
    """Looks at a bench after every crawl, and remembers what was durable by then."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._files: dict[Path, str] = {}
        self._records: dict[int, bytes] = {}

    def look(self) -> None:
        """Check that all that was durable still is, as it was; and that every file is whole."""
        files = {path: _digest(path) for path in files_of(self._bench.output)}
        assert self._files.items() <= files.items(), "a file changed or vanished"
        for path in files.keys() - self._files.keys():
            assert path.read_bytes().endswith(b"\n"), f"{path} is torn"
            check_lines(path)
        records = archived(self._bench.archive)
        assert self._records.items() <= records.items(), "the archive lost a record"
        self._files, self._records = files, records


def files_of(output: Path, kind: str = "*") -> list[Path]:
    """Return the files of JSON lines, of "posts", "comments", "media" or all, in their order."""
    return sorted(output.glob(f"*/{kind}-*.jsonl"))


def lines_of(files: Iterable[Path]) -> list[bytes]:
    """Return the lines of files, in their order."""
    return [line for path in files for line in path.read_bytes().splitlines()]


def records_of(output: Path, kind: str = "posts") -> list[Record]:
    """Return the records of all files of a kind, in their order."""
    return [json.loads(line) for line in lines_of(files_of(output, kind))]


def latest(output: Path) -> list[Record]:
    """Return the last record of each post that was not deleted."""
    last = {record["post_id"]: record for record in records_of(output)}
    return [record for record in last.values() if record["change"] != "deleted"]


def latest_comments(output: Path) -> dict[int, str]:
    """Return the text of each comment that was not deleted, by its id."""
    last = {record["id"]: record for record in records_of(output, "comments")}
    return {found: each["text"] for found, each in last.items() if each["change"] != "deleted"}


def archived(archive: Path) -> dict[int, bytes]:
    """Return the lines of the archive by their records' number, in the order of its files."""
    with opened(archive) as connection:
        rows = connection.execute(
            "SELECT records.id, line, CASE WHEN beside THEN body END FROM records"
            " JOIN segments ON segment_id = segments.id LEFT JOIN posts ON post = posts.id"
            " ORDER BY segments.kind, number, records.id"
        )
        return {
            number: decompress(line, beside=decompress(body) if body else b"")
            for number, line, body in rows
        }


@contextmanager
def opened(archive: Path) -> Iterator[sqlite3.Connection]:
    """Open a copy: looking changes nothing, and SQLite would follow a path out of its mount."""
    with TemporaryDirectory() as folder:
        copy = Path(folder, archive.name)
        for suffix in ("", "-wal"):
            with suppress(FileNotFoundError):
                shutil.copyfile(f"{archive}{suffix}", f"{copy}{suffix}")
        with closing(sqlite3.connect(copy)) as connection:
            if not connection.execute("SELECT 1 FROM sqlite_master").fetchone():  # killed before
                connection.executescript(EMPTY)
            yield connection


def check_all(bench: Bench) -> None:
    """Check that files and archive hold every revision, once and alike, and nothing else."""
    found = sorted(path for path in bench.output.rglob("*") if path.is_file())
    files = files_of(bench.output)
    assert found == files, "something else is left in the output folder"
    assert lines_of(files) == list(archived(bench.archive).values())
    assert sealed(bench.archive) == [_digest(path) for path in files]
    for path in files:
        check_lines(path)
    for kind in SCHEMAS:
        check_revisions(records_of(bench.output, kind))


def sealed(archive: Path) -> list[str | None]:
    """Return the digests that the archive has of its files, in their order; None if not done."""
    with opened(archive) as connection:
        rows = connection.execute("SELECT state, sha256 FROM segments ORDER BY kind, number")
        return [digest if state == "done" else None for state, digest in rows]


def verdicts(archive: Path) -> list[str | None]:
    """Return the verdicts of the runs, in their order; None of one that did not end."""
    with opened(archive) as connection:
        return [row[0] for row in connection.execute("SELECT verdict FROM runs ORDER BY id")]


def check_lines(path: Path) -> None:
    """Check that every line of a file is a record of its kind."""
    validator = VALIDATORS[path.name.partition("-")[0]]
    for line in lines_of([path]):
        validator.validate(json.loads(line))


def check_revisions(records: Iterable[Record]) -> None:
    """Check that the revisions of each thing are 1, 2, ..., each with something new in it."""
    by_id: dict[int, list[Record]] = defaultdict(list)
    for record in records:
        by_id[record["id"] if "id" in record else record["post_id"]].append(record)
    for found, revisions in by_id.items():
        numbers = [record["revision"] for record in revisions]
        assert numbers == list(range(1, len(numbers) + 1)), f"revisions of {found}"
        for before, after in pairwise(revisions):
            assert _told(before) != _told(after), f"{found} told nothing new"


def _told(record: Record) -> tuple[Any, ...]:
    article = record.get("article") or {}
    return record["change"] == "deleted", record["content_hash"], article.get("outcome")


def _digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()
