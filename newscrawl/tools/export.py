"""``scrapy export``: records of an archive in one file: JSON lines, Parquet, Atom or CSV."""

from __future__ import annotations

import gzip
import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, cast
from uuid import NAMESPACE_URL, uuid5

import orjson

from newscrawl.archive import exports
from newscrawl.exceptions import ConfigurationError, NewscrawlError
from newscrawl.net.log_records import printable_json, printable_lines, printable_xml
from newscrawl.tools.atom import AtomWriter
from newscrawl.tools.part_file import replacing
from newscrawl.wordpress.dates import utc
from newscrawl.zstd import zstd

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from newscrawl.archive.database import Archive
    from newscrawl.archive.exports import Slice

BATCH_SIZE: Final = 200
"""The most rows in memory at once; fewer if their lines are large."""

_OWN: Final = (
    *("site", "guid", "post_id", "url", "slug", "status", "type", "revision", "change"),
    *("published", "modified", "title", "excerpt", "text", "authors", "categories", "tags"),
    *("image", "language", "story", "crawled", "run"),
)
_ARTICLE: Final = (
    *("link", "url", "outcome", "http_status", "publisher", "title", "authors", "published"),
    *("modified", "text", "language", "word_count", "extractor", "confidence", "fetched"),
)
COLUMNS: Final = (*_OWN, *(f"article_{name}" for name in _ARTICLE))
"""The columns of a CSV table. HTML and redirects are only in the JSON lines."""


def lines_of(archive: Archive, chosen: Slice) -> Iterator[bytes]:
    """Yield the lines of a slice, in the order in which they were issued."""
    after, until = 0, archive.read(exports.last_id)
    while window := archive.read(
        exports.window, chosen, after=after, until=until, limit=BATCH_SIZE
    ):
        after = window[-1][0]
        yield from (line for _, line in window if line is not None)


def write_jsonl(lines: Iterable[bytes], file: IO[bytes]) -> int:
    """Write lines unchanged; return their number."""
    number = 0
    for number, line in enumerate(lines, 1):  # noqa: B007 - it is the count
        file.write(line + b"\n")
    return number


def write_gzip(lines: Iterable[bytes], file: IO[bytes]) -> int:
    """Write lines as one gzip stream; return their number. Equal lines give equal bytes."""
    with gzip.GzipFile(fileobj=file, mode="wb", filename="", mtime=0) as stream:
        return write_jsonl(lines, cast("IO[bytes]", stream))


def write_zstandard(lines: Iterable[bytes], file: IO[bytes]) -> int:
    """Write lines as one zstandard frame with a checksum; return their number."""
    parameters = zstd.CompressionParameter
    options: dict[int, int] = {parameters.compression_level: 10, parameters.checksum_flag: 1}
    with zstd.ZstdFile(file, "wb", options=options) as stream:
        return write_jsonl(lines, cast("IO[bytes]", stream))


def write_csv(lines: Iterable[bytes], file: IO[bytes]) -> int:
    """Write a table of `COLUMNS` whose cells are never formulas; return its number of rows."""
    from newscrawl.output.csv_exporter import csv_table

    number = 0
    with csv_table(file, COLUMNS) as add_row:
        for number, line in enumerate(lines, 1):  # noqa: B007 - it is the count
            add_row(_row(line))
    return number


def _row(line: bytes) -> dict[str, object]:
    record = orjson.loads(line)
    article = record["article"] or {}
    cells = {name: record.get(name) for name in _OWN}
    cells |= {f"article_{name}": article.get(name) for name in _ARTICLE}
    return {name: _cell(value) for name, value in cells.items()}


def _cell(value: object) -> object:
    """Return a value as one cell: a list as the names in it, an image as its URL.

    >>> _cell([{"id": 1, "name": "Ann"}, {"id": 2, "name": None}]), _cell({"url": "https://a.test/"})
    ('Ann; 2', 'https://a.test/')
    """
    if isinstance(value, list):
        names = (
            item.get("name") or item.get("id") if isinstance(item, dict) else item for item in value
        )
        return "; ".join(map(str, names))
    if isinstance(value, dict):
        return value.get("url")
    return value


def lines_by_date(archive: Archive, chosen: Slice) -> Iterator[bytes]:
    """Yield the last line of each post that is not deleted, the newest post first."""
    ids = archive.read(exports.latest_by_date, chosen)
    start = 0
    while some := ids[start : start + BATCH_SIZE]:
        found = archive.read(exports.lines_of, some)
        yield from (line for _, line in found)
        start += some.index(found[-1][0]) + 1 if found else len(some)


def feed_of(archive: Archive, chosen: Slice) -> tuple[str, str]:
    """Return the id and the title of the feed of a slice: equal for equal slices."""
    keys = archive.read(exports.site_keys, chosen.site_ids) if chosen.site_ids else []
    dates = f"{chosen.since or ''}/{chosen.until or ''}".strip("/")
    parts = [", ".join(keys) or "all sites", ", ".join(chosen.types), dates]
    title = "newscrawl: " + "; ".join(filter(None, parts))
    name = orjson.dumps([keys, sorted(chosen.types), chosen.since, chosen.until]).decode()
    return f"urn:uuid:{uuid5(NAMESPACE_URL, name)}", title


