"""``scrapy forget``: take a site, a post or a publisher out for good."""

from __future__ import annotations

import logging
import math
import shutil
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import orjson

from newscrawl.archive import (
    forget_articles,
    forget_posts,
    forget_sites,
    forgotten,
    forgotten_lines,
    history,
    runs,
    segments,
    sites,
)
from newscrawl.archive.forgotten_lines import Event, Forgotten
from newscrawl.crawl.context import now_iso
from newscrawl.exceptions import ArchiveError, ConfigurationError, LockHeld, NewscrawlError
from newscrawl.output.atomic_files import check_folder, folder_lock
from newscrawl.output.writer import write_files
from newscrawl.run_summary import COMPLETE
from newscrawl.runtime.site_lock import lock_of
from newscrawl.settings import VERSION
from newscrawl.tools.sqlite_file import browse_file, update_database
from newscrawl.tools.verify import ALTERED_SUFFIX
from newscrawl.urls.canonical import canonical_url
from newscrawl.wordpress.identity import bounded
from newscrawl.wordpress.site import site_key

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from sqlalchemy import Connection

    from newscrawl.archive.database import Archive
    from newscrawl.archive.sites import SiteRow

logger = logging.getLogger(__name__)

COMMAND: Final = "forget"
"""The command of a run that took something out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What is to be forgotten.

    Attributes:
        kind: "site", "post" or "publisher".
        name: Its guid ("id:7" if it has none), its key or its host.
        site_ids: The sites that have it.
        rows: The rows of the posts, or of the publisher's articles.
        needle: Bytes that each line about it has, for the search in renamed files; b"" for a site.
    """

    kind: str
    name: str
    site_ids: Sequence[int]
    rows: Sequence[int] = ()
    needle: bytes = b""


class _Undo(Exception):
    """Undoes the transaction of a dry run."""

    def __init__(self, done: Forgotten) -> None:
        self.done = done


def find_target(archive: Archive, word: str) -> Target:
    """Return the site or the post that a word names.

    Raises:
        ConfigurationError: If there is none, or if there are several posts.
    """
    url = word if "://" in word else f"https://{word}"
    place = bounded(canonical_url(word)) if "://" in word else None
    found = archive.read(history.posts_named, word, place)
    key = site_key(url, [url], "")
    site = None if urlsplit(url).query else archive.read(sites.named, url, key)
    if site is not None and not any(row.guid == word for row in found):
        (known,) = archive.read(sites.known, [site])
        return Target(kind=forgotten.SITE, name=known.key, site_ids=[site])
    if not found and archive.read(forget_posts.is_known, forgotten.hash_of(word)):
        raise ConfigurationError(f"{word} was forgotten already; scrapy forget --compact cleans up")
    if not found:
        raise ConfigurationError(
            f"The archive has no site and no post {word}: give the URL of a site, or the guid, the"
            " URL or the id of a post"
        )
    if len({(row.site_id, row.identity) for row in found if row.double_of is None}) > 1:
        some = "; ".join(f"{row.guid} (post {row.post_id})" for row in found)
        raise ConfigurationError(
            f"{word} names several posts: give the guid of one of them: {some}"
        )
    post = found[0]
    doubles = archive.read(history.doubles_of, post.site_id, post.post_id, post.guid)
    rows = list(dict.fromkeys([*(row.id for row in found), *doubles]))
    needle = orjson.dumps(post.guid)[1:-1] or f'"post_id":{post.post_id},'.encode()
    name = post.guid or f"id:{post.post_id}"
    return Target(kind=forgotten.POST, name=name, site_ids=[post.site_id], rows=rows, needle=needle)


def find_publisher(archive: Archive, name: str) -> Target:
    """Return the publisher at a host, with the hosts below it.

    Raises:
        ConfigurationError: If the archive has no article of it.
    """
    rows = archive.read(forget_articles.articles_of, forgotten.hash_of(name))
    if not rows:
        raise ConfigurationError(f"--publisher={name}: the archive has no article of this host")
    site_ids = archive.read(forget_articles.sites_of, rows)
    return Target(
        kind=forgotten.PUBLISHER, name=name, site_ids=site_ids, rows=rows, needle=name.encode()
    )


def would_forget(archive: Archive, target: Target) -> Forgotten:
    """Return what `forget` would take out, and change nothing."""
    try:
        archive.call(_undone, target)
    except _Undo as undo:
        return undo.done
    raise RuntimeError("a dry run was not undone")


def _undone(connection: Connection, target: Target) -> None:
    raise _Undo(_forget(connection, target))


