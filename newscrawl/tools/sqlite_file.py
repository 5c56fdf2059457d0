"""``scrapy export --format sqlite``: one database to search and query, updated in place."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing, contextmanager
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Final

import orjson

from newscrawl.archive import exports
from newscrawl.archive.private_files import create_private
from newscrawl.exceptions import ConfigurationError, NewscrawlError
from newscrawl.settings import project_folder
from newscrawl.tools import sqlite_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from newscrawl.archive.database import Archive
    from newscrawl.tools.sqlite_rows import Row

BATCH_SIZE: Final = 200
"""The most records of one transaction, and in memory at once."""

APPLICATION_ID: Final = 0x6E657773
"""Marks a database of this format: the letters "news"."""

SCHEMA_VERSION: Final = 1
"""The version of ``sqlite_schema.sql``. A database of another version is not updated."""

BUSY_SECONDS: Final = 30
"""How long to wait for another process that updates the same database."""

_COLUMNS: Final = ("title", "text", "article_title", "article_text")
_WORDS: Final = ", ".join(_COLUMNS)
_SPACED: Final = ", ".join(f"spaced({name})" for name in _COLUMNS)
_WITHOUT_SPACES: Final = re.compile(
    "([\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\U00020000-\U0003ffff])"
)
"""The letters of scripts that put no spaces between words: Thai, Lao, Burmese, Khmer, Chinese and
Japanese."""
_OF_POST: Final = ("articles", "post_authors", "post_terms", "links")


def browse_file(location: str) -> Path:
    """Return the database that `scrapy browse` shows by default: it is beside the archive.

    Args:
        location: The setting NEWSCRAWL_ARCHIVE. The database of a PostgreSQL archive is in the
            folder of the project.
    """
    in_project = project_folder() / ".newscrawl" / "archive.sqlite"
    archive = in_project if "://" in location else Path(location).expanduser()
    return archive.with_name("browse.sqlite")


def update_database(archive: Archive, file: Path, site_ids: Sequence[int] = ()) -> int:
    """Bring a database up to date with the archive; create it if it does not exist.

    A transaction has up to `BATCH_SIZE` records. So after an interruption, the next call continues.

    Args:
        site_ids: Only posts of these sites; empty for all sites. They can't change later.

    Returns:
        The number of records that were added.

    Raises:
        ConfigurationError: If the file is not such a database, or one of another archive.
        NewscrawlError: If it can't be written.
    """
    added = 0
    with _opened(file) as database:
        _prepare(database, file, site_ids)
        if _empty_if_forgotten(archive, database):
            database.execute("VACUUM")
        _check_archive(archive, database, file)
        until = archive.read(exports.last_id)
        while count := _add_batch(archive, database, site_ids, until):
            added += count
    return added


@contextmanager
def _opened(file: Path) -> Iterator[sqlite3.Connection]:
    try:
        if not file.exists():
            create_private(file)
        with closing(sqlite3.connect(file, timeout=BUSY_SECONDS, isolation_level=None)) as database:
            database.create_function("spaced", 1, spaced, deterministic=True)
            database.execute("PRAGMA secure_delete = ON")  # what was deleted is overwritten
            yield database
    except (OSError, sqlite3.Error) as error:
        raise NewscrawlError(f"{file} can't be written: {error}") from error


def _prepare(database: sqlite3.Connection, file: Path, site_ids: Sequence[int]) -> None:
    """Create the tables in an empty file, or check that they are those of this export."""
    sites = orjson.dumps(sorted(site_ids)).decode()
    with _transaction(database):
        if not database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            schema = files("newscrawl.tools").joinpath("sqlite_schema.sql").read_text("utf-8")
            for statement in schema.split(";\n"):
                database.execute(statement)
            database.execute("INSERT INTO export VALUES (0, ?, 0)", [sites])
            database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            database.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    if _pragma(database, "application_id") != APPLICATION_ID:
        raise ConfigurationError(f"{file} has other tables: name a new file for the export")
    if _pragma(database, "user_version") != SCHEMA_VERSION:
        raise ConfigurationError(
            f"{file} is of another version of newscrawl: delete it, and export again"
        )
    if database.execute("SELECT sites FROM export").fetchone()[0] != sites:
        raise ConfigurationError(
            f"{file} has other sites: name the same sites as before, or a new file"
        )


def _pragma(database: sqlite3.Connection, name: str) -> int:
    return int(database.execute(f"PRAGMA {name}").fetchone()[0])


def _empty_if_forgotten(archive: Archive, database: sqlite3.Connection) -> bool:
    """Empty the database if posts or articles were forgotten since the last export.

    Then all records are read again, as `forget` also changes records that were issued before.
    """
    last = archive.read(exports.last_forgotten)
    if database.execute("SELECT forgotten FROM export").fetchone()[0] == last:
        return False
    with _transaction(database):
        database.execute("INSERT INTO search (search) VALUES ('delete-all')")
        for table in (*_OF_POST, "authors", "terms", "revisions", "posts"):
            database.execute(f"DELETE FROM {table}")
        database.execute("UPDATE export SET cursor = 0, forgotten = ?", [last])
    return True


def _check_archive(archive: Archive, database: sqlite3.Connection, file: Path) -> None:
    """Check that the last record of the database is the same in this archive."""
    last = database.execute(
        "SELECT r.id, posts.guid, r.revision, r.crawled FROM revisions r"
        " JOIN posts ON posts.id = r.post ORDER BY r.id DESC LIMIT 1"
    ).fetchone()
    if last is None:
        return
    line = archive.read(exports.line_of, last[0])
    record = orjson.loads(line) if line else dict.fromkeys(("guid", "revision", "crawled"))
    if (record["guid"], record["revision"], record["crawled"]) != last[1:]:
        raise ConfigurationError(
            f"{file} is of another archive, or of a later state of this one: name a new file"
        )


def _add_batch(
    archive: Archive, database: sqlite3.Connection, site_ids: Sequence[int], until: int
) -> int:
    """Add the next records up to *until*, an id; return their number, 0 at the end."""
    (cursor,) = database.execute("SELECT cursor FROM export").fetchone()
    if not archive.read(exports.post_lines, site_ids, after=cursor, until=until, limit=1):
        return 0
    with _transaction(database):
        # Read again: another process may have added them in the meantime.
        (cursor,) = database.execute("SELECT cursor FROM export").fetchone()
        lines = archive.read(
            exports.post_lines, site_ids, after=cursor, until=until, limit=BATCH_SIZE
        )
        if not lines:
            return 0
        records = [(number, post, orjson.loads(line)) for number, post, line in lines]
        _put_posts(database, {post: record for _, post, record in records})
        _insert(database, "revisions", [sqlite_rows.revision_row(*each) for each in records])
        database.execute("UPDATE export SET cursor = ?", [lines[-1][0]])
    return len(lines)


@contextmanager
def _transaction(database: sqlite3.Connection) -> Iterator[None]:
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        database.execute("ROLLBACK")
        raise
    database.execute("COMMIT")


def _put_posts(database: sqlite3.Connection, records: dict[int, Row]) -> None:
    """Write the last records of posts, and index their words."""
    ids = [(post,) for post in records]
    # The index forgets a row only if it is given the same words again.
    database.executemany(
        f"INSERT INTO search (search, rowid, {_WORDS})"
        f" SELECT 'delete', id, {_SPACED} FROM latest WHERE id = ?",
        ids,
    )
    for table in _OF_POST:
        database.executemany(f"DELETE FROM {table} WHERE post = ?", ids)
    posts = [sqlite_rows.post_row(post, record) for post, record in records.items()]
    _insert(database, "posts", posts, replace=True)
    articles = [
        sqlite_rows.article_row(post, record["article"])
        for post, record in records.items()
        if record["article"]
    ]
    _insert(database, "articles", articles)
    for post, record in records.items():
        _put_things(database, "author", post, sqlite_rows.author_rows(record))
        _put_things(database, "term", post, sqlite_rows.term_rows(record))
        _insert(database, "links", list(sqlite_rows.link_rows(post, record)))
    database.executemany(
        f"INSERT INTO search (rowid, {_WORDS}) SELECT id, {_SPACED} FROM latest WHERE id = ?", ids
    )


def _put_things(database: sqlite3.Connection, kind: str, post: int, rows: Iterable[Row]) -> None:
    """Write the authors or terms of a post; the last name of one is kept."""
    key = f"site, {'taxonomy, ' if kind == 'term' else ''}coalesce({kind}_id, name)"
    for row in rows:
        names = ", ".join(row)
        (number,) = database.execute(
            f"INSERT INTO {kind}s ({names}) VALUES ({_marks(row)})"
            f" ON CONFLICT ({key}) DO UPDATE SET name = coalesce(excluded.name, name),"
            " slug = coalesce(excluded.slug, slug), url = coalesce(excluded.url, url)"
            " RETURNING id",
            row,
        ).fetchone()
        database.execute(f"INSERT OR IGNORE INTO post_{kind}s VALUES (?, ?)", [post, number])


def _insert(
    database: sqlite3.Connection, table: str, rows: Sequence[Row], *, replace: bool = False
) -> None:
    if rows:
        verb = "REPLACE" if replace else "INSERT"
        names = ", ".join(rows[0])
        database.executemany(f"{verb} INTO {table} ({names}) VALUES ({_marks(rows[0])})", rows)


def _marks(row: Row) -> str:
    return ", ".join(f":{name}" for name in row)


def spaced(text: str | None) -> str | None:
    """Return a text whose letters without spaces are words of their own.

    The index takes what is between two spaces or marks for one word. So it would find a Chinese
    word only if the word is a whole sentence. A query needs the same spaces, as a phrase.

    >>> spaced("The 新聞 of today")
    'The  新  聞  of today'
    """
    return _WITHOUT_SPACES.sub(r" \1 ", text) if text else text