def write_atom(lines: Iterable[bytes], file: IO[bytes], feed_id: str, title: str) -> int:
    """Write a feed with this id and title; return its number of entries."""
    feed = AtomWriter(file, feed_id, title)
    number = 0
    for number, line in enumerate(lines, 1):  # noqa: B007 - it is the count
        feed.entry(orjson.loads(line))
    feed.close()
    return number


def write_parquet(lines: Iterable[bytes], file: IO[bytes]) -> int:
    """Write a typed table of all fields; return its number of rows.

    Raises:
        ConfigurationError: If pyarrow is not installed, or *file* is a pipe.
    """
    from newscrawl.tools import parquet

    if not file.seekable():
        raise ConfigurationError("--format parquet needs a file: add -o FILE")
    return parquet.write_parquet(lines, file)


FORMATS: Final[dict[str, Callable[[Iterable[bytes], IO[bytes]], int]]] = {
    "jsonl": write_jsonl,
    "jsonl.gz": write_gzip,
    "jsonl.zst": write_zstandard,
    "parquet": write_parquet,
    "csv": write_csv,
}


WHOLE_FORMATS: Final = ("sqlite", "warc")
"""Formats that have all records or pages of the sites, never a slice."""

FILE_FORMATS: Final = (*FORMATS, "atom", *WHOLE_FORMATS)
"""Formats of one file, which a later export brings up to date."""


def as_printable(file: IO[bytes], file_format: str) -> IO[bytes]:
    """Return standard output that escapes control characters of a terminal.

    JSON lines and Atom mean the same with escapes. CSV has no escapes, so only a table on a
    terminal gets them.
    """
    escape = {"jsonl": printable_json, "atom": printable_xml}.get(file_format)
    if file_format == "csv" and file.isatty():
        escape = printable_lines
    return cast("IO[bytes]", _EscapedFile(file, escape)) if escape else file


class _EscapedFile:
    def __init__(self, file: IO[bytes], escape: Callable[[str], str]) -> None:
        self._file = file
        self._escape = escape

    def write(self, data: bytes) -> int:
        self._file.write(self._escape(data.decode()).encode())
        return len(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def moment(option: str, given: str | None) -> str | None:
    """Return a date of an option as ISO 8601 in UTC; None if the option is missing.

    Raises:
        ConfigurationError: If it is not a date.

    >>> moment("--since", "2026-01-31")
    '2026-01-31T00:00:00Z'
    """
    if given is None:
        return None
    found = utc(given)
    if found is None:
        raise ConfigurationError(
            f"{option}={given}: expected a date like 2026-01-31 or 2026-01-31T12:00:00Z"
        )
    return found


def outside_output(path: Path, settings: Mapping[str, Any]) -> Path:
    """Return the path of an export.

    Args:
        settings: Name the archive and the folder of the crawls' own files; an export must not
            touch them.

    Raises:
        ConfigurationError: If *path* has no name, is in that folder, or is the archive.
    """
    if not path.name:
        raise ConfigurationError(f"{path} is a folder without a name: name a file or a new folder")
    found = path.resolve()
    if found.is_relative_to(Path(settings["NEWSCRAWL_OUTPUT"]).resolve()):
        raise ConfigurationError(
            f"{path} is in the output folder of the crawls: choose another folder"
        )
    archive = Path(settings["NEWSCRAWL_ARCHIVE"]).expanduser()
    if found in {archive.with_name(archive.name + end).resolve() for end in ("", "-wal", "-shm")}:
        raise ConfigurationError(f"{path} is the archive: choose another name")
    return path


@contextmanager
def whole_file(path: Path | None, settings: Mapping[str, Any]) -> Iterator[IO[bytes]]:
    """Open a file that appears under its name only when it is complete.

    Args:
        path: Its name; None for standard output. A device or a named pipe is written to, it is not
            replaced.
        settings: Name the archive and the folder of the crawls' own files; an export must not
            touch them.

    Raises:
        ConfigurationError: If an export must not have that path.
        LockHeld: If another process writes it at this moment.
        NewscrawlError: If it cannot be written, or the reader of standard output closes it.
    """
    if path is None:
        try:
            yield sys.stdout.buffer
            sys.stdout.buffer.flush()
        except BrokenPipeError as error:  # as after `| head`
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise NewscrawlError("the pipe was closed before all records were written") from error
        return
    try:
        with _written(outside_output(path, settings)) as file:
            yield file
    except OSError as error:
        raise NewscrawlError(f"{path} cannot be written: {error.strerror or error}") from error


@contextmanager
def _written(path: Path) -> Iterator[IO[bytes]]:
    """Open a file that replaces *path* at the end; open a device or pipe itself."""
    is_device = path.exists() and not path.is_file() and not path.is_dir()
    with path.open("wb") if is_device else replacing(path) as file:
        yield file
