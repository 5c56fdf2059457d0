"""The amount of work in each measurement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Amounts of work.

    Attributes:
        repeats: Of each measurement.
        publishers: Hosts that articles are on.
        articles: Fetched by us and by spiders of Scrapy.
        peer_articles: Fetched by the slower peers.
        posts: Through the pipeline.
        archives: Posts in the archives that are built, the largest last.
        added: Posts that are added to each of these.
        slow_publishers: Hosts that take two seconds to answer.
        slow_places: Requests under way at once to these.
        slow_repeats: Of that measurement, most of which is waiting.
        wordpress_posts: On the real WordPress.
    """

    repeats: int
    publishers: int
    articles: int
    peer_articles: int
    posts: int
    archives: tuple[int, ...]
    added: int
    slow_publishers: int
    slow_places: int
    slow_repeats: int
    wordpress_posts: int


FULL: Final = Scale(
    repeats=3,
    publishers=200,
    articles=1000,
    peer_articles=100,
    posts=10_000,
    archives=(1_000, 10_000, 100_000),
    added=500,
    slow_publishers=1000,
    slow_places=64,
    slow_repeats=2,
    wordpress_posts=2500,
)
QUICK: Final = Scale(
    repeats=1,
    publishers=200,
    articles=400,
    peer_articles=40,
    posts=3000,
    archives=(1_000, 10_000),
    added=500,
    slow_publishers=300,
    slow_places=50,
    slow_repeats=1,
    wordpress_posts=600,
)
