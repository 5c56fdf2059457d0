"""The articles of each publisher: their outcomes, and how complete they are."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import exists, select

from newscrawl.archive.codec import unpack
from newscrawl.archive.tables import articles, posts
from newscrawl.outcomes import FETCHED
from newscrawl.urls.hosts import host_key

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from sqlalchemy import Connection

FIELDS: Final = ("title", "authors", "published", "text", "language", "image")
RECENT: Final = 30
EARLIER: Final = 300
"""The numbers of articles that are compared: the newest ones, and those before them."""
MAX_DROP: Final = 30
"""The most percentage points by which the newest articles may have a field less often."""
BATCH_SIZE: Final = 200
"""The most articles in memory at once."""


@dataclass(slots=True, kw_only=True)
class Publisher:
    """The articles of one host.

    Attributes:
        outcomes: The number of articles by outcome.
        words: The median number of words of the newest fetched articles; 0 if there is none.
        recent, earlier: The percentage of articles that have a field, by `FIELDS`: of the newest
            `RECENT` fetched articles, and of the `EARLIER` ones before them; empty without any.
    """

    host: str
    outcomes: Counter[str] = field(default_factory=Counter)
    words: int = 0
    recent: dict[str, int] = field(default_factory=dict)
    earlier: dict[str, int] = field(default_factory=dict)

    @property
    def articles(self) -> int:
        """The number of articles."""
        return self.outcomes.total()

    def drops(self) -> dict[str, int]:
        """Return the fields whose percentage fell by more than `MAX_DROP` points, with the fall."""
        falls = {name: self.earlier[name] - self.recent.get(name, 0) for name in self.earlier}
        return {name: fall for name, fall in falls.items() if fall > MAX_DROP}


def publishers(connection: Connection, site_ids: Collection[int]) -> list[Publisher]:
    """Return the publishers of these sites, or of all, the one with the most articles first."""
    found: dict[str, Publisher] = {}
    newest: dict[str, list[int]] = {}
    query = select(articles.c.id, articles.c.link, articles.c.outcome).order_by(
        articles.c.id.desc()
    )
    if site_ids:
        query = query.where(
            exists().where(posts.c.article_id == articles.c.id, posts.c.site_id.in_(list(site_ids)))
        )
    for row in connection.execute(query):
        host = host_key(row.link)
        found.setdefault(host, Publisher(host=host)).outcomes[row.outcome] += 1
        ids = newest.setdefault(host, [])
        if row.outcome == FETCHED and len(ids) < RECENT + EARLIER:
            ids.append(row.id)
    for host, ids in newest.items():
        if ids:
            _fill(connection, found[host], ids)
    return sorted(found.values(), key=lambda publisher: -publisher.articles)


def _fill(connection: Connection, publisher: Publisher, ids: Sequence[int]) -> None:
    counts, words = [Counter[str](), Counter[str]()], []
    for start in range(0, len(ids), BATCH_SIZE):
        batch = ids[start : start + BATCH_SIZE]
        rows = connection.execute(
            select(articles.c.id, articles.c.data).where(articles.c.id.in_(batch))
        )
        by_id = {row.id: row.data for row in rows if row.data}
        for position, row_id in enumerate(batch, start):
            article: Mapping[str, Any] = unpack(by_id[row_id]) if row_id in by_id else {}
            counts[position >= RECENT].update(name for name in FIELDS if article.get(name))
            words.append(article.get("word_count") or 0)
    publisher.words = round(median(words))
    publisher.recent = _shares(counts[0], min(len(ids), RECENT))
    publisher.earlier = _shares(counts[1], len(ids) - RECENT)


def _shares(counts: Counter[str], total: int) -> dict[str, int]:
    return {name: round(100 * counts[name] / total) for name in FIELDS} if total > 0 else {}
