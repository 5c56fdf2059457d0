"""Take lines of output files back into an archive that is older than these files.

An archive is older after a copy was restored, or its write-ahead log was lost. A revision in a file
counts as published, so it is not issued a second time. The next crawl gets the content of these
posts from the site.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import orjson
from sqlalchemy import delete, func, insert, select, update

from newscrawl.archive import forget_articles, forget_posts, forgotten, matching, segments
from newscrawl.archive.codec import compress, pack
from newscrawl.archive.tables import articles, extras, posts, queue, records
from newscrawl.archive.tables import segments as segment_table
from newscrawl.items import Post
from newscrawl.outcomes import FETCHED
from newscrawl.records.revision import is_better
from newscrawl.urls.canonical import canonical_url
from newscrawl.wordpress.identity import bounded, stand_in_id

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from sqlalchemy import Connection

FORGOTTEN: Final = -1
"""In the place of a row: the post, or the post of a comment or an image, was forgotten."""

POSTS: Final = "posts"
"""The kind of files with posts; all other kinds are children."""

_LINK: Final = frozenset({"link", "link_text", "link_score", "link_evidence"})
"""Keys of a record's article that belong to the post's link."""

_HEAD: Final = frozenset(
    [
        "schema",
        "site",
        "id",
        "post_id",
        "post_guid",
        "revision",
        "change",
        "status",
        "content_hash",
        "crawled",
        "run",
    ]
)
"""Keys of a line of a comment or an image that are not its own fields."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewerFile:
    """A complete output file that the archive does not know.

    Attributes:
        kind, number: The two parts of its name: "posts" and 7 for ``posts-000007.jsonl``.
        lines: The records in their order, as JSON without line feeds.
        sha256: The SHA-256 of the file, in hex; None if the file is to be written anew.
    """

    kind: str
    number: int
    lines: Sequence[bytes]
    sha256: str | None


def take_back(connection: Connection, site_id: int, run_id: int, file: NewerFile) -> bool:
    """Take the lines of a file into the archive; return False if the file is foreign.

    A file is foreign if the archive has written one of its revisions to another file. If it is,
    the caller must undo the transaction.

    Raises:
        ValueError, KeyError, TypeError, DBAPIError: If a line is not a record; undo the transaction
            as well.
    """
    lines = [orjson.loads(line) for line in file.lines]
    if file.kind == forgotten.KIND:
        _forget_again(connection, site_id, lines)
    if not all(isinstance(line["revision"], int) for line in lines):
        raise ValueError("a revision is no whole number")
    rows = _rows(connection, site_id, run_id, file.kind, lines)
    # A file from before: the words of a forgotten post stay out, and the file is written anew.
    away = {number for number, row in enumerate(rows) if row == FORGOTTEN}
    if away:
        file = replace(
            file, lines=[line for n, line in enumerate(file.lines) if n not in away], sha256=None
        )
        lines = [line for n, line in enumerate(lines) if n not in away]
        rows = [row for row in rows if row != FORGOTTEN]
    column = records.c.post if file.kind == POSTS else records.c.extra
    for row, line in zip(rows, lines, strict=True):
        is_it = (column == row) & (records.c.revision == line["revision"])
        found = connection.execute(
            select(records.c.id, records.c.segment_id, segment_table.c.state)
            .join(segment_table, segment_table.c.id == records.c.segment_id)
            .where(is_it)
        ).first()
        if found is None:
            continue
        if found.state == "done":
            return False
        _take_out(connection, found.id, found.segment_id)
    segment_id = _new_segment(connection, site_id, file)
    if not rows:
        return True
    connection.execute(
        insert(records),
        [
            {
                "post": row if file.kind == POSTS else None,
                "extra": None if file.kind == POSTS else row,
                "revision": line["revision"],
                "change": line["change"],
                "segment_id": segment_id,
                "run": run_id,
                "line": compress(as_bytes),
            }
            for row, line, as_bytes in zip(rows, lines, file.lines, strict=True)
        ],
    )
    for row, line in zip(rows, lines, strict=True):
        _note_published(connection, file.kind, row, line)
    return True


def _forget_again(connection: Connection, site_id: int, lines: Sequence[Mapping[str, Any]]) -> None:
    """Take out what was forgotten after this copy of the archive was made."""
    identities = {line["identity"] for line in lines if line["kind"] == forgotten.POST}
    rows = forget_posts.rows_of_identities(connection, site_id, identities)
    if rows:
        forget_posts.forget_posts(connection, site_id, rows)
    for line in lines:
        if line["kind"] == forgotten.PUBLISHER:
            ids = forget_articles.articles_of(connection, line["identity"])
            forget_articles.forget_publisher(connection, line["identity"], ids)
    missing = identities - forget_posts.known_identities(connection, site_id)
    forget_posts.keep_away(connection, site_id, missing)


def _take_out(connection: Connection, record_id: int, segment_id: int) -> None:
    """Delete a record from a segment without a file, because the file taken back has it."""
    connection.execute(delete(records).where(records.c.id == record_id))
    connection.execute(
        update(segment_table)
        .where(segment_table.c.id == segment_id)
        .values(size=segment_table.c.size - 1)
    )


def _new_segment(connection: Connection, site_id: int, file: NewerFile) -> int:
    """Insert the segment of an existing file, and return its id.

    If an unfinished segment has its number, that one gets another number.
    """
    own = (segment_table.c.site_id == site_id) & (segment_table.c.kind == file.kind)
    taken = connection.execute(
        select(segment_table).where(own, segment_table.c.number == file.number)
    ).first()
    if taken is not None and taken.size == 0:
        connection.execute(delete(segment_table).where(segment_table.c.id == taken.id))
    elif taken is not None:
        known = segments.Segment(id=taken.id, kind=file.kind, number=file.number)
        segments.renumber(connection, known, file.number)
    added = connection.execute(
        insert(segment_table)
        .values(
            site_id=site_id,
            kind=file.kind,
            number=file.number,
            state=segments.REWRITE if file.sha256 is None else "done",
            opened=time.time(),
            size=len(file.lines),
            sha256=file.sha256,
        )
        .returning(segment_table.c.id)
    )
    return int(added.scalar_one())


