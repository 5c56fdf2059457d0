"""The pages that articles were read from, kept so that a better extractor can read them again.

The pages are rows of the archive, not files, for these reasons:

- An article and its pages change in one transaction. A crash leaves both or neither, and there are
  no orphaned files to delete.
- A copy of the archive has the pages, too; on a server as well.
- No name from the network becomes the name of a file.
- It is not slower. A page has 45 KB compressed, and syncing a file for each page takes longer.

An SQLite file does not shrink when the budget evicts pages, but new pages use the free space.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, exists, func, insert, select, tuple_

from newscrawl.archive.codec import compress_page, decompress, unpack
from newscrawl.archive.tables import article_pages, articles, pages, posts
from newscrawl.archive.write_locks import lock_stories
from newscrawl.net.response import Answer, Hop

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

HEADERS: Final = ("content-type", "content-language", "last-modified", "date")
"""The headers of a page that are kept: they are needed to read it, and to know its age."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPage:
    """A page as the publisher sent it.

    Attributes:
        hash: The SHA-256 of the page, 32 bytes.
        body: The page, compressed.
        answer: Its "url" (the final one), "hops" (URL and status of each redirect), "status",
            "headers" and rights "signals".
    """

    hash: bytes
    body: bytes
    answer: Mapping[str, Any]


def pack_page(answer: Answer) -> KeptPage:
    """Return the page of a response, to be kept."""
    return KeptPage(
        hash=sha256(answer.body).digest(),
        body=compress_page(answer.body),
        answer={
            "url": answer.url,
            "hops": [[hop.url, hop.status] for hop in answer.hops],
            "status": answer.status,
            "headers": {name: answer.headers[name] for name in HEADERS if name in answer.headers},
            "signals": dict(answer.signals),
        },
    )


def unpack_page(page: KeptPage, *, robots: str | None) -> Answer:
    """Return the response of a kept page, with the parts that the extractor reads.

    Args:
        robots: The verdict of robots.txt on the page, from its article: "allowed", ...; or None.
    """
    way = tuple(Hop(url=url, status=status) for url, status in page.answer["hops"])
    return Answer(**{**page.answer, "hops": way}, body=decompress(page.body), robots=robots)


def replace(connection: Connection, by_article: Mapping[int, Sequence[KeptPage]]) -> None:
    """Save the pages of articles, and delete the pages that were kept of them before."""
    if not by_article:
        return
    lock_stories(connection)
    before = _unlink(connection, list(by_article))
    _insert(connection, {page.hash: page for some in by_article.values() for page in some})
    rows = [
        {"article_id": row_id, "part": part, "hash": page.hash, "answer": page.answer}
        for row_id, some in by_article.items()
        for part, page in enumerate(some)
    ]
    if rows:
        connection.execute(insert(article_pages), rows)
    _delete_unused(connection, before)


def forget(connection: Connection, article_ids: Sequence[int]) -> int:
    """Delete the pages of articles; return the number of pages that no other article has."""
    return _delete_unused(connection, _unlink(connection, article_ids))


def _unlink(connection: Connection, article_ids: Sequence[int]) -> list[bytes]:
    """Take the pages from their articles; return their hashes."""
    of_articles = article_pages.c.article_id.in_(article_ids)
    hashes = list(connection.execute(select(article_pages.c.hash).where(of_articles)).scalars())
    connection.execute(delete(article_pages).where(of_articles))
    return hashes


def _delete_unused(connection: Connection, hashes: Sequence[bytes]) -> int:
    if not hashes:
        return 0
    is_used = exists().where(article_pages.c.hash == pages.c.hash)
    return connection.execute(delete(pages).where(pages.c.hash.in_(hashes), ~is_used)).rowcount


def _insert(connection: Connection, wanted: Mapping[bytes, KeptPage]) -> None:
    known = select(pages.c.hash).where(pages.c.hash.in_(list(wanted)))
    has = set(connection.execute(known).scalars()) if wanted else set()
    rows = [
        {"hash": page.hash, "size": len(page.body), "body": page.body}
        for page in wanted.values()
        if page.hash not in has
    ]
    if rows:
        connection.execute(insert(pages), rows)


def of_article(connection: Connection, article_id: int) -> list[KeptPage]:
    """Return the pages of an article in their order; an empty list if one of them was evicted."""
    rows = connection.execute(
        select(article_pages.c.hash, article_pages.c.answer, pages.c.body)
        .join_from(article_pages, pages, article_pages.c.hash == pages.c.hash, isouter=True)
        .where(article_pages.c.article_id == article_id)
        .order_by(article_pages.c.part)
    ).all()
    if any(row.body is None for row in rows):
        return []
    return [KeptPage(hash=row.hash, body=row.body, answer=row.answer) for row in rows]


def trim(connection: Connection, budget: int) -> int:
    """Delete the oldest pages until the rest has at most *budget* bytes, compressed.

    Return how many pages were deleted.
    """
    so_far = func.sum(pages.c.size).over(order_by=pages.c.id.desc()).label("so_far")
    by_age = select(pages.c.id, so_far).subquery()
    beyond = select(by_age.c.id).where(by_age.c.so_far > budget)
    return connection.execute(delete(pages).where(pages.c.id.in_(beyond))).rowcount


def kept_pages(
    connection: Connection, site_ids: Sequence[int], *, after: tuple[int, int], limit: int
) -> list[tuple[tuple[int, int], KeptPage, str | None]]:
    """Return kept pages of articles, in the order of the articles and their parts.

    Args:
        site_ids: Only pages of articles of these sites; empty for all sites.
        after: The position of the last page of an earlier call; (0, 0) to start.
        limit: The most pages to return; an empty list is the end.

    Returns:
        The position of each page, the page, and when it was fetched: ISO 8601 in UTC.
    """
    position = tuple_(article_pages.c.article_id, article_pages.c.part)
    query = (
        select(article_pages, pages.c.body, articles.c.data)
        .join(pages, pages.c.hash == article_pages.c.hash)
        .join(articles, articles.c.id == article_pages.c.article_id)
        .where(position > after)
        .order_by(article_pages.c.article_id, article_pages.c.part)
        .limit(limit)
    )
    if site_ids:
        query = query.where(
            exists().where(posts.c.article_id == articles.c.id, posts.c.site_id.in_(site_ids))
        )
    return [
        (
            (row.article_id, row.part),
            KeptPage(hash=row.hash, body=row.body, answer=row.answer),
            unpack(row.data).get("fetched") if row.data else None,
        )
        for row in connection.execute(query)
    ]
