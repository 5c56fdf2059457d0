"""Any slice of an archive's records as JSON lines, Parquet, Atom or CSV: ``scrapy export``."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import IO, TYPE_CHECKING, Any, Final, cast

import orjson

from newscrawl.archive import exports
from newscrawl.exceptions import ConfigurationError, NewscrawlError
from newscrawl.net.log_records import printable_json, printable_lines, printable_xml
from newscrawl.tools.atom import AtomWriter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from io import BytesIO
    from pathlib import Path

    from newscrawl.archive.database import Archive
    from newscrawl.archive.exports import Slice

WINDOW: Final = 200
"""Rows in memory at once, or fewer if lines are large."""

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
"""Of a table: what has a value of its own; HTML and hops are in the JSON lines."""


def lines_of(archive: Archive, meant: Slice) -> Iterator[bytes]:
    """Yield the lines of a slice, in the order in which they were issued."""
    after = 0
    while window := archive.read(exports.window, meant, after=after, limit=WINDOW):
        after = window[-1][0]
        yield from (line for _, line in window if line is not None)


def write_jsonl(lines: Iterable[bytes], file: IO[bytes]) -> int:
    """Write lines as they are, and return how many."""
    number = 0
    for number, line in enumerate(lines, 1):  # noqa: B007 - it is the count
        file.write(line + b"\n")
    return number


def write_csv(lines: Iterable[bytes], file: IO[bytes]) -> int:
    """Write a table of `COLUMNS`, no cell of which is a formula; return how many rows."""
    from newscrawl.output.csv_exporter import CsvItemExporter

    # It takes any file of bytes, in spite of its annotation.
    exporter = CsvItemExporter(
        cast("BytesIO", file), fields_to_export=list(COLUMNS), include_headers_line=False
    )
    exporter.csv_writer.writerow(COLUMNS)  # also above no rows
    number = 0
    for number, line in enumerate(lines, 1):  # noqa: B007 - it is the count
        exporter.export_item(_row(line))
    exporter.stream.flush()
    exporter.stream.detach()
    return number


def _row(line: bytes) -> dict[str, object]:
    record = orjson.loads(line)
    article = record["article"] or {}
    cells = {name: record.get(name) for name in _OWN}
    cells |= {f"article_{name}": article.get(name) for name in _ARTICLE}
    return {name: _cell(value) for name, value in cells.items()}


def _cell(value: object) -> object:
    """Return a value as one cell: the names of things, the address of an image.

    >>> _cell([{"id": 1, "name": "Ann"}, {"id": 2, "name": None}]), _cell({"url": "https://a.test/"})
    ('Ann; 2', 'https://a.test/')
    """
    if isinstance(value, list):
        named = (
            one.get("name") or one.get("id") if isinstance(one, dict) else one for one in value
        )
        return "; ".join(str(one) for one in named)
    if isinstance(value, dict):
        return value.get("url")
    return value


def write_atom(lines: Iterable[bytes], file: IO[bytes]) -> int:
    """Write a feed, and return how many entries it has."""
    feed = AtomWriter(file)
    number = 0
    for number, line in enumerate(lines, 1):  # noqa: B007 - it is the count
        feed.entry(orjson.loads(line))
    feed.close()
    return number


def write_parquet(lines: Iterable[bytes], file: IO[bytes]) -> int:
    """Write a typed table of all fields of the lines; return the number of rows.

    Raises:
        ConfigurationError: If the library that does it is not installed, or *file* is a pipe.
    """
    from newscrawl.tools import parquet

    if not file.seekable():
        raise ConfigurationError("--format parquet is for a file: name one with -o")
    return parquet.write_parquet(lines, file)


FORMATS: Final[dict[str, Callable[[Iterable[bytes], IO[bytes]], int]]] = {
    "jsonl": write_jsonl,
    "parquet": write_parquet,
    "atom": write_atom,
    "csv": write_csv,
}


def as_printable(file: IO[bytes], file_format: str) -> IO[bytes]:
    """Return standard output for text that no terminal takes for a command.

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
    """Return a date of an option as ISO 8601 in UTC; None if it was not given.

    Raises:
        ConfigurationError: If it is no date.

    >>> moment("--since", "2026-01-31")
    '2026-01-31T00:00:00Z'
    """
    if given is None:
        return None
    try:
        found = datetime.fromisoformat(given)
        found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ConfigurationError(
            f"{option}={given} is no date: give one like 2026-01-31, or 2026-01-31T12:00:00Z"
        ) from error
    return found.strftime("%Y-%m-%dT%H:%M:%SZ")


@contextmanager
def whole_file(path: Path | None, output: Path) -> Iterator[IO[bytes]]:
    """Open what is written to *path*, which is there only when all of it is; None is for a pipe.

    Args:
        output: The folder of the crawls' own files, which no export may touch.

    Raises:
        ConfigurationError: If it can't be written there.
        NewscrawlError: If the disk is full.
    """
    if path is None:
        try:
            yield sys.stdout.buffer
            sys.stdout.buffer.flush()
        except BrokenPipeError:  # nobody reads any more, as after `| head`
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return
    if path.resolve().is_relative_to(output.resolve()):
        raise ConfigurationError(
            f"{path} is in the folder of the crawls' own files, which never change: name another"
        )
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        raise NewscrawlError(f"{path} can't be written ({error.strerror or error})") from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