def forget(archive: Archive, output: Path, target: Target) -> tuple[Forgotten, list[str], bool]:
    """Take the target out of the archive and of the files.

    The words are gone from the archive's rows with one commit. If the process ends after it, the
    next run of the site, `verify --repair` or the same command writes the files anew.

    Returns:
        What was taken out, the lines about files, and whether the free pages and the log of the
        database and the database of `browse` are clean, too.

    Raises:
        LockHeld: If a crawl of one of the sites is under way.
    """
    known = archive.read(sites.known, target.site_ids) if target.site_ids else []
    with ExitStack() as locks:
        for site in known:
            locks.enter_context(lock_of(archive, site.folder))
            check_folder(output / site.folder)
            write_files(archive, site.id, output / site.folder, opened_before=math.inf)
        done = archive.call(_forget, target)
        lines = [line for site in known for line in _clean_files(archive, output, site, target)]
        for path in done.paths:  # only a post has some, and only of one site
            file = output / known[0].folder / path
            if file.exists():
                file.unlink()
                lines.append(f"Deleted {file}")
        lines += _clean_others(archive, output, target)
        lines += _elsewhere(archive, output, done.segment_ids)
        return done, lines, compact(archive)


def compact(archive: Archive) -> bool:
    """Write the database anew, and take what was forgotten out of the database of `browse`.

    Return False if one of the two is not possible, as when another process uses the archive.
    """
    is_clean = _clean_browse_file(archive)
    try:
        return archive.compact() and is_clean
    except ArchiveError as error:
        logger.warning("%s", error)
        return False


def _clean_browse_file(archive: Archive) -> bool:
    file = browse_file(archive.location)
    if not file.exists():
        return True
    try:
        update_database(archive, file)
    except NewscrawlError as error:
        logger.warning("%s; delete it, as it still has deleted words", error)
        return False
    return True


def _forget(connection: Connection, target: Target) -> Forgotten:
    if target.kind == forgotten.POST:
        identities = forget_posts.identities_of(connection, target.rows)
    else:
        identities = [forgotten.hash_of(target.name)]
    for site_id in target.site_ids:
        event = _begin_run(connection, site_id)
        forgotten_lines.announce(connection, site_id, target.kind, identities, event)
    if target.kind == forgotten.POST:
        done = forget_posts.forget_posts(connection, target.site_ids[0], target.rows)
    elif target.kind == forgotten.PUBLISHER:
        done = forget_articles.forget_publisher(connection, identities[0], target.rows)
    else:
        done = forget_sites.forget_site(connection, target.site_ids[0], identities[0])
    done.identities = identities
    return done


def _begin_run(connection: Connection, site_id: int) -> Event:
    at = now_iso()
    versions = {"newscrawl": VERSION}
    run = runs.begin(
        connection, site_id, started=at, arguments={}, versions=versions, command=COMMAND
    )
    runs.finish(connection, run, ended=at, verdict=COMPLETE, tally={}, traffic={})
    return Event(run=run, at=at)


def _clean_files(archive: Archive, output: Path, site: SiteRow, target: Target) -> list[str]:
    """Write the files of a site anew, or delete them if the site is forgotten."""
    folder = output / site.folder
    if target.kind == forgotten.SITE:
        identity = forgotten.hash_of(target.name)
        new = output / forgotten.folder_of(identity)
        check_folder(new)
        write_files(archive, site.id, new, opened_before=math.inf)
        shutil.rmtree(folder, ignore_errors=True)
        return [f"Deleted {folder}; {new} says that it was forgotten"]
    paths = write_files(archive, site.id, folder, opened_before=math.inf)
    return [*(f"Wrote {path}" for path in paths), *clean_altered(folder, target.needle)]


def _clean_others(archive: Archive, output: Path, target: Target) -> list[str]:
    """Write files of other sites anew: an earlier revision may have had the same article.

    If a crawl of such a site is under way, that crawl does it.
    """
    done: list[str] = []
    for site in archive.read(sites.known, []):
        if site.id in target.site_ids or not archive.read(segments.to_rewrite, site.id):
            continue
        with suppress(LockHeld), lock_of(archive, site.folder):
            check_folder(output / site.folder)
            paths = write_files(archive, site.id, output / site.folder, opened_before=0)
            done += [f"Wrote {path}" for path in paths]
    return done


def _elsewhere(archive: Archive, output: Path, segment_ids: Collection[int]) -> list[str]:
    """Name files that had the target and are not in this folder, as those of other machines."""
    names = files_of(archive, segment_ids)
    missing = [name for name in names if not (output / name).exists()]
    return [f"{name} is not in {output}: delete its copies elsewhere" for name in missing]


def clean_altered(folder: Path, needle: bytes) -> list[str]:
    """Delete files that a repair renamed, if they have the needle."""
    done = []
    with folder_lock(folder):
        for path in sorted(folder.glob(f"*{ALTERED_SUFFIX}*")):
            if needle in path.read_bytes():
                path.unlink()
                done.append(f"Deleted {path}, which a repair had renamed")
    return done


def files_of(archive: Archive, segment_ids: Collection[int]) -> list[str]:
    """Return the names of files, each with its folder."""
    return archive.read(forgotten_lines.files_of, segment_ids)
