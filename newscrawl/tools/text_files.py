"""A folder of text or Markdown files, one for each post."""

from __future__ import annotations

import hashlib
import os
import shutil
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final

import orjson

from newscrawl.exceptions import ConfigurationError, NewscrawlError
from newscrawl.net.log_records import printable_json
from newscrawl.tools.export import outside_output

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

METADATA: Final = "metadata.csv"
COLUMNS: Final = (
    *("file", "site", "guid", "post_id", "url", "title", "published", "modified", "authors"),
    *("categories", "tags", "language", "source", "outcome", "publisher", "article_url"),
    *("article_title", "article_authors", "article_published"),
)
"""The keys of a file's metadata. *source* is "article" or "post": whose text the file has."""


def write_text(lines: Iterable[bytes], folder: Path) -> int:
    """Write a file ``SITE/ID.txt`` for each record, and a table of their metadata.

    The file has the title and the text of the article, or of the post if there is no article.

    Returns:
        The number of posts.
    """
    from newscrawl.output.csv_exporter import csv_table

    number = 0
    with (folder / METADATA).open("wb") as file, csv_table(file, COLUMNS) as add_row:
        for number, record in enumerate(map(orjson.loads, lines), 1):  # noqa: B007 - it is the count
            text = f"{_title(record)}\n\n{_best(record).get('text') or ''}\n"
            name = _write(folder, record, ".txt", text)
            add_row({"file": name, **_joined(_metadata(record))})
    return number


def write_markdown(lines: Iterable[bytes], folder: Path) -> int:
    """Write a file ``SITE/ID.md`` for each record, with its metadata as YAML front matter.

    Returns:
        The number of posts.
    """
    number = 0
    for number, record in enumerate(map(orjson.loads, lines), 1):  # noqa: B007 - it is the count
        # A JSON value is a YAML value, too.
        front = "".join(
            f"{name}: {printable_json(orjson.dumps(value).decode())}\n"
            for name, value in _metadata(record).items()
        )
        text = _best(record).get("markdown") or ""
        _write(folder, record, ".md", f"---\n{front}---\n\n{text}\n")
    return number


FOLDER_FORMATS: Final[dict[str, Callable[[Iterable[bytes], Path], int]]] = {
    "txt": write_text,
    "md": write_markdown,
}


@contextmanager
def whole_folder(path: Path, settings: Mapping[str, Any]) -> Iterator[Path]:
    """Make a folder that appears under its name only when all its files are written.

    Args:
        settings: Name the archive and the folder of the crawls' own files; an export must not
            touch them.

    Raises:
        ConfigurationError: If an export must not have *path*, or it exists and is not empty.
        NewscrawlError: If it can't be written.
    """
    part = outside_output(path, settings).with_name(f".{path.name}.{os.getpid()}.part")
    try:
        if path.exists() and (not path.is_dir() or any(path.iterdir())):
            raise ConfigurationError(f"{path} exists already: name a new or an empty folder")
        part.mkdir(parents=True)
        yield part
        part.replace(path)
    except OSError as error:
        raise NewscrawlError(f"{path} cannot be written: {error.strerror or error}") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _write(folder: Path, record: Mapping[str, Any], ending: str, text: str) -> str:
    """Write a record's file; return its name in the folder.

    A post whose id the site does not name, or gives to another post, too, has a hash of its guid.
    """
    from newscrawl.archive.sites import folder_name

    site = folder_name(record["site"].rpartition("://")[2])
    (folder / site).mkdir(exist_ok=True)
    by_guid = f"guid-{hashlib.sha256(record['guid'].encode()).hexdigest()[:16]}"
    number = by_guid if record["post_id"] is None else record["post_id"]
    for name in (f"{site}/{number}{ending}", f"{site}/{number}-{by_guid}{ending}"):
        with (
            suppress(FileExistsError),
            (folder / name).open("x", encoding="utf-8", newline="\n") as file,
        ):
            file.write(text)
            return name
    return name  # the same post twice


def _best(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the article of a record, or the record itself if it has no article text."""
    article = record["article"]
    return article if article and article.get("text") else record


def _title(record: Mapping[str, Any]) -> str:
    return _best(record).get("title") or record["title"] or ""


def _metadata(record: Mapping[str, Any]) -> dict[str, Any]:
    article = record["article"] or {}
    return {
        **{name: record[name] for name in ("site", "guid", "post_id", "url", "title")},
        **{name: record[name] for name in ("published", "modified")},
        **{
            name: [thing["name"] for thing in record[name] or () if thing["name"]]
            for name in ("authors", "categories", "tags")
        },
        "language": _best(record).get("language") or record["language"],
        "source": "post" if _best(record) is record else "article",
        "outcome": article.get("outcome"),
        "publisher": article.get("publisher"),
        "article_url": article.get("url"),
        "article_title": article.get("title"),
        "article_authors": article.get("authors") or [],
        "article_published": article.get("published"),
    }


def _joined(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: "; ".join(value) if isinstance(value, list) else value
        for name, value in values.items()
    }
