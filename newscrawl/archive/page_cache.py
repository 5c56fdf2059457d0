"""The pages that articles were read from, kept to be read again by a better extractor.

They are rows of the archive, not files beside it. An article and its pages change in one
transaction, so that a crash leaves both or neither, and nothing has to be swept up; whatever holds
the archive, a server too, holds them; and no name that came from the network, nor one that is made
of it, ever meets the file system. It costs nothing at the size of pages, 45 KB compressed: to sync
a file for each would take longer. What the budget evicts makes room for what comes: an SQLite file
does not shrink, and does not grow on.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, exists, func, insert, select

from newscrawl.archive.codec import squeeze, unsqueeze
from newscrawl.archive.tables import article_pages, pages
from newscrawl.net.response import Answer, Hop

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

HEADERS: Final = ("content-type", "content-language", "last-modified", "date")
"""What is kept of a page's headers: how it is read, and how old it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPage:
    """A page as it came.

    Attributes:
        hash: SHA-256 of the page.
        body: The page, compressed.
        answer: Its final URL, the way to it, its status, headers and rights signals.
    """

    hash: bytes
    body: bytes
    answer: Mapping[str, Any]


def pack_page(answer: Answer) -> KeptPage:
    """Return what is kept of an answer."""
    return KeptPage(
        hash=sha256(answer.body).digest(),
        body=squeeze(answer.body),
        answer={
            "url": answer.url,
            "hops": [[hop.url, hop.status] for hop in answer.hops],
            "status": answer.status,
            "headers": {name: answer.headers[name] for name in HEADERS if name in answer.headers},
            "signals": dict(answer.signals),
        },
    )


def unpack_page(page: KeptPage, *, robots: str | None) -> Answer:
    """Return a page as the answer that it was, as far as it is read.

    Args:
        robots: As its article has it.
    """
    way = tuple(Hop(url=url, status=status) for url, status in page.answer["hops"])
    return Answer(**{**page.answer, "hops": way}, body=unsqueeze(page.body), robots=robots)


def replace(connection: Connection, by_article: Mapping[int, Sequence[KeptPage]]) -> None:
    """Keep these pages of articles, and let go of those that were kept of them before."""
    if not by_article:
        return
    ids = list(by_article)
    before = _hashes(connection, ids)
    connection.execute(delete(article_pages).where(article_pages.c.article_id.in_(ids)))
    _insert(connection, {page.hash: page for some in by_article.values() for page in some})
    rows = [
        {"article_id": row_id, "part": part, "hash": page.hash, "answer": page.answer}
        for row_id, some in by_article.items()
        for part, page in enumerate(some)
    ]
    if rows:
        connection.execute(insert(article_pages), rows)
    if before:
        is_used = exists().where(article_pages.c.hash == pages.c.hash)
        connection.execute(delete(pages).where(pages.c.hash.in_(before), ~is_used))


def _hashes(connection: Connection, ids: Sequence[int]) -> list[bytes]:
    found = select(article_pages.c.hash).where(article_pages.c.article_id.in_(ids))
    return list(connection.execute(found).scalars())


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
    """Return the pages of an article in their order; an empty list if one is gone."""
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
    """Let go of the oldest pages until the rest has *budget* bytes; return how many went."""
    so_far = func.sum(pages.c.size).over(order_by=pages.c.id.desc()).label("so_far")
    by_age = select(pages.c.id, so_far).subquery()
    beyond = select(by_age.c.id).where(by_age.c.so_far > budget)
    return connection.execute(delete(pages).where(pages.c.id.in_(beyond))).rowcount