def _rows(
    connection: Connection, site_id: int, run_id: int, kind: str, lines: Sequence[dict[str, Any]]
) -> list[int]:
    """Return the row of each line's post, comment or image; insert the rows that are missing.

    In place of the row of what was forgotten, return `FORGOTTEN`.
    """
    if kind != POSTS:
        away = forget_posts.known_identities(connection, site_id)
        return [_extra_row(connection, site_id, kind, line, away) for line in lines]
    by_id = {post.post_id: post for post in map(_post, lines)}
    claims = matching.claim(
        connection,
        site_id,
        run_id,
        list(by_id.values()),
        trusts_guids=matching.trusts_guids(connection, site_id),
    )
    found = (FORGOTTEN if claim.forgotten else claim.row for claim in claims)
    rows = dict(zip(by_id, found, strict=True))
    return [rows[_post(line).post_id] for line in lines]


def _post(line: Mapping[str, Any]) -> Post:
    return Post(
        raw={},
        post_id=line["post_id"] or stand_in_id(line["guid"], line["url"]),
        guid=line["guid"],
        type=line["type"],
        url=line["url"],
        slug=line["slug"],
        status="publish",
        published=line["published"],
        modified=line["modified"],
        modified_gmt=None,
        title=line["title"] or "",
        excerpt="",
        content=line["html"] or "",
    )


def _extra_row(
    connection: Connection, site_id: int, kind: str, line: dict[str, Any], away: Collection[str]
) -> int:
    own = (extras.c.site_id == site_id) & (extras.c.kind == kind)
    found = connection.execute(
        select(extras.c.id, extras.c.forgotten).where(own, extras.c.extra_id == line["id"])
    ).first()
    guid = line.get("post_guid")
    if (found is not None and found.forgotten) or (guid and forgotten.hash_of(guid) in away):
        return FORGOTTEN
    if found is not None:
        return int(found.id)
    fields = {name: value for name, value in line.items() if name not in _HEAD}
    added = connection.execute(
        insert(extras)
        .values(
            site_id=site_id,
            kind=kind,
            extra_id=line["id"],
            post_id=line.get("post_id"),
            raw_hash=b"",
            data=pack(fields),
        )
        .returning(extras.c.id)
    )
    return int(added.scalar_one())


def _note_published(connection: Connection, kind: str, row: int, line: dict[str, Any]) -> None:
    """Save a line as the last published revision of its row; the next crawl checks it again."""
    table = posts if kind == POSTS else extras
    values: dict[str, Any] = {
        "revision": line["revision"],
        "content_hash": line.get("content_hash"),
        "deleted": line.get("status") == "deleted",
        "stale": False,
        "raw_hash": None if kind == POSTS else b"",
    }
    article = line.get("article")
    if kind == POSTS:
        values |= {"ready": False, "outcome": article and article["outcome"]}
        if line["post_id"] and line["status"] != "deleted":
            _keep_for_tombstone(connection, row, line)
    connection.execute(
        update(table).where(table.c.id == row, table.c.revision <= line["revision"]).values(values)
    )
    if article and article["outcome"] == FETCHED:
        _take_article_back(connection, article)


def _keep_for_tombstone(connection: Connection, row: int, line: Mapping[str, Any]) -> None:
    """Give a post without content that of its line: if it is deleted now, no walk brings it."""
    raw = {
        "id": line["post_id"],
        "guid": {"rendered": line["guid"]},
        "type": line["type"],
        "link": line["url"],
        "slug": line["slug"],
        "date_gmt": line["published"],
        "modified_gmt": line["modified"],
    }
    body = {name: line[name] or "" for name in ("html", "markdown", "text", "title", "excerpt")}
    connection.execute(
        update(posts)
        .where(posts.c.id == row, posts.c.raw.is_(None))
        .values(raw=pack(raw), body=pack(body))
    )


def _take_article_back(connection: Connection, article: Mapping[str, Any]) -> None:
    """Save the article of a line, unless the archive has a good one."""
    key = bounded(canonical_url(article["link"]))
    data = {name: value for name, value in article.items() if name not in _LINK}
    values = {"outcome": FETCHED, "data": pack(data)}
    known = connection.execute(
        select(articles.c.id, articles.c.outcome).where(articles.c.key == key)
    ).first()
    if known is None:
        connection.execute(insert(articles).values(key=key, link=article["link"], **values))
    elif is_better(FETCHED, known.outcome):
        connection.execute(update(articles).where(articles.c.id == known.id).values(values))
        connection.execute(delete(queue).where(queue.c.article_id == known.id))


def known_numbers(connection: Connection, site_id: int, kind: str) -> tuple[int, set[int]]:
    """Return the last number of a site's segments of a kind, and those of unfinished segments.

    The last number is 0 if there are no segments.
    """
    of_site = segment_table.c.site_id == site_id
    last = connection.execute(
        select(func.max(segment_table.c.number)).where(of_site, segment_table.c.kind == kind)
    ).scalar()
    unfinished = connection.execute(
        select(segment_table.c.kind, segment_table.c.number).where(
            of_site,
            segment_table.c.state != "done",  # the condition of the index
            segment_table.c.state != segments.REWRITE,
        )
    )
    return last or 0, {row.number for row in unfinished if row.kind == kind}
