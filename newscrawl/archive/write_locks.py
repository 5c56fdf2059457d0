"""Which writers of an archive on PostgreSQL wait for each other. SQLite has one writer anyway.

Each function that `Archive.run` calls has one of three scopes. The default is the whole archive: no
other function writes at the same time. `writes_site` is for functions of one site, `writes_rows`
for functions that lock the rows that they change. The last two run beside each other, so most
transactions of many crawls do not wait. These rules must hold nevertheless:

- A post has one row. What arrives is matched with the posts of its site, and with those of sites on
  the same host (REST roots of other languages). So the lock of a site is that of its host.
- An article has one row, whichever sites link to it; its outcome makes their posts ready. Who
  queues an article, or saves its outcome, has locked its row before. Only then the outcome, and the
  posts that wait for it, are read. So no post waits for an outcome that came before it.
- A story has one name. Texts are compared with all others, so only one transaction at a time
  compares. The kept pages of articles have this lock, too.
- `records.id` is the cursor of ``scrapy changes``. PostgreSQL gives ids in the order of inserts,
  but commits may come in another order. So writers of records share a lock that a reader takes for
  itself when it looks for the last id: then no smaller id is still to come.
- Numbers of segments, revisions and the states of posts belong to a site: its lock protects them.
- Clocks of hosts, jobs and commits are rows that their functions lock: they take no lock here.
- Forgetting, migrations, restored files and whatever else may change any row: the whole archive.

No deadlock: each transaction takes its locks in the order of this list, and several of one line
sorted by number.

1. the archive: shared, or for itself
2. rows of articles
3. jobs that follow
4. sites
5. what articles share: stories and kept pages
6. the order of records: shared by writers, alone for a reader

Each lock ends with its transaction.
"""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING, Any, Final, TypeVar
from zlib import crc32

from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from sqlalchemy import Connection

F = TypeVar("F", bound="Callable[..., Any]")

_ARCHIVE: Final = 0x6E657773
_STORIES: Final = 0x6E657776
_ORDER: Final = 0x6E657777
"""The numbers of advisory locks, all "news" and near it; see also `newscrawl.archive.jobs`."""

_SITE: Final = 0x73697465
_JOB: Final = 0x6A6F6273
"""The first numbers of locks with two numbers; the second one is a hash of a name."""

_BUCKETS: Final = 1024
"""The hashes of names, a power of two. PostgreSQL has room for some 6,000 locks of all connections,
and a transaction may lock thousands of sites. Two names with one hash only wait for each other."""


class Scope(Enum):
    """What a function that writes excludes."""

    ARCHIVE = auto()
    SITE = auto()
    ROWS = auto()


_SCOPES: Final[dict[Any, Scope]] = {}


def writes_site(function: F) -> F:
    """Declare that a function writes to one site only; its first argument is the site's id."""
    _SCOPES[function] = Scope.SITE
    return function


def writes_rows(function: F) -> F:
    """Declare that a function locks what it changes, in the order of this module."""
    _SCOPES[function] = Scope.ROWS
    return function


def lock_archive(connection: Connection) -> None:
    """Wait for all other writers, and let the next ones wait for this transaction."""
    if _has_locks(connection):
        connection.execute(_LOCK, {"number": _ARCHIVE})


def lock_for(connection: Connection, function: Callable[..., Any], args: tuple[Any, ...]) -> None:
    """Take the locks of a function's scope, before it is called with *args*."""
    match _SCOPES.get(function, Scope.ARCHIVE):
        case Scope.ARCHIVE:
            lock_archive(connection)
        case Scope.SITE if _has_locks(connection):
            connection.execute(_SHARE_FOR_SITE, {"site_id": args[0]})
        case Scope.ROWS if _has_locks(connection):
            connection.execute(_SHARE, {"number": _ARCHIVE})


def lock_sites(connection: Connection, site_ids: Collection[int]) -> None:
    """Wait for the writers of sites. The function has the scope of rows, and locked no site yet."""
    if site_ids and _has_locks(connection):
        connection.execute(_LOCK_SITES, {"ids": list(site_ids)})


def lock_jobs(connection: Connection, names: Iterable[str]) -> None:
    """Wait for others that add jobs with these names; call it before a site is locked."""
    numbers = sorted({crc32(name.encode()) % _BUCKETS for name in names})
    connection.execute(_LOCK_JOBS, {"numbers": numbers})


def lock_stories(connection: Connection) -> None:
    """Wait for others that compare texts, or change kept pages."""
    if _has_locks(connection):
        connection.execute(_LOCK, {"number": _STORIES})


def share_order(connection: Connection) -> None:
    """Hold off readers that look for the last record; call it before a record is inserted."""
    if _has_locks(connection):
        connection.execute(_SHARE, {"number": _ORDER})


def wait_for_order(connection: Connection) -> None:
    """Wait until each record that was inserted is committed, or undone."""
    if _has_locks(connection):
        connection.execute(_LOCK, {"number": _ORDER})


def _has_locks(connection: Connection) -> bool:
    return connection.dialect.name == "postgresql"


_LOCK: Final = text("SELECT pg_advisory_xact_lock(:number)")
_SHARE: Final = text("SELECT pg_advisory_xact_lock_shared(:number)")
_SHARE_FOR_SITE: Final = text(
    "SELECT pg_advisory_xact_lock_shared(:archive),"
    # The key of a site begins with its host.
    " pg_advisory_xact_lock(:kind, hashtext(split_part(key, '/', 1)) & :mask)"
    " FROM sites WHERE id = :site_id"
).bindparams(archive=_ARCHIVE, kind=_SITE, mask=_BUCKETS - 1)
_LOCK_SITES: Final = text(
    "SELECT pg_advisory_xact_lock(:kind, number) FROM (SELECT DISTINCT"
    " hashtext(split_part(key, '/', 1)) & :mask AS number"
    " FROM sites WHERE id = ANY(:ids) ORDER BY 1) AS found"
).bindparams(kind=_SITE, mask=_BUCKETS - 1)
_LOCK_JOBS: Final = text(
    "SELECT pg_advisory_xact_lock(:kind, number) FROM unnest(CAST(:numbers AS integer[])) AS number"
).bindparams(kind=_JOB)
